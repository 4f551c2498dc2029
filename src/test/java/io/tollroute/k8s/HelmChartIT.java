package io.tollroute.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By Helm itself, as a library. */
@DisplayName("The Helm chart")
class HelmChartIT {

  private static final Path CHART = Project.K8S.resolve("helm/tollroute");
  private static final Map<String, Object> EVERYTHING =
      Map.of(
          "database", "postgresql",
          "autoscaling.enabled", true,
          "podMonitor.enabled", true,
          "ingress.enabled", true,
          "httpRoute.enabled", true);

  private final Project project = new Project();
  private final ObjectShape shape = new ObjectShape();

  @Test
  @DisplayName("renders, object by object, what k8s/base is")
  void base() {
    assertThat(PlainObjects.of(render(Map.of())))
        .isEqualTo(PlainObjects.of(Manifests.assemble(Project.K8S.resolve("base"))));
  }

  @Test
  @DisplayName("renders for PostgreSQL, object by object, what k8s/overlays/replicas is")
  void replicas() throws Exception {
    Kustomize.assumeInstalled();
    assertThat(PlainObjects.of(render(Map.of("database", "postgresql"))))
        .isEqualTo(PlainObjects.of(Kustomize.render(Project.K8S.resolve("overlays/replicas"))));
  }

  @Test
  @DisplayName("renders an autoscaler, a monitor, an Ingress and a route as the files in k8s/ are")
  void optional_objects() {
    Map<String, JsonNode> rendered = PlainObjects.of(render(EVERYTHING));
    for (String file :
        List.of(
            "components/autoscaling/autoscaler.yaml",
            "components/monitoring/pod-monitor.yaml",
            "examples/ingress.yaml",
            "examples/http-route.yaml")) {
      assertThat(rendered)
          .containsAllEntriesOf(PlainObjects.of(Manifests.read(Project.K8S.resolve(file))));
    }
    assertThat(rendered.get("Deployment tollroute").at("/spec/replicas").isMissingNode()).isTrue();
  }

  @Test
  @DisplayName("keeps the rules of manifests, and has only fields that Kubernetes knows")
  void rules() {
    assertThat(DeploymentRules.problems(project, false, render(Map.of()))).isEmpty();
    Manifests everything = render(EVERYTHING);
    assertThat(DeploymentRules.problemsOfReplicas(project, everything)).isEmpty();
    assertThat(everything.objects())
        .hasSizeGreaterThan(15)
        .allSatisfy(object -> assertThat(shape.problems(object)).isEmpty());
  }

  @Test
  @DisplayName("has nothing that Helm's own check finds fault with")
  void lint() {
    LintResult result = new Helm(CHART).lint().strict().call();
    assertThat(result.isFailed()).as(String.valueOf(result.getMessages())).isFalse();
  }

  @Test
  @DisplayName("puts a file of the operator's in the place of ours, and another one beside them")
  void own_files(@TempDir Path folder) throws Exception {
    Path values =
        Files.writeString(
            folder.resolve("values.yaml"),
            """
            routes:
              payment/facilitator.camel.yaml: |
                # mine
            services:
              mine.yaml: |
                # a service
              acme/other.yaml: |
                # another one
            """);

    Manifests rendered = Manifests.parse(command(Map.of()).withValuesFile(values).call());

    JsonNode payment = rendered.configMap("tollroute-routes-payment");
    assertThat(payment.path("facilitator.camel.yaml").asText()).isEqualTo("# mine\n");
    assertThat(payment).hasSizeGreaterThan(5);
    assertThat(rendered.configMap("tollroute-services").path("mine.yaml").asText())
        .isEqualTo("# a service\n");
    assertThat(rendered.configMap("tollroute-services-acme").path("other.yaml").asText())
        .isEqualTo("# another one\n");
    assertThat(DeploymentRules.problems(project, false, rendered))
        .containsExactlyInAnyOrder(
            "file is the one: /app/routes/payment/facilitator.camel.yaml",
            "file belongs there: /app/services/mine.yaml",
            "file belongs there: /app/services/acme/other.yaml");
  }

  @Test
  @DisplayName("starts a new pod when a file or a setting is another one, and only then")
  void checksums() {
    String pod = "/spec/template/metadata/annotations";
    JsonNode before = render(Map.of()).only("Deployment").at(pod);
    assertThat(render(Map.of()).only("Deployment").at(pod)).isEqualTo(before);
    assertThat(render(Map.of("settings.TOLLROUTE_CONTACT", "me")).only("Deployment").at(pod))
        .isNotEqualTo(before);
    assertThat(render(Map.of("services.mine\\.yaml", "x")).only("Deployment").at(pod))
        .isNotEqualTo(before);
  }

