package io.tollroute.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The manifests")
class ManifestsIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Project project = new Project();
  private final ObjectShape shape = new ObjectShape();
  private final Manifests base = Manifests.assemble(Project.K8S.resolve("base"));
  private final JsonNode integration =
      Manifests.read(Project.K8S.resolve("camel-k/integration.yaml")).only("Integration");

  @Test
  @DisplayName("have only fields that Kubernetes and Camel K know, of the right type")
  void shapes() {
    assertThat(base.objects()).hasSizeGreaterThan(5);
    assertThat(base.objects()).allSatisfy(object -> assertThat(shape.problems(object)).isEmpty());
    assertThat(shape.problems(integration)).isEmpty();
  }

  @ParameterizedTest(name = "a wrong field is found: {0} {1} = {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Deployment | /spec/replicaz | 1
          Deployment | /spec/template/spec/containers/0/readynessProbe | {}
          Deployment | /spec/template/spec/containers/0/ports/0/containerPrt | 1
          Deployment | /spec/template/spec/securityContext/runAsNonroot | true
          Deployment | /spec/template/spec/containers/0/name | null
          Deployment | /spec/selector | null
          Deployment | /apiVersion | "apps/v2"
          Service | /spec/ports/0/targetport | "http"
          PersistentVolumeClaim | /spec/accessMode | "ReadWriteOnce"
          ConfigMap | /dats | {}
          NetworkPolicy | /spec/egres | []
          NetworkPolicy | /spec/ingress/0/ports/0/prot | "TCP"
          Integration | /spec/traits/container/requestCpu | "1"
          Integration | /spec/traits/health/livenessPath | "/x"
          Integration | /spec/traits/health/livenessPort | "9090"
          Integration | /spec/traits/mounts | {}
          Integration | /spec/traits/deployment/strategy | "Rolling"
          Integration | /spec/image | "tollroute"
          """)
  void wrongShapes(String kind, String pointer, String value) {
    Manifests wrong = base.copy();
    wrong.objects().add(integration.deepCopy());
    JsonNode object = wrong.ofKind(kind).get(0);
    plant(object, pointer, value);
    assertThat(shape.problems(object)).isNotEmpty();
  }

  @Test
  @DisplayName("of the base agree with the settings, the files and the image")
  void rules() {
    assertThat(DeploymentRules.problems(project, false, base)).isEmpty();
  }

  @ParameterizedTest(name = "a mistake in the base is found: {0} {1} = {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Deployment | /spec/template/spec/containers/0/args/0 | "sandbox" | mode
          Deployment | /spec/template/spec/containers/0/image | "tollroute:0.0.9" | image has the project's version
          Deployment | /spec/template/spec/securityContext/runAsUser | 1000 | user is the image's user
          Deployment | /spec/template/spec/containers/0/ports/0/containerPort | 8081 | http port is tollroute.port
          Deployment | /spec/template/spec/containers/0/ports/1/containerPort | 9091 | management port is tollroute.management.port
          Deployment | /spec/template/spec/containers/0/livenessProbe/httpGet/path | "/health" | livenessProbe asks /observe/health/live
          Deployment | /spec/template/spec/containers/0/startupProbe/httpGet/path | "/health" | startupProbe asks /observe/health/live
          Deployment | /spec/template/spec/containers/0/readinessProbe/httpGet/path | "/observe/health/live" | readinessProbe asks /observe/health/ready
          Deployment | /spec/template/spec/containers/0/readinessProbe/httpGet/port | "http" | readinessProbe asks the management port
          Deployment | /spec/selector/matchLabels/app.kubernetes.io~1name | "tolls" | Deployment selects
          Service | /spec/selector/app.kubernetes.io~1name | "tolls" | Service selects
          Service | /spec/selector | {} | Service selects
          Service | /spec/ports/0/targetPort | "management" | Service leads to the http port only
          Service | /spec/ports/1 | {"port":9090,"targetPort":"management"} | Service leads to the http port only
          Deployment | /spec/template/spec/securityContext/runAsNonRoot | null | non-root
          Deployment | /spec/template/spec/securityContext/runAsUser | 0 | user is not root
          Deployment | /spec/template/spec/securityContext/seccompProfile | null | seccomp
          Deployment | /spec/template/spec/containers/0/securityContext/readOnlyRootFilesystem | null | read-only root file system
          Deployment | /spec/template/spec/containers/0/securityContext/allowPrivilegeEscalation | null | no privilege escalation
          Deployment | /spec/template/spec/containers/0/securityContext/capabilities/drop | null | no capabilities
          Deployment | /spec/template/spec/containers/0/securityContext/capabilities/add | ["NET_ADMIN"] | no added capabilities
          Deployment | /spec/template/spec/automountServiceAccountToken | null | no account token
          Deployment | /spec/template/spec/enableServiceLinks | null | no service links
          Deployment | /spec/template/spec/containers/0/resources/limits | null | memory is bounded
          Deployment | /spec/template/spec/containers/0/envFrom/0/configMapRef/name | "settings" | settings are there: settings
          Deployment | /spec/template/spec/containers/0/env/0/name | "TOLLROUTE_MANAGMENT_HOST" | setting is known: TOLLROUTE_MANAGMENT_HOST
          Deployment | /spec/template/spec/containers/0/env/0/value | "127.0.0.1" | the kubelet reaches the management port
          Deployment | /spec/template/spec/containers/0/env/1 | {"name":"ALIBABA_CLOUD_ACCESS_KEY_ID","value":"LTAI"} | secret is a reference: ALIBABA_CLOUD_ACCESS_KEY_ID
          Deployment | /spec/template/spec/containers/0/env/3 | {"name":"TOLLROUTE_X402_FACILITATOR_TOKEN","value":"x"} | secret is a reference: TOLLROUTE_X402_FACILITATOR_TOKEN
          Deployment | /spec/template/spec/containers/0/env/2 | {"name":"TOLLROUTE_SELLER","value":"x"} | variable is set: ALIBABA_CLOUD_ACCESS_KEY_SECRET
          Deployment | /spec/template/spec/containers/0/env/2/valueFrom/secretKeyRef/optional | null | a shop without an Alibaba service starts: ALIBABA_CLOUD_ACCESS_KEY_SECRET
          Service | /kind | "Secret" | no Secret is part of the manifests
          Deployment | /spec/template/spec/volumes/3/configMap/name | "gone" | ConfigMap is there: gone
          Deployment | /spec/template/spec/containers/0/volumeMounts/3/mountPath | "/app/routes/pay" | file is mounted: /app/routes/payment/x402.camel.yaml
          Deployment | /spec/template/spec/containers/0/volumeMounts/3/mountPath | "/app/routes/pay" | file belongs there: /app/routes/pay/x402.camel.yaml
          ConfigMap | /data/http.camel.yaml | "old" | file is the one: /app/routes/http.camel.yaml
          ConfigMap | /data/http.camel.yaml | null | file is mounted: /app/routes/http.camel.yaml
          ConfigMap | /data/sandbox.camel.yaml | "x" | file belongs there: /app/routes/sandbox.camel.yaml
          Deployment | /spec/replicas | 2 | one replica
          Deployment | /spec/strategy | null | the old pod ends before the new one starts
          Deployment | /spec/template/spec/volumes/1/name | "scratch" | a place for temporary files
          Deployment | /spec/template/spec/volumes/0 | {"name":"data","emptyDir":{}} | a place for the ledger
          PersistentVolumeClaim | /metadata/name | "data" | the claim is used
          Deployment | /spec/template/spec/securityContext/fsGroup | null | the claim is writable
          Deployment | /spec/template/spec/containers/0/startupProbe/failureThreshold | 30 | a slow node starts in time
          Deployment | /metadata/labels/camel.apache.org~1monitor | null | the Camel Monitor operator finds it
          Deployment | /metadata/annotations/camel.apache.org~1observability-services-port | "8080" | the Camel Monitor operator finds it
          Deployment | /spec/template/spec/containers/0/env/6 | {"name":"TOLLROUTE_X402_RPC_URL","value":"x"} | an address with a key in it may be in the Secret: TOLLROUTE_X402_RPC_URL
          NetworkPolicy | /spec/podSelector/matchLabels/app.kubernetes.io~1name | "tolls" | NetworkPolicy selects
          NetworkPolicy | /spec/policyTypes | ["Ingress"] | both ways are ruled
          NetworkPolicy | /spec/ingress/0/from | [{"podSelector":{}}] | buyers reach the http port
          NetworkPolicy | /spec/ingress/1/from | null | one namespace reaches the management port
          NetworkPolicy | /spec/ingress/1/from/0/namespaceSelector/matchLabels | {} | one namespace reaches the management port
          NetworkPolicy | /spec/egress/0/ports | [] | a way out has a port
          NetworkPolicy | /spec/egress/0/ports | [{"port":5353}] | names, facilitator and books are reached
          NetworkPolicy | /spec/egress/1/to/0/ipBlock/except/2 | "192.0.2.0/24" | only the public internet is reached at 443
          NetworkPolicy | /spec/egress/0/ports/0/port | 5432 | nothing else is reached
          Deployment | /spec/template/spec/containers/0/lifecycle | null | waits before it stops
          Deployment | /spec/template/spec/terminationGracePeriodSeconds | 10 | calls in flight may end
          """)
  void mistakes(String kind, String pointer, String value, String rule) {
    Manifests wrong = base.copy();
    JsonNode object = wrong.ofKind(kind).get(0);
    plant(object, pointer, value);
    if (object.path("kind").asText().equals("Secret")) {
      wrong.objects().add(base.only("Service"));
    }
    assertThat(DeploymentRules.problems(project, false, wrong)).contains(rule);
  }

  @Test
  @DisplayName("of the base are not taken for the sandbox's")
  void base_is_no_sandbox() {
    assertThat(DeploymentRules.problems(project, true, base))
        .contains(
            "mode",
            "sandbox needs no Secret: ALIBABA_CLOUD_ACCESS_KEY_ID",
            "file is mounted: /app/routes/sandbox/alibaba.camel.yaml",
            "the sandbox keeps nothing");
  }

  @Test
  @DisplayName("leave to be filled in only what the start refuses until it is")
  void to_be_filled_in() {
    JsonNode settings = base.configMap("tollroute-settings");
    JsonNode types =
        Manifests.read(Project.ROOT.resolve("src/main/resources/settings.yaml")).objects().get(0);
    assertThat(settings).isNotEmpty();
    settings
        .properties()
        .forEach(
            setting -> {
              assertThat(setting.getValue().asText()).isEqualTo("to-be-filled-in");
              String name = setting.getKey().toLowerCase().replace('_', '.');
              JsonNode found =
                  types.properties().stream()
                      .filter(type -> type.getKey().replace('-', '.').equals(name))
                      .findFirst()
                      .orElseThrow()
                      .getValue();
              assertThat(found.path("type").asText()).isIn("url", "base-url", "address");
            });
  }

  @Test
  @DisplayName("of Camel K agree with the settings, the image and the Deployment")
  void camelK() {
    assertThat(IntegrationRules.problems(project, integration, base)).isEmpty();
  }

  @ParameterizedTest(name = "a mistake in the Integration is found: {0} = {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /metadata/name | "tollroute-paid" | its Service injects no TOLLROUTE_ name
          /spec/replicas | 2 | one replica
          /spec/traits/deployment | null | the old pod ends before the new one starts
          /spec/traits/camel/runtimeVersion | "3.33.2" | the operator ships the catalogue
          /spec/traits/prometheus/podMonitor | true | no PodMonitor for a path that is not there
          /spec/traits/owner/targetLabels | [] | monitors find it
          /spec/template/spec/containers/0/ports | [] | monitors find it
          /spec/traits/health/startupFailureThreshold | 30 | a slow node starts in time
          /spec/traits/container/image | "registry.example.com/tollroute:9" | image has the project's version
          /spec/traits/container/port | 9090 | port is tollroute.port
          /spec/traits/container/runAsNonRoot | false | non-root
          /spec/traits/container/runAsUser | 0 | user is the image's user
          /spec/template/spec/securityContext | null | the claim is writable
          /spec/template/spec/containers/0/securityContext | null | read-only root file system
          /spec/template/spec/automountServiceAccountToken | true | no account token
          /spec/template/spec/terminationGracePeriodSeconds | 10 | calls in flight may end
          /spec/traits/health/livenessProbe | "/q/health" | liveness asks /observe/health/live on the management port
          /spec/traits/health/readinessPort | 8080 | readiness asks /observe/health/ready on the management port
          /spec/traits/health/startupProbeEnabled | false | startup asks /observe/health/live on the management port
          /spec/traits/environment/vars/0 | "TOLLROUTE_PAYTO=x" | setting is known: TOLLROUTE_PAYTO
          /spec/traits/environment/vars/6 | "ALIBABA_CLOUD_ACCESS_KEY_ID=LTAI" | secret is a reference: ALIBABA_CLOUD_ACCESS_KEY_ID
          /spec/traits/mount/resources/1 | "configmap:tollroute-routes-payment@/app/pay" | tollroute-routes-payment is mounted at /app/routes/payment
          /spec/traits/mount/volumes | [] | a place for the ledger
          /spec/traits/mount/emptyDirs | [] | a place for temporary files
          """)
  void mistakesInTheIntegration(String pointer, String value, String rule) {
    JsonNode wrong = integration.deepCopy();
    plant(wrong, pointer, value);
    assertThat(IntegrationRules.problems(project, wrong, base)).contains(rule);
  }

  /** Puts a value, or with {@code null} nothing, in the place of what stands there. */
  static void plant(JsonNode object, String pointer, String json) {
    JsonPointer at = JsonPointer.compile(pointer);
    JsonNode parent = object.at(at.head());
    String name = at.last().getMatchingProperty();
    try {
      JsonNode value = JSON.readTree(json);
      if (parent instanceof ArrayNode array) {
        int index = at.last().getMatchingIndex();
        if (index < array.size()) {
          array.set(index, value);
        } else {
          array.add(value);
        }
      } else if (value.isNull()) {
        assertThat(((ObjectNode) parent).remove(name)).isNotNull();
      } else {
        ((ObjectNode) parent).set(name, value);
      }
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
