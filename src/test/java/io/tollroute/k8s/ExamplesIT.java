package io.tollroute.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The examples and components in k8s/")
class ExamplesIT {

  private static final Path EXAMPLES = Project.K8S.resolve("examples");

  private final Project project = new Project();
  private final ObjectShape shape = new ObjectShape();
  private final Manifests base = Manifests.assemble(Project.K8S.resolve("base"));
  private final JsonNode pods = base.only("Deployment").at("/spec/template");

  @Test
  @DisplayName(
      "have only fields that their kinds know; of an ExternalSecret that is not known here")
  void shapes() throws Exception {
    try (Stream<Path> files =
        Stream.concat(Files.walk(EXAMPLES), Files.walk(Project.K8S.resolve("components")))) {
      List<JsonNode> objects =
          files
              .filter(file -> file.toString().endsWith(".yaml"))
              .filter(file -> !file.endsWith("kustomization.yaml"))
              .flatMap(file -> Manifests.read(file).objects().stream())
              .filter(object -> !object.path("kind").asText().equals("ExternalSecret"))
              .toList();
      assertThat(objects)
          .hasSizeGreaterThan(5)
          .allSatisfy(object -> assertThat(shape.problems(object)).isEmpty());
    }
  }

  @Test
  @DisplayName("lead buyers to the port of the Service that there is")
  void ways_in() {
    JsonNode service = base.only("Service");
    JsonNode backend = example("ingress").at("/spec/rules/0/http/paths/0/backend/service");
    assertThat(backend.path("name")).isEqualTo(service.at("/metadata/name"));
    assertThat(backend.at("/port/name")).isEqualTo(service.at("/spec/ports/0/name"));
    assertThat(example("ingress").at("/spec/tls/0/hosts/0"))
        .isEqualTo(example("ingress").at("/spec/rules/0/host"));
    JsonNode reference = example("http-route").at("/spec/rules/0/backendRefs/0");
    assertThat(reference.path("name")).isEqualTo(service.at("/metadata/name"));
    assertThat(reference.path("port")).isEqualTo(service.at("/spec/ports/0/port"));
  }

  @Test
  @DisplayName("monitor the management port by a Service that buyers cannot find")
  void service_monitor() {
    Manifests example = Manifests.read(EXAMPLES.resolve("service-monitor.yaml"));
    JsonNode service = example.only("Service");
    assertThat(service.at("/spec/clusterIP").asText()).isEqualTo("None");
    assertThat(service.at("/metadata/name"))
        .isNotEqualTo(base.only("Service").at("/metadata/name"));
    assertThat(service.at("/spec/ports/0/port").asInt())
        .isEqualTo(project.port("tollroute.management.port"));
    assertThat(pods.at("/metadata/labels").properties())
        .containsAll(service.at("/spec/selector").properties());
    JsonNode monitor = example.only("ServiceMonitor");
    assertThat(service.at("/metadata/labels").properties())
        .containsAll(monitor.at("/spec/selector/matchLabels").properties());
    assertThat(monitor.at("/spec/selector/matchLabels").has("app.kubernetes.io/component"))
        .as("the buyers' Service is not asked")
        .isTrue();
    assertThat(base.only("Service").at("/metadata/labels").has("app.kubernetes.io/component"))
        .isFalse();
    assertThat(monitor.at("/spec/endpoints/0/port")).isEqualTo(service.at("/spec/ports/0/name"));
    assertThat(monitor.at("/spec/endpoints/0/path").asText()).isEqualTo(DeploymentRules.METRICS);
  }

  @Test
  @DisplayName("keep in the Secret what the pods read of it, and every key that they must have")
  void external_secret() {
    Set<String> kept = new TreeSet<>();
    JsonNode secret = example("external-secret");
    secret.at("/spec/data").forEach(entry -> kept.add(entry.path("secretKey").asText()));
    assertThat(secret.at("/spec/target/name").asText()).isEqualTo("tollroute");

    Set<String> read = new TreeSet<>();
    Set<String> must = new TreeSet<>();
    JsonNode replicas =
        Manifests.read(Project.K8S.resolve("overlays/replicas/pod.yaml")).only("Deployment");
    for (JsonNode spec : List.of(pods.path("spec"), replicas.at("/spec/template/spec"))) {
      for (JsonNode variable : spec.at("/containers/0/env")) {
        JsonNode reference = variable.at("/valueFrom/secretKeyRef");
        if (!reference.isMissingNode()) {
          read.add(reference.path("key").asText());
          if (!reference.path("optional").asBoolean()) {
            must.add(reference.path("key").asText());
          }
        }
      }
    }
    assertThat(read).containsAll(kept);
    assertThat(kept).containsAll(must).isNotEmpty();
  }

  @Test
  @DisplayName(
      "rule the network of Camel K's pods as that of ours, and monitor them by their label")
  void camelK() {
    JsonNode integration =
        Manifests.read(Project.K8S.resolve("camel-k/integration.yaml")).only("Integration");
    String name = integration.at("/metadata/name").asText();
    JsonNode policy = Manifests.read(Project.K8S.resolve("camel-k/network.yaml")).objects().get(0);
    JsonNode ours = base.only("NetworkPolicy");
    assertThat(policy.at("/spec/ingress")).isEqualTo(ours.at("/spec/ingress"));
    assertThat(policy.at("/spec/egress")).isEqualTo(ours.at("/spec/egress"));
    assertThat(policy.at("/spec/policyTypes")).isEqualTo(ours.at("/spec/policyTypes"));
    JsonNode monitor =
        Manifests.read(Project.K8S.resolve("components/camel-k-monitoring/pod-monitor.yaml"))
            .only("PodMonitor");
    String label = "camel.apache.org~1integration";
    assertThat(policy.at("/spec/podSelector/matchLabels/" + label).asText()).isEqualTo(name);
    assertThat(monitor.at("/spec/selector/matchLabels/" + label).asText()).isEqualTo(name);
    assertThat(monitor.at("/spec/podMetricsEndpoints/0/port").asText()).isEqualTo("management");
    assertThat(monitor.at("/spec/podMetricsEndpoints/0/path").asText())
        .isEqualTo(DeploymentRules.METRICS);
  }

  private static JsonNode example(String name) {
    return Manifests.read(EXAMPLES.resolve(name + ".yaml")).objects().get(0);
  }
}
