package io.tollroute.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What kubectl kustomize makes of the manifests")
class RenderedManifestsIT {

  private final Project project = new Project();
  private final ObjectShape shape = new ObjectShape();

  @BeforeAll
  static void kubectl() {
    Kustomize.assumeInstalled();
  }

  @Test
  @DisplayName("of the base keeps the rules, with files as in routes/ and services/")
  void base() throws Exception {
    Manifests rendered = Kustomize.render(Project.K8S.resolve("base"));
    assertShapes(rendered);
    assertThat(DeploymentRules.problems(project, false, rendered)).isEmpty();
  }

  @Test
  @DisplayName("of the sandbox overlay keeps the sandbox's rules and may stand beside the base")
  void sandbox() throws Exception {
    Manifests rendered = Kustomize.render(Project.K8S.resolve("overlays/sandbox"));
    assertShapes(rendered);
    assertThat(DeploymentRules.problems(project, true, rendered)).isEmpty();
    assertThat(rendered.objects())
        .allSatisfy(
            object -> assertThat(object.at("/metadata/name").asText()).contains("-sandbox"));
    JsonNode base = Kustomize.render(Project.K8S.resolve("base")).only("Deployment");
    assertThat(rendered.only("Deployment").at("/spec/selector"))
        .isNotEqualTo(base.at("/spec/selector"));
  }

  @Test
  @DisplayName("of the sandbox overlay is not taken for the base")
  void sandbox_is_no_base() throws Exception {
    Manifests rendered = Kustomize.render(Project.K8S.resolve("overlays/sandbox"));
    rendered = new Manifests(Stream.concat(rendered.objects().stream(), claim()).toList());
    assertThat(DeploymentRules.problems(project, false, rendered))
        .contains(
            "mode",
            "variable is set: ALIBABA_CLOUD_ACCESS_KEY_ID",
            "variable is set: TOLLROUTE_X402_PAY_TO",
            "a place for the ledger",
            "file belongs there: /app/routes/sandbox/facilitator.camel.yaml");
  }

  @Test
  @DisplayName("of the overlay for replicas keeps nothing in a pod and rolls without a pause")
  void replicas() throws Exception {
    Manifests rendered = Kustomize.render(Project.K8S.resolve("overlays/replicas"));
    assertShapes(rendered);
    assertThat(DeploymentRules.problemsOfReplicas(project, rendered)).isEmpty();
  }

  @ParameterizedTest(name = "a mistake in the overlay for replicas is found: {0} {1} = {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Deployment | /spec/replicas | 1 | several replicas
          Deployment | /spec/strategy/type | "Recreate" | the new pod is ready before an old one ends
          Deployment | /spec/strategy/rollingUpdate/maxUnavailable | 1 | the new pod is ready before an old one ends
          Deployment | /spec/template/spec/containers/0/volumeMounts/9 | {"name":"data","mountPath":"/app/data"} | the pod keeps nothing
          PodDisruptionBudget | /spec/selector/matchLabels/app.kubernetes.io~1name | "tolls" | PodDisruptionBudget selects
          PodDisruptionBudget | /spec/maxUnavailable | 2 | some pod stays up
          """)
  void replicas_mistakes(String kind, String pointer, String value, String rule) throws Exception {
    Manifests wrong = Kustomize.render(Project.K8S.resolve("overlays/replicas"));
    ((ArrayNode) wrong.only("Deployment").at("/spec/template/spec/volumes"))
        .addObject()
        .put("name", "data")
        .putObject("emptyDir");
    ManifestsIT.plant(wrong.only(kind), pointer, value);
    assertThat(DeploymentRules.problemsOfReplicas(project, wrong)).contains(rule);
  }

  @ParameterizedTest(name = "a mistake with the autoscaler is found: {0} {1} = {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Deployment | /spec/replicas | 3 | the autoscaler alone says how many
          HorizontalPodAutoscaler | /spec/scaleTargetRef/name | "tolls" | the autoscaler scales the Deployment
          HorizontalPodAutoscaler | /spec/minReplicas | 1 | several replicas
          PodMonitor | /spec/podMetricsEndpoints/0/port | "http" | metrics are asked of the management port
          PodMonitor | /spec/podMetricsEndpoints/0/path | "/q/metrics" | metrics are asked of the management port
          PodMonitor | /spec/selector/matchLabels/app.kubernetes.io~1name | "tolls" | PodMonitor selects
          Deployment | /spec/template/spec/topologySpreadConstraints/0/topologyKey | "rack" | the pods are spread
          """)
  void component_mistakes(
      String kind, String pointer, String value, String rule, @TempDir Path folder)
      throws Exception {
    documented(folder, 1);
    Manifests wrong = Kustomize.render(folder);
    ManifestsIT.plant(wrong.only(kind), pointer, value);
    assertThat(DeploymentRules.problemsOfReplicas(project, wrong)).contains(rule);
  }

