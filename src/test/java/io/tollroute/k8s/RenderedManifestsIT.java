package io.tollroute.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
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
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl"))),
        "kubectl is not installed");
  }

  @Test
  @DisplayName("of the base keeps the rules, with files as in routes/ and services/")
  void base() throws Exception {
    Manifests rendered = render(Project.K8S.resolve("base"));
    assertShapes(rendered);
    assertThat(DeploymentRules.problems(project, false, rendered)).isEmpty();
  }

  @Test
  @DisplayName("of the sandbox overlay keeps the sandbox's rules and may stand beside the base")
  void sandbox() throws Exception {
    Manifests rendered = render(Project.K8S.resolve("overlays/sandbox"));
    assertShapes(rendered);
    assertThat(DeploymentRules.problems(project, true, rendered)).isEmpty();
    assertThat(rendered.objects())
        .allSatisfy(
            object -> assertThat(object.at("/metadata/name").asText()).contains("-sandbox"));
    JsonNode base = render(Project.K8S.resolve("base")).only("Deployment");
    assertThat(rendered.only("Deployment").at("/spec/selector"))
        .isNotEqualTo(base.at("/spec/selector"));
  }

  @Test
  @DisplayName("of the sandbox overlay is not taken for the base")
  void sandbox_is_no_base() throws Exception {
    Manifests rendered = render(Project.K8S.resolve("overlays/sandbox"));
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
    Manifests rendered = render(Project.K8S.resolve("overlays/replicas"));
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
    Manifests wrong = render(Project.K8S.resolve("overlays/replicas"));
    ((ArrayNode) wrong.only("Deployment").at("/spec/template/spec/volumes"))
        .addObject()
        .put("name", "data")
        .putObject("emptyDir");
    ManifestsIT.plant(wrong.only(kind), pointer, value);
    assertThat(DeploymentRules.problemsOfReplicas(project, wrong)).contains(rule);
  }

  private static Stream<JsonNode> claim() {
    return Manifests.read(Project.K8S.resolve("base/data.yaml")).objects().stream();
  }

  @Test
  @DisplayName("of Camel K has the ConfigMaps by the names that the Integration mounts")
  void camelK() throws Exception {
    Manifests rendered = render(Project.K8S.resolve("camel-k"));
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
  @DisplayName("of the overlay in docs/kubernetes.md is filled in and has the replaced route file")
  void documented_overlay(@TempDir Path folder) throws Exception {
    String page = Files.readString(Project.ROOT.resolve("docs/kubernetes.md"));
    Matcher block = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(block.find()).isTrue();
    Path real = folder.toRealPath();
    String base = real.relativize(Project.K8S.resolve("base").toRealPath()).toString();
    Files.writeString(
        folder.resolve("kustomization.yaml"),
        block.group(1).stripIndent().replace("../../base", base));
    Files.writeString(folder.resolve("facilitator.camel.yaml"), "# mine\n");

    Manifests rendered = render(folder);

    assertShapes(rendered);
    assertThat(DeploymentRules.problems(project, false, rendered))
        .containsExactlyInAnyOrder(
            "image has the project's version",
            "file is the one: /app/routes/payment/facilitator.camel.yaml");
    JsonNode container = rendered.only("Deployment").at("/spec/template/spec/containers/0");
    assertThat(container.path("image").asText())
        .isEqualTo("registry.example.com/tollroute:" + project.version());
    String settings = container.at("/envFrom/0/configMapRef/name").asText();
    assertThat(rendered.configMap(settings).toString())
        .contains("TOLLROUTE_X402_PAY_TO")
        .doesNotContain("to-be-filled-in");
  }

  private void assertShapes(Manifests manifests) {
    assertThat(manifests.objects())
        .isNotEmpty()
        .allSatisfy(object -> assertThat(shape.problems(object)).isEmpty());
  }

  private static Manifests render(Path folder) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("kustomize", ".txt");
    Process process =
        new ProcessBuilder("kubectl", "kustomize", folder.toString())
            .redirectError(errors.toFile())
            .start();
    String yaml = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    Files.delete(errors);
    return Manifests.parse(yaml);
  }
}
