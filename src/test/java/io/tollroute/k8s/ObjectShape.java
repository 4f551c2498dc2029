package io.tollroute.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.v1.Integration;

/** Unknown, missing and wrongly typed fields of one object, by the models of its API. */
final class ObjectShape {

  private interface Model {
    void validate(JsonElement object) throws IOException;
  }

  private static final Map<String, Model> MODELS =
      Map.of(
          "apps/v1 Deployment", V1Deployment::validateJsonElement,
          "v1 Service", V1Service::validateJsonElement,
          "v1 ConfigMap", V1ConfigMap::validateJsonElement,
          "v1 PersistentVolumeClaim", V1PersistentVolumeClaim::validateJsonElement,
          "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
          "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::validateJsonElement,
          "networking.k8s.io/v1 Ingress", V1Ingress::validateJsonElement,
          "autoscaling/v2 HorizontalPodAutoscaler", V2HorizontalPodAutoscaler::validateJsonElement);

  /** Kinds that a cluster has only with an operator, or a gateway. */
  private static final Map<String, Class<?>> CUSTOM =
      Map.of(
          "camel.apache.org/v1 Integration", Integration.class,
          "monitoring.coreos.com/v1 PodMonitor", PodMonitor.class,
          "monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class,
          "gateway.networking.k8s.io/v1 HTTPRoute", HTTPRoute.class);

  /**
   * Whole numbers of the health trait that are newer than the last published models (2.4.0):
   * https://github.com/apache/camel-k/pull/6304.
   */
  private static final List<String> NEWER = List.of("livenessPort", "readinessPort", "startupPort");

  /** Models take unknown fields and keep them aside: here they may not. */
  private final ObjectMapper strict =
      new ObjectMapper()
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated member) {
                  return false;
                }
              })
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  ObjectShape() {
    // its constructor fills the static parsers that the models validate with
    new JSON();
  }

  List<String> problems(JsonNode object) {
    String type = object.path("apiVersion").asText() + " " + object.path("kind").asText();
    return CUSTOM.containsKey(type) ? custom(type, object) : kubernetes(type, object);
  }

  private List<String> kubernetes(String type, JsonNode object) {
    Model model = MODELS.get(type);
    if (model == null) {
      return List.of(type + " is not expected here");
    }
    try {
      model.validate(JsonParser.parseString(object.toString()));
      return List.of();
    } catch (IOException | IllegalArgumentException e) {
      return List.of(type + ": " + e.getMessage());
    }
  }

  private List<String> custom(String type, JsonNode object) {
    List<String> problems = new ArrayList<>();
    JsonNode known = object.deepCopy();
    if (known.at("/spec/traits/health") instanceof ObjectNode health) {
      for (String name : NEWER) {
        JsonNode value = health.remove(name);
        if (value != null && !value.isInt()) {
          problems.add(type + ": " + name + " is no whole number");
        }
      }
    }
    try {
      strict.treeToValue(known, CUSTOM.get(type));
    } catch (JsonProcessingException e) {
      problems.add(type + ": " + e.getOriginalMessage());
    }
    return problems;
  }
}
