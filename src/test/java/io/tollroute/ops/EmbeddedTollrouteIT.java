package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.testing.FreePorts;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.OwnProvider;
import io.tollroute.testing.Shop;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.main.KameletMain;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The jar on the class path of a Camel that our launcher has not started. */
class EmbeddedTollrouteIT {

  private static final String FACES = "/api/tools/masked-face-comparison";
  private static final String GREETING = "/api/tools/greeting";

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private FreePorts ports;

  static Stream<Named<MainSupport>> camels() {
    KameletMain usual = new KameletMain("camel.jbang");
    usual.setDownload(false);
    KameletMain productive = new KameletMain("camel.jbang");
    productive.setDownload(false);
    productive.setProfile("prod");
    return Stream.of(
        Named.of("a plain Main", new Main()),
        Named.of("what camel run starts", usual),
        Named.of("what camel run --profile=prod starts", productive));
  }

  @BeforeEach
  void write() throws Exception {
    ports = FreePorts.draw();
    new OwnProvider(folder)
        .route(
            "greeting",
            """
            - route:
                id: greeting
                from:
                  uri: direct:greeting
                  steps:
                    - setBody: {expression: {jsonpath: {expression: "$.text"}}}
                    - setBody: {expression: {simple: {expression: '{"greeting":"Hello ${body}"}'}}}
            """)
        .service("greeting", "direct:greeting");
    Files.copy(
        Path.of("services", "facebody", "masked-face-comparison.yaml"),
        folder.resolve("services").resolve("masked-face-comparison.yaml"));
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    properties.put(
        "camel.main.routes-include-pattern",
        "file:" + folder.resolve("routes") + "/**/*.camel.yaml");
    properties.put("tollroute.embedded", "sandbox");
    properties.put("shop.port", String.valueOf(ports.port()));
    properties.put("tollroute.port", "{{shop.port}}");
    properties.put("tollroute.management.port", String.valueOf(ports.management()));
    properties.put("tollroute.services", folder.resolve("services").toString());
    properties.put("tollroute.database.url", "jdbc:sqlite:" + folder.resolve("ledger.db"));
    return properties;
  }

  @ParameterizedTest
  @MethodSource("camels")
  @DisplayName("It sells a call of a service of ours and one of the host's own route")
  void sells(MainSupport camel) throws Exception {
    properties().forEach(camel::addInitialProperty);
    try (LogLines log = LogLines.capture()) {
      camel.start();
      assertThat(log.lines()).noneMatch(line -> line.contains("another HTTP server"));
      Shop.await(() -> get(ports.management(), "/observe/health/ready").statusCode() == 200);

      HttpResponse<String> faces = buy(FACES, Shop.BODY);
      HttpResponse<String> greeting = buy(GREETING, "{\"text\":\"Ada\"}");

      assertThat(faces.statusCode()).as(faces.body()).isEqualTo(200);
      assertThat(greeting.statusCode()).as(greeting.body()).isEqualTo(200);
      assertThat(Shop.json(greeting).at("/data/greeting").asText())
          .as("greeted in %s", greeting.body())
          .isEqualTo("Hello Ada");
      JsonNode books = Shop.json(get(ports.port(), "/sandbox/facilitator/counters"));
      assertThat(books.path("settled").asInt()).isEqualTo(2);
    } finally {
      camel.stop();
    }
  }

  @Test
  @DisplayName("It does not start while a service names a route that the host does not have")
  void unserved() throws Exception {
    Files.delete(folder.resolve("routes/provider/greeting.camel.yaml"));

    assertStartFails(
        new Main(),
        properties(),
        "services name routes that this Camel does not have: direct:greeting");
  }

  @Test
  @DisplayName("It does not start where messages are traced, whose faces would stand in the log")
  void traced() {
    Map<String, String> properties = properties();
    properties.put("camel.main.tracing", "true");

    assertStartFails(new Main(), properties, "camel.main.tracing must not be on");
  }

  @Test
  @DisplayName("It does not start with a setting that it would not sell with, and says which")
  void faults() throws Exception {
    Map<String, String> properties = properties();
    properties.put("tollroute.embedded", "serve");

    assertStartFails(new Main(), properties, "tollroute.x402.pay-to");
  }

  @Test
  @DisplayName("A Camel without a property of Tollroute is left alone")
  void left_alone() throws Exception {
    Main camel = new Main();
    camel.start();
    try {
      assertThat(camel.getCamelContext().getRegistry().lookupByName("findService")).isNull();
    } finally {
      camel.stop();
    }
  }

  private static void assertStartFails(
      MainSupport camel, Map<String, String> properties, String saying) {
    properties.forEach(camel::addInitialProperty);
    try {
      assertThatThrownBy(camel::start).hasStackTraceContaining(saying);
    } finally {
      camel.stop();
    }
  }

  private HttpResponse<String> buy(String path, String body) throws Exception {
    ObjectNode demand = Shop.demand(post(path, ""));
    JsonNode payment =
        SandboxWallet.funded(Clock.systemUTC()).sign(demand, demand.at("/accepts/0"));
    return post(path, body, "PAYMENT-SIGNATURE", Shop.encode(payment));
  }

  private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at(ports.port(), path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(int port, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(at(port, path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static URI at(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