  @Test
  @DisplayName("takes an image by its digest, and leaves the policy to somebody else when told")
  void choices() {
    String digest = "sha256:" + "0a".repeat(32);
    Manifests rendered = render(Map.of("image.digest", digest, "networkPolicy.enabled", false));
    assertThat(rendered.only("Deployment").at("/spec/template/spec/containers/0/image").asText())
        .isEqualTo("tollroute@" + digest);
    assertThat(rendered.ofKind("NetworkPolicy")).isEmpty();
  }

  @ParameterizedTest(name = "refuses {0} = {1}")
  @CsvSource({
    "replica, 3",
    "replicas, 3",
    "image.tags, 1",
    "image.digest, sha256:12",
    "database, mysql",
    "autoscaling.enabled, true",
    "settings.TOLLROUTE_LEDGER_KEY, x",
    "settings.TOLLROUTE_X402_FACILITATOR_TOKEN, x",
    "settings.tollroute, x",
    "settings.TOLLROUTE_PORT, x",
    "settings.TOLLROUTE_MANAGEMENT_HOST, x",
    "settings.TOLLROUTE_DRAIN_SECONDS, long",
    "settings.TOLLROUTE_DATABASE_URL, jdbc:postgresql://db/tollroute",
    "secret, My_Secret",
    "persistence.size, big",
    "routes.http, x"
  })
  void wrong_values(String name, String value) {
    TemplateCommand command = command(Map.of(name, value));
    assertThatThrownBy(command::call).hasMessageContaining("tollroute");
  }

  @ParameterizedTest(name = "refuses {0} as the address of PostgreSQL")
  @CsvSource({
    "jdbc:sqlite:x.db",
    "jdbc:postgresql://a:b@db/x",
    "jdbc:postgresql://db/x?password=p"
  })
  void wrong_database(String url) {
    TemplateCommand command =
        command(Map.of("database", "postgresql", "settings.TOLLROUTE_DATABASE_URL", url));
    assertThatThrownBy(command::call).hasMessageContaining("TOLLROUTE_DATABASE_URL");
  }

  @Test
  @DisplayName("refuses fewer pods at most than at least")
  void bounds() {
    TemplateCommand command =
        command(
            Map.of(
                "database",
                "postgresql",
                "autoscaling.enabled",
                true,
                "autoscaling.minReplicas",
                5,
                "autoscaling.maxReplicas",
                3));
    assertThatThrownBy(command::call).hasMessageContaining("minReplicas is more than");
  }

  @ParameterizedTest(name = "refuses {0} as a name, which no Service could have")
  @CsvSource({"1shop", "my.shop"})
  void names(String name) {
    TemplateCommand command = command(Map.of()).withName(name);
    assertThatThrownBy(command::call).hasMessageContaining(name);
  }

  @Test
  @DisplayName("opens the way to the port of the database, and waits as long as calls may take")
  void follows_the_settings(@TempDir Path folder) throws Exception {
    Manifests rendered =
        render(
            Map.of(
                "database", "postgresql",
                "settings.TOLLROUTE_DATABASE_URL", "jdbc:postgresql://pooler:6432/tollroute"));
    assertThat(rendered.only("NetworkPolicy").at("/spec/egress/2/ports/0/port").asInt())
        .isEqualTo(6432);
    Path values =
        Files.writeString(
            folder.resolve("values.yaml"), "settings: {TOLLROUTE_DRAIN_SECONDS: \"90\"}");
    Manifests patient = Manifests.parse(command(Map.of()).withValuesFile(values).call());
    assertThat(
            patient
                .only("Deployment")
                .at("/spec/template/spec/terminationGracePeriodSeconds")
                .asInt())
        .isEqualTo(130);
  }

  @Test
  @DisplayName("is refused by a Kubernetes that is too old for what it uses")
  void old_kubernetes() {
    TemplateCommand command = command(Map.of()).withKubeVersion("1.24.0");
    assertThatThrownBy(command::call).hasMessageContaining("kubeVersion");
  }

  @Test
  @DisplayName(
      "fits into the Secret in which Helm keeps a release, with room for files of one's own")
  void size() throws Exception {
    ByteArrayOutputStream release = new ByteArrayOutputStream();
    try (OutputStream packed = new GZIPOutputStream(release);
        Stream<Path> files = Files.walk(CHART, FileVisitOption.FOLLOW_LINKS)) {
      packed.write(command(EVERYTHING).call().getBytes(StandardCharsets.UTF_8));
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        packed.write(Base64.getEncoder().encode(Files.readAllBytes(file)));
      }
    }
    assertThat(Base64.getEncoder().encode(release.toByteArray())).hasSizeLessThan(850_000);
  }

  private static Manifests render(Map<String, Object> values) {
    return Manifests.parse(command(values).call());
  }

  private static TemplateCommand command(Map<String, Object> values) {
    TemplateCommand command =
        new Helm(CHART).template().withName("tollroute").withKubeVersion("1.31.0");
    values.forEach(command::set);
    return command;
  }
}
