package io.tollroute.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the Camel K Integration must have in common with the project and with the Deployment. */
final class IntegrationRules {

  private IntegrationRules() {}

  /** What the operator releases that docs/kubernetes.md names have a catalogue of. */
  static final String CATALOGUE = "3.15.3";

  static List<String> problems(Project project, JsonNode integration, Manifests base) {
    return problems(project, integration, base, false);
  }

  /** What differs where several replicas share a database. */
  static List<String> problemsOfReplicas(Project project, JsonNode integration, Manifests base) {
    return problems(project, integration, base, true);
  }

  private static List<String> problems(
      Project project, JsonNode integration, Manifests base, boolean replicas) {
    List<String> problems = new ArrayList<>();
    JsonNode traits = integration.at("/spec/traits");
    Map<String, Boolean> rules = new TreeMap<>();
    // https://github.com/apache/camel-k/pull/6725: service links cannot be turned off
    rules.put(
        "its Service injects no TOLLROUTE_ name",
        !integration.at("/metadata/name").asText().startsWith("tollroute"));
    JsonNode deployment = traits.path("deployment");
    if (replicas) {
      rules.put("several replicas", integration.at("/spec/replicas").asInt() > 1);
      rules.put(
          "the new pod is ready before an old one ends",
          deployment.path("strategy").asText().equals("RollingUpdate")
              && deployment.path("rollingUpdateMaxUnavailable").asInt(-1) == 0);
      rules.put(
          "some pod stays up",
          traits.at("/pdb/enabled").asBoolean()
              && traits.at("/pdb/maxUnavailable").asText().equals("1"));
      rules.put(
          "the pods are spread",
          integration
              .at("/spec/template/spec/topologySpreadConstraints")
              .findValuesAsText("topologyKey")
              .containsAll(List.of("kubernetes.io/hostname", "topology.kubernetes.io/zone")));
      rules.put("no claim", traits.at("/mount/volumes").isMissingNode());
    } else {
      rules.put("one replica", integration.at("/spec/replicas").asInt() == 1);
      rules.put(
          "the old pod ends before the new one starts",
          deployment.path("strategy").asText().equals("Recreate"));
      rules.put(
          "a place for the ledger", traits.at("/mount/volumes").toString().contains(":/app/data:"));
    }
    rules.put(
        "the operator ships the catalogue",
        traits.at("/camel/runtimeVersion").asText().equals(CATALOGUE));
    rules.put("monitors find it", monitored(project, integration));
    rules.put(
        "no PodMonitor for a path that is not there",
        traits.at("/prometheus/enabled").asBoolean()
            && !traits.at("/prometheus/podMonitor").asBoolean(true));
    rules.put(
        "a slow node starts in time",
        traits.at("/health/startupPeriod").asInt()
                * traits.at("/health/startupFailureThreshold").asInt()
            >= DeploymentRules.SLOW_START);
    rules.put(
        "image has the project's version",
        traits.at("/container/image").asText().endsWith("/tollroute:" + project.version()));
    rules.put(
        "port is tollroute.port",
        traits.at("/container/port").asInt() == project.port("tollroute.port"));
    rules.put("non-root", traits.at("/container/runAsNonRoot").asBoolean());
    rules.put(
        "user is the image's user",
        project.imageUser().startsWith(traits.at("/container/runAsUser").asInt() + ":"));
    JsonNode spec = integration.at("/spec/template/spec");
    rules.put(
        "the claim is writable",
        project.imageUser().endsWith(":" + spec.at("/securityContext/fsGroup").asInt()));
    rules.put(
        "read-only root file system",
        spec.at("/containers/0/securityContext/readOnlyRootFilesystem").asBoolean());
    rules.put("no account token", !spec.path("automountServiceAccountToken").asBoolean(true));
    rules.put(
        "calls in flight may end",
        spec.path("terminationGracePeriodSeconds").asInt()
            >= spec.at("/containers/0/lifecycle/preStop/exec/command/1").asInt()
                + project.shutdownTimeout()
                + 5);
    Map.of(
            "startup", DeploymentRules.LIVE,
            "liveness", DeploymentRules.LIVE,
            "readiness", DeploymentRules.READY)
        .forEach(
            (probe, path) ->
                rules.put(
                    probe + " asks " + path + " on the management port",
                    traits.path("health").path(probe + "ProbeEnabled").asBoolean()
                        && traits.path("health").path(probe + "Probe").asText().equals(path)
                        && traits.path("health").path(probe + "Port").asInt()
                            == project.port("tollroute.management.port")));
    for (JsonNode variable : traits.at("/environment/vars")) {
      String[] parts = variable.asText().split("=", 2);
      rules.put(
          "setting is known: " + parts[0],
          project.knowsVariable(parts[0]) || parts[0].startsWith("ALIBABA_CLOUD_"));
      rules.put(
          "secret is a reference: " + parts[0],
          !project.isSecret(parts[0]) || parts[1].equals("secret:tollroute/" + parts[0]));
    }
    mounts(base)
        .forEach(
            (path, map) ->
                rules.put(
                    map + " is mounted at " + path,
                    traits
                        .at("/mount/resources")
                        .toString()
                        .contains("\"configmap:" + map + "@" + path + "\"")));
    rules.put(
        "a place for temporary files", traits.at("/mount/emptyDirs").toString().contains(":/tmp:"));
    rules.forEach(
        (rule, kept) -> {
          if (!kept) {
            problems.add(rule);
          }
        });
    return problems;
  }

  /** By a label that the operator passes on, and by the port's name. */
  private static boolean monitored(Project project, JsonNode integration) {
    String label = "camel.apache.org/monitor";
    String port = "camel.apache.org/observability-services-port";
    int management = project.port("tollroute.management.port");
    JsonNode owner = integration.at("/spec/traits/owner");
    JsonNode named = integration.at("/spec/template/spec/containers/0/ports/0");
    return integration.at("/metadata/labels").has(label)
        && integration.at("/metadata/annotations").path(port).asInt() == management
        && owner.path("targetLabels").toString().contains(label)
        && owner.path("targetAnnotations").toString().contains(port)
        && named.path("name").asText().equals("management")
        && named.path("containerPort").asInt() == management;
  }

  private static Map<String, String> mounts(Manifests base) {
    JsonNode pod = base.only("Deployment").at("/spec/template/spec");
    Map<String, String> mounts = new TreeMap<>();
    for (JsonNode mount : pod.at("/containers/0/volumeMounts")) {
      for (JsonNode volume : pod.path("volumes")) {
        if (volume.path("name").equals(mount.path("name")) && volume.has("configMap")) {
          mounts.put(mount.path("mountPath").asText(), volume.at("/configMap/name").asText());
        }
      }
    }
    return mounts;
  }
}
