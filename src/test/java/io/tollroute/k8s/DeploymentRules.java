package io.tollroute.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a Deployment and the objects beside it must have in common with the project. */
final class DeploymentRules {

  static final String LIVE = "/observe/health/live";
  static final String READY = "/observe/health/ready";
  static final String METRICS = "/observe/metrics";

  /** Seconds that a start may take: ten times what it takes of the processor, and more. */
  static final int SLOW_START = 150;

  /** What lies in a cluster or beside it, the metadata service of clouds too. */
  private static final List<String> PRIVATE =
      List.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16");

  private final Project project;
  private final boolean sandbox;
  private final boolean replicas;
  private final Manifests manifests;
  private final JsonNode deployment;
  private final JsonNode pod;
  private final JsonNode container;
  private final List<String> problems = new ArrayList<>();

  private DeploymentRules(Project project, boolean sandbox, boolean replicas, Manifests manifests) {
    this.project = project;
    this.sandbox = sandbox;
    this.replicas = replicas;
    this.manifests = manifests;
    this.deployment = manifests.only("Deployment");
    this.pod = deployment.at("/spec/template/spec");
    this.container = pod.at("/containers/0");
  }

  static List<String> problems(Project project, boolean sandbox, Manifests manifests) {
    return new DeploymentRules(project, sandbox, false, manifests).check();
  }

  /** What differs where several replicas share a database. */
  static List<String> problemsOfReplicas(Project project, Manifests manifests) {
    return new DeploymentRules(project, false, true, manifests).check();
  }

  private List<String> check() {
    require(container.at("/args/0").asText().equals(sandbox ? "sandbox" : "serve"), "mode");
    image();
    ports();
    probes();
    service();
    network();
    monitor();
    security();
    environment();
    files();
    state();
    end();
    return problems;
  }

  private void require(boolean so, String rule) {
    if (!so) {
      problems.add(rule);
    }
  }

  private void image() {
    require(
        container.path("image").asText().equals("tollroute:" + project.version()),
        "image has the project's version");
    JsonNode context = pod.path("securityContext");
    require(
        project
            .imageUser()
            .equals(context.path("runAsUser").asInt() + ":" + context.path("runAsGroup").asInt()),
        "user is the image's user");
  }

  private int port(String name) {
    for (JsonNode port : container.path("ports")) {
      if (port.path("name").asText().equals(name)) {
        return port.path("containerPort").asInt();
      }
    }
    return -1;
  }

  private void ports() {
    require(port("http") == project.port("tollroute.port"), "http port is tollroute.port");
    require(
        port("management") == project.port("tollroute.management.port"),
        "management port is tollroute.management.port");
  }

  private void probes() {
    Map.of("startupProbe", LIVE, "livenessProbe", LIVE, "readinessProbe", READY)
        .forEach(
            (probe, path) -> {
              JsonNode get = container.path(probe).path("httpGet");
              require(get.path("path").asText().equals(path), probe + " asks " + path);
              require(
                  get.path("port").asText().equals("management"),
                  probe + " asks the management port");
            });
    JsonNode startup = container.path("startupProbe");
    require(
        startup.path("periodSeconds").asInt() * startup.path("failureThreshold").asInt()
            >= SLOW_START,
        "a slow node starts in time");
  }

  private void service() {
    JsonNode service = manifests.only("Service");
    JsonNode labels = deployment.at("/spec/template/metadata/labels");
    require(selects(deployment.at("/spec/selector/matchLabels"), labels), "Deployment selects");
    require(selects(service.at("/spec/selector"), labels), "Service selects");
    require(
        service.at("/spec/ports").size() == 1
            && service.at("/spec/ports/0/targetPort").asText().equals("http"),
        "Service leads to the http port only");
  }