  private static Stream<JsonNode> claim() {
    return Manifests.read(Project.K8S.resolve("base/data.yaml")).objects().stream();
  }

  @Test
  @DisplayName("of Camel K has the ConfigMaps by the names that the Integration mounts")
  void camelK() throws Exception {
    Manifests rendered = Kustomize.render(Project.K8S.resolve("camel-k"));
    assertShapes(rendered);
    JsonNode integration = rendered.only("Integration");
    Manifests base = Manifests.assemble(Project.K8S.resolve("base"));
    assertThat(IntegrationRules.problems(project, integration, base)).isEmpty();
    for (JsonNode mount : integration.at("/spec/traits/mount/resources")) {
      String name = mount.asText().replaceAll("configmap:(.*)@.*", "$1");
      assertThat(rendered.configMap(name)).isEqualTo(base.configMap(name)).isNotEmpty();
    }
  }

  @Test
  @DisplayName("of the overlay of Camel K for replicas keeps nothing in a pod")
  void camelK_replicas() throws Exception {
    Manifests rendered = Kustomize.render(Project.K8S.resolve("overlays/camel-k-replicas"));
    assertShapes(rendered);
    Manifests base = Manifests.assemble(Project.K8S.resolve("base"));
    assertThat(IntegrationRules.problemsOfReplicas(project, rendered.only("Integration"), base))
        .isEmpty();
    assertThat(IntegrationRules.problems(project, rendered.only("Integration"), base))
        .contains("one replica", "a place for the ledger");
    assertThat(rendered.only("NetworkPolicy").at("/spec/egress").toString()).contains("5432");
  }

  @Test
  @DisplayName("of the overlay in docs/kubernetes.md is filled in and has the replaced route file")
  void documented_overlay(@TempDir Path folder) throws Exception {
    documented(folder, 0);
    Files.writeString(folder.resolve("facilitator.camel.yaml"), "# mine\n");

    Manifests rendered = Kustomize.render(folder);

    assertShapes(rendered);
    assertThat(DeploymentRules.problems(project, false, rendered))
        .containsExactlyInAnyOrder(
            "image has the project's version",
            "file is the one: /app/routes/payment/facilitator.camel.yaml");
    JsonNode container = rendered.only("Deployment").at("/spec/template/spec/containers/0");
    assertThat(container.path("image").asText())
        .matches("registry\\.example\\.com/tollroute@sha256:[0-9a-f]{64}");
    String settings = container.at("/envFrom/0/configMapRef/name").asText();
    assertThat(rendered.configMap(settings).toString())
        .contains("TOLLROUTE_X402_PAY_TO")
        .doesNotContain("to-be-filled-in");
  }

  @Test
  @DisplayName("of the overlay in docs/kubernetes.md with all components keeps the rules")
  void documented_components(@TempDir Path folder) throws Exception {
    documented(folder, 1);

    Manifests rendered = Kustomize.render(folder);

    assertShapes(rendered);
    assertThat(DeploymentRules.problemsOfReplicas(project, rendered)).isEmpty();
    rendered.only("HorizontalPodAutoscaler");
    rendered.only("PodMonitor");
    assertThat(rendered.only("NetworkPolicy").at("/spec/egress").toString())
        .contains("4317", "observability");
  }

  /** Writes the overlay that is the so-manieth block of YAML on the page. */
  private static void documented(Path folder, int index) throws Exception {
    String page = Files.readString(Project.ROOT.resolve("docs/kubernetes.md"));
    List<String> blocks =
        Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL)
            .matcher(page)
            .results()
            .map(block -> block.group(1).stripIndent())
            .filter(block -> block.contains("kind: Kustomization"))
            .toList();
    Path real = folder.toRealPath();
    Files.writeString(
        folder.resolve("kustomization.yaml"),
        blocks.get(index).replace("../../", real.relativize(Project.K8S.toRealPath()) + "/"));
  }

  private void assertShapes(Manifests manifests) {
    assertThat(manifests.objects())
        .isNotEmpty()
        .allSatisfy(object -> assertThat(shape.problems(object)).isEmpty());
  }
}
