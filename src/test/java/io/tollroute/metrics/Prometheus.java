package io.tollroute.metrics;

import io.tollroute.testing.FreePorts;
import io.tollroute.testing.Shop;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Prometheus that watches a shop, with the rules that ship and seconds for minutes. */
final class Prometheus implements AutoCloseable {

  private final Process process;
  private final URI alerts;
  private final HttpClient client = HttpClient.newHttpClient();

  private Prometheus(Process process, URI alerts) {
    this.process = process;
    this.alerts = alerts;
  }

  /** The program, where it is installed. */
  static Optional<Path> program() {
    return Stream.of(
            Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
        .map(place -> Path.of(place, "prometheus"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts it, with its files below {@code folder}. */
  static Prometheus watching(URI management, Path folder) throws Exception {
    int port = FreePorts.draw().port();
    Path here = Files.createTempDirectory(folder, "prometheus");
    String rules =
        Files.readString(Queries.FOLDER.resolve("tollroute.rules.yaml"))
            .replaceAll("for: [0-9]+[mh]", "for: 2s")
            .replace("[5m]", "[10s]")
            .replace("[2m]", "[6s]")
            .replace("offset 5m", "offset 10s");
    Files.writeString(here.resolve("rules.yaml"), rules);
    Files.writeString(
        here.resolve("prometheus.yaml"),
        """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: [rules.yaml]
        scrape_configs:
          - job_name: tollroute
            metrics_path: /observe/metrics
            static_configs: [{targets: ["%s"]}]
        """
            .formatted(management.getAuthority()));
    Process process =
        new ProcessBuilder(
                program().orElseThrow().toString(),
                "--config.file=" + here.resolve("prometheus.yaml"),
                "--storage.tsdb.path=" + here.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(here.resolve("prometheus.log").toFile())
            .start();
    return new Prometheus(process, URI.create("http://127.0.0.1:" + port + "/api/v1/alerts"));
  }

  /** The alarms that ring now. */
  List<String> ringing() throws Exception {
    HttpResponse<String> answer =
        client.send(HttpRequest.newBuilder(alerts).build(), HttpResponse.BodyHandlers.ofString());
    return Stream.of(Shop.json(answer).at("/data/alerts"))
        .flatMap(found -> found.findParents("state").stream())
        .filter(alert -> alert.path("state").asText().equals("firing"))
        .map(alert -> alert.at("/labels/alertname").asText())
        .toList();
  }

  /** Whether it answers, and nothing rings. */
  boolean isQuiet() throws Exception {
    try {
      return ringing().isEmpty();
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }
}