  private void network() {
    JsonNode policy = manifests.only("NetworkPolicy");
    require(
        selects(
            policy.at("/spec/podSelector/matchLabels"),
            deployment.at("/spec/template/metadata/labels")),
        "NetworkPolicy selects");
    require(
        policy.at("/spec/policyTypes").toString().equals("[\"Ingress\",\"Egress\"]"),
        "both ways are ruled");
    boolean buyers = false;
    for (JsonNode rule : policy.at("/spec/ingress")) {
      boolean open = !rule.has("from");
      require(rule.path("ports").size() == 1, "a way in has one port");
      String port = rule.at("/ports/0/port").asText();
      buyers |= open && port.equals("http");
      require(
          !port.equals("management") || !rule.at("/from/0/namespaceSelector/matchLabels").isEmpty(),
          "one namespace reaches the management port");
    }
    require(buyers, "buyers reach the http port");
    Set<Integer> out = new HashSet<>();
    for (JsonNode rule : policy.at("/spec/egress")) {
      require(!rule.path("ports").isEmpty(), "a way out has a port");
      rule.path("ports").forEach(port -> out.add(port.path("port").asInt()));
      if (rule.at("/ports/0/port").asInt() == 443) {
        List<String> except = new ArrayList<>();
        rule.at("/to/0/ipBlock/except").forEach(block -> except.add(block.asText()));
        require(except.containsAll(PRIVATE), "only the public internet is reached at 443");
      }
    }
    require(
        out.containsAll(replicas ? Set.of(53, 443, 5432) : Set.of(53, 443)),
        "names, facilitator and books are reached");
    require(replicas || !out.contains(5432), "nothing else is reached");
  }

  private void monitor() {
    require(
        !deployment.at("/metadata/labels/camel.apache.org~1monitor").asText().isEmpty()
            && deployment
                .at("/metadata/annotations/camel.apache.org~1observability-services-port")
                .asText()
                .equals(String.valueOf(project.port("tollroute.management.port"))),
        "the Camel Monitor operator finds it");
    Stream.of("PodMonitor", "ServiceMonitor")
        .flatMap(kind -> manifests.ofKind(kind).stream())
        .forEach(
            monitor -> {
              JsonNode endpoint =
                  monitor.at("/spec/podMetricsEndpoints/0").isMissingNode()
                      ? monitor.at("/spec/endpoints/0")
                      : monitor.at("/spec/podMetricsEndpoints/0");
              require(
                  endpoint.path("port").asText().equals("management")
                      && endpoint.path("path").asText().equals(METRICS),
                  "metrics are asked of the management port");
            });
    manifests
        .ofKind("PodMonitor")
        .forEach(
            monitor ->
                require(
                    selects(
                        monitor.at("/spec/selector/matchLabels"),
                        deployment.at("/spec/template/metadata/labels")),
                    "PodMonitor selects"));
  }

