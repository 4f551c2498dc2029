package io.tollroute.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
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
          "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement);

  /**
   * Whole numbers of the health trait that are newer than the last published models (2.4.0):
   * https://github.com/apache/camel-k/pull/6304.
   */
  private static final List<String> NEWER = List.of("livenessPort", "readinessPort", "startupPort");

  private final ObjectMapper strict =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  ObjectShape() {
    // its constructor fills the static parsers that the models validate with
    new JSON();
  }

  List<String> problems(JsonNode object) {
    String type = object.path("apiVersion").asText() + " " + object.path("kind").asText();
    return type.equals("camel.apache.org/v1 Integration")
        ? integration(object)
        : kubernetes(type, object);
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

  private List<String> integration(JsonNode object) {
    List<String> problems = new ArrayList<>();
    JsonNode known = object.deepCopy();
    if (known.at("/spec/traits/health") instanceof ObjectNode health) {
      for (String name : NEWER) {
        JsonNode value = health.remove(name);
        if (value != null && !value.isInt()) {
          problems.add("Integration: " + name + " is no whole number");
        }
      }
    }
    try {
      strict.treeToValue(known, Integration.class);
    } catch (JsonProcessingException e) {
      problems.add("Integration: " + e.getOriginalMessage());
    }
    return problems;
  }
}
