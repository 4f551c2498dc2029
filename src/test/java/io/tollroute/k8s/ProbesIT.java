package io.tollroute.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.ops.Application;
import io.tollroute.testing.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The probes of the manifests")
class ProbesIT {

  @Test
  @DisplayName("are answered by the product, on the management port and not on the buyers'")
  void answered(@TempDir Path data) throws Exception {
    FreePorts ports = FreePorts.draw();
    int management = ports.management();
    Map<String, String> environment =
        Map.of(
            "TOLLROUTE_PORT", String.valueOf(ports.port()),
            "TOLLROUTE_MANAGEMENT_PORT", String.valueOf(management),
            "TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + data.resolve("sandbox.db"));
    try (Application application =
        Application.create(
            Application.Mode.SANDBOX,
            Project.ROOT,
            environment,
            new Properties(),
            Clock.systemUTC())) {
      application.start();
      assertThat(status(management, DeploymentRules.LIVE)).isEqualTo(200);
      assertThat(status(management, DeploymentRules.READY)).isIn(200, 503);
      assertThat(status(management, "/observe/health/lives")).isEqualTo(404);
      assertThat(status(application.port(), DeploymentRules.LIVE)).isEqualTo(404);
    }
  }

  private static int status(int port, String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            BodyHandlers.discarding())
        .statusCode();
  }
}