  private static boolean selects(JsonNode selector, JsonNode labels) {
    return !selector.isEmpty()
        && selector.properties().stream()
            .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())));
  }

  private void security() {
    JsonNode own = container.path("securityContext");
    require(pod.at("/securityContext/runAsNonRoot").asBoolean(), "non-root");
    require(pod.at("/securityContext/runAsUser").asInt() > 0, "user is not root");
    require(
        pod.at("/securityContext/seccompProfile/type").asText().equals("RuntimeDefault"),
        "seccomp");
    require(own.path("readOnlyRootFilesystem").asBoolean(), "read-only root file system");
    require(!own.path("allowPrivilegeEscalation").asBoolean(true), "no privilege escalation");
    require(own.at("/capabilities/drop/0").asText().equals("ALL"), "no capabilities");
    require(own.at("/capabilities/add").isMissingNode(), "no added capabilities");
    require(!pod.path("automountServiceAccountToken").asBoolean(true), "no account token");
    require(!pod.path("enableServiceLinks").asBoolean(true), "no service links");
    require(
        container.at("/resources/limits/memory").isTextual()
            && container.at("/resources/requests/memory").isTextual(),
        "memory is bounded");
  }

  private void environment() {
    Map<String, JsonNode> variables = new TreeMap<>();
    for (JsonNode source : container.path("envFrom")) {
      String name = source.at("/configMapRef/name").asText();
      JsonNode data = manifests.configMap(name);
      require(!data.isEmpty(), "settings are there: " + name);
      data.properties().forEach(e -> variables.put(e.getKey(), e.getValue()));
    }
    for (JsonNode variable : container.path("env")) {
      variables.put(variable.path("name").asText(), variable);
    }
    variables.forEach(
        (name, variable) -> {
          boolean reference =
              variable.at("/valueFrom/secretKeyRef/name").asText().equals("tollroute");
          require(
              project.knowsVariable(name)
                  || name.startsWith("ALIBABA_CLOUD_")
                  || name.equals("OTEL_EXPORTER_OTLP_HEADERS"),
              "setting is known: " + name);
          require(!project.isSecret(name) || reference, "secret is a reference: " + name);
          require(!sandbox || !reference, "sandbox needs no Secret: " + name);
        });
    Set<String> needed =
        sandbox
            ? Set.of("TOLLROUTE_HOST")
            : Set.of(
                "TOLLROUTE_PUBLIC_URL",
                "TOLLROUTE_X402_PAY_TO",
                "TOLLROUTE_X402_FACILITATOR_URL",
                "ALIBABA_CLOUD_ACCESS_KEY_ID",
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET");
    if (replicas) {
      List.of("TOLLROUTE_DATABASE_URL", "TOLLROUTE_DATABASE_USERNAME", "TOLLROUTE_LEDGER_KEY")
          .forEach(name -> require(variables.containsKey(name), "variable is set: " + name));
      require(
          !variables.get("TOLLROUTE_LEDGER_KEY").at("/valueFrom/secretKeyRef/optional").asBoolean(),
          "all pods have the same key");
    }
    Stream.of("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
        .filter(variables::containsKey)
        .forEach(
            name ->
                require(
                    variables.get(name).at("/valueFrom/secretKeyRef/optional").asBoolean(),
                    "a shop without an Alibaba service starts: " + name));
    if (!sandbox) {
      Map.of(
              "TOLLROUTE_X402_RPC_URL", "an address with a key in it",
              "TOLLROUTE_DATABASE_URL", "an address with a key in it",
              "TOLLROUTE_EVENTS", "whose password is in it",
              "OTEL_EXPORTER_OTLP_HEADERS", "whose password is in it")
          .forEach(
              (name, what) ->
                  require(
                      variables.containsKey(name)
                          && variables.get(name).at("/valueFrom/secretKeyRef/optional").asBoolean(),
                      what + " may be in the Secret: " + name));
    }
    needed.forEach(name -> require(variables.containsKey(name), "variable is set: " + name));
    require(
        variables.containsKey("TOLLROUTE_MANAGEMENT_HOST")
            && variables.get("TOLLROUTE_MANAGEMENT_HOST").path("value").asText().equals("0.0.0.0"),
        "the kubelet reaches the management port");
    require(manifests.ofKind("Secret").isEmpty(), "no Secret is part of the manifests");
  }

  /** Path and content of every file that a ConfigMap brings. */
  private Map<String, String> mounted() {
    Map<String, String> files = new TreeMap<>();
    for (JsonNode mount : container.path("volumeMounts")) {
      for (JsonNode volume : pod.path("volumes")) {
        if (volume.path("name").equals(mount.path("name")) && volume.has("configMap")) {
          String name = volume.at("/configMap/name").asText();
          JsonNode data = manifests.configMap(name);
          require(!data.isEmpty(), "ConfigMap is there: " + name);
          String path = mount.path("mountPath").asText();
          data.properties().forEach(e -> files.put(path + "/" + e.getKey(), e.getValue().asText()));
        }
      }
    }
    return files;
  }

  private void files() {
    Map<String, String> expected = new TreeMap<>();
    Project.files("routes", ".yaml")
        .forEach(
            (name, content) -> {
              if (sandbox || !name.startsWith("sandbox/")) {
                expected.put("/app/routes/" + name, content);
              }
            });
    Project.files("services", ".yaml")
        .forEach((name, content) -> expected.put("/app/services/" + name, content));
    Map<String, String> mounted = mounted();
    Set<String> names = new TreeSet<>(expected.keySet());
    names.addAll(mounted.keySet());
    names.forEach(
        name -> {
          require(expected.containsKey(name), "file belongs there: " + name);
          require(mounted.containsKey(name), "file is mounted: " + name);
          if (expected.containsKey(name) && mounted.containsKey(name)) {
            require(mounted.get(name).equals(expected.get(name)), "file is the one: " + name);
          }
        });
  }

  private void state() {
    if (replicas) {
      rolling();
    } else {
      require(deployment.at("/spec/replicas").asInt() == 1, "one replica");
      require(
          deployment.at("/spec/strategy/type").asText().equals("Recreate"),
          "the old pod ends before the new one starts");
    }
    Map<String, String> writable = new TreeMap<>();
    for (JsonNode mount : container.path("volumeMounts")) {
      for (JsonNode volume : pod.path("volumes")) {
        if (volume.path("name").equals(mount.path("name")) && !volume.has("configMap")) {
          Set<String> kinds = new HashSet<>();
          volume.fieldNames().forEachRemaining(kinds::add);
          kinds.remove("name");
          writable.put(mount.path("mountPath").asText(), String.join(",", kinds));
        }
      }
    }
    require("emptyDir".equals(writable.get("/tmp")), "a place for temporary files");
    if (replicas) {
      require(writable.size() == 1, "the pod keeps nothing");
      require(manifests.ofKind("PersistentVolumeClaim").isEmpty(), "no claim");
      return;
    }
    require(
        (sandbox ? "emptyDir" : "persistentVolumeClaim").equals(writable.get("/app/data")),
        "a place for the ledger");
    if (!sandbox) {
      JsonNode claim = manifests.only("PersistentVolumeClaim");
      require(
          pod.path("volumes")
              .findValuesAsText("claimName")
              .contains(claim.at("/metadata/name").asText()),
          "the claim is used");
      require(
          pod.at("/securityContext/fsGroup").asInt()
              == pod.at("/securityContext/runAsGroup").asInt(),
          "the claim is writable");
    } else {
      require(manifests.ofKind("PersistentVolumeClaim").isEmpty(), "the sandbox keeps nothing");
    }
  }

  private void rolling() {
    int pods = deployment.at("/spec/replicas").asInt();
    for (JsonNode scaler : manifests.ofKind("HorizontalPodAutoscaler")) {
      require(
          deployment.at("/spec/replicas").isMissingNode(), "the autoscaler alone says how many");
      require(
          scaler
              .at("/spec/scaleTargetRef/name")
              .asText()
              .equals(deployment.at("/metadata/name").asText()),
          "the autoscaler scales the Deployment");
      pods = scaler.at("/spec/minReplicas").asInt();
    }
    require(pods > 1, "several replicas");
    require(
        pod.path("topologySpreadConstraints")
            .findValuesAsText("topologyKey")
            .containsAll(List.of("kubernetes.io/hostname", "topology.kubernetes.io/zone")),
        "the pods are spread");
    for (JsonNode spread : pod.path("topologySpreadConstraints")) {
      require(
          selects(
              spread.at("/labelSelector/matchLabels"),
              deployment.at("/spec/template/metadata/labels")),
          "the spread selects");
    }
    JsonNode strategy = deployment.at("/spec/strategy");
    require(
        strategy.path("type").asText().equals("RollingUpdate")
            && strategy.at("/rollingUpdate/maxUnavailable").asInt(-1) == 0,
        "the new pod is ready before an old one ends");
    JsonNode disruption = manifests.only("PodDisruptionBudget");
    require(
        selects(
            disruption.at("/spec/selector/matchLabels"),
            deployment.at("/spec/template/metadata/labels")),
        "PodDisruptionBudget selects");
    require(disruption.at("/spec/maxUnavailable").asInt() < pods, "some pod stays up");
  }

  private void end() {
    JsonNode command = container.at("/lifecycle/preStop/exec/command");
    boolean sleeps = command.at("/0").asText().equals("sleep");
    require(sleeps, "waits before it stops");
    require(
        pod.path("terminationGracePeriodSeconds").asInt()
            >= command.at("/1").asInt() + project.shutdownTimeout() + 5,
        "calls in flight may end");
  }
}
