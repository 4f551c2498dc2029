package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.tollroute.testing.Folders;
import io.tollroute.testing.FreePorts;
import io.tollroute.testing.Shop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The product as {@code serve} puts it together, from a folder that holds the stand-ins too. */
class ServeTest {

  private static final String PAY_TO = "0x1111111111111111111111111111111111111111";

  @TempDir private static Path folder;
  private static HttpServer facilitator;
  private static Application application;
  private static URI base;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @BeforeAll
  static void serve() throws Exception {
    // one of the sources of Alibaba's SDK that a test can fill
    System.setProperty("alibabacloud.accessKeyId", "test-id");
    System.setProperty("alibabacloud.accessKeyIdSecret", "test-secret");
    facilitator = facilitatorOfBase();
    FreePorts ports = FreePorts.draw();
    base = URI.create("http://127.0.0.1:" + ports.port());
    application =
        Application.create(
            Application.Mode.SERVE,
            Path.of("").toAbsolutePath(),
            Map.of(
                "TOLLROUTE_HOST",
                "127.0.0.1",
                "TOLLROUTE_PORT",
                Integer.toString(ports.port()),
                "TOLLROUTE_MANAGEMENT_PORT",
                Integer.toString(ports.management()),
                "TOLLROUTE_DATABASE_URL",
                "jdbc:sqlite:" + folder.resolve("ledger.db"),
                "TOLLROUTE_X402_RPC_URL",
                "http://127.0.0.1:1/v3/hush-hush",
                "TOLLROUTE_X402_PAY_TO",
                PAY_TO,
                "TOLLROUTE_X402_FACILITATOR_URL",
                "http://127.0.0.1:" + facilitator.getAddress().getPort()),
            new Properties(),
            Clock.systemUTC());
    application.start();
    HttpResponse<String> answer = post(Shop.SERVICE);
    for (int i = 0; i < 100 && answer.statusCode() != 402; i++) {
      Thread.sleep(50);
      answer = post(Shop.SERVICE);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    System.clearProperty("alibabacloud.accessKeyId");
    System.clearProperty("alibabacloud.accessKeyIdSecret");
    application.close();
    facilitator.stop(0);
  }

  private static HttpServer facilitatorOfBase() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    byte[] supported =
        "{\"kinds\":[{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"eip155:8453\"}]}"
            .getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/supported",
        exchange -> {
          exchange.sendResponseHeaders(200, supported.length);
          exchange.getResponseBody().write(supported);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static HttpResponse<String> post(String path) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(base.resolve(path))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  @DisplayName("serve asks for the USDC of Base, under its v1 name too, for the operator's address")
  void terms() throws Exception {
    HttpResponse<String> answer = post(Shop.SERVICE);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
    JsonNode terms = Shop.demand(answer).at("/accepts/0");
    assertThat(terms.path("network").asText()).isEqualTo("eip155:8453");
    assertThat(terms.path("asset").asText())
        .isEqualTo("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913");
    assertThat(terms.at("/extra/name").asText()).isEqualTo("USD Coin");
    assertThat(terms.at("/extra/version").asText()).isEqualTo("2");
    assertThat(terms.path("payTo").asText()).isEqualTo(PAY_TO);
    assertThat(Shop.json(answer).at("/accepts/0/network").asText()).isEqualTo("base");
  }

  @Test
  @DisplayName("The stand-ins are not loaded, although the folder holds them")
  void noSandboxRoutes() {
    CamelContext context = application.main().getCamelContext();

    assertThat(Path.of("routes", "sandbox")).isNotEmptyDirectory();
    assertThat(context.getRoutes()).extracting(Route::getId).contains("tool-call", "alibaba-rpc");
    assertThat(context.getRoutes())
        .extracting(Route::getId)
        .noneMatch(id -> id.startsWith("sandbox"));
    assertThat(context.getEndpoints())
        .noneMatch(endpoint -> endpoint.getEndpointUri().contains("/sandbox"));
    assertThat(context.getRegistry().lookupByName("sandboxFacilitatorSettle")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/sandbox/facilitator/verify",
        "/sandbox/facilitator/settle",
        "/sandbox/facilitator/supported",
        "/sandbox/facilitator/counters",
        "/sandbox/alibaba",
        "/sandbox/alibaba/counters"
      })
  @DisplayName("Nothing answers at a stand-in's address")
  void nothingThere(String path) throws Exception {
    HttpResponse<String> answer = post(path);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("not_found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sandbox", "extra/sandbox", "sandbox/deeper"})
  @DisplayName("However deep they are kept, serve leaves the sandbox's files out")
  void folders(String below, @TempDir Path routes) throws Exception {
    Folders.copy(Path.of("routes", "sandbox"), routes.resolve(below));
    Files.writeString(routes.resolve("mine.camel.yaml"), "[]\n");

    assertThat(new RouteFolder(routes).files(false))
        .containsExactly(routes.resolve("mine.camel.yaml"));
    assertThat(new RouteFolder(routes).files(true))
        .anyMatch(file -> file.endsWith("facilitator.camel.yaml"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"observe/health", "observe/health/ready", "observe/health/live", "manage/totals"})
  @DisplayName("The management port shows nothing of a key that stands in a node's URL")
  void nodeKey(String path) throws Exception {
    String port = application.settings().text("tollroute.management.port");
    HttpResponse<String> answer =
        CLIENT.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + path)).build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(application.settings().text("tollroute.x402.rpc-url")).contains("hush-hush");
    assertThat(answer.body()).isNotEmpty().doesNotContain("hush-hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"payments", "charges", "totals", "reconcile"})
  @DisplayName("management is closed where no token is set, and says which setting opens it")
  void managementClosed(String path) throws Exception {
    String port = application.settings().text("tollroute.management.port");
    for (String token : new String[] {"", "sandbox-operator-token", "x"}) {
      HttpResponse<String> answer =
          CLIENT.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/manage/" + path))
                  .header("Authorization", "Bearer " + token)
                  .build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("closed");
      assertThat(answer.body().lines()).hasSize(1);
      assertThat(answer.body()).contains("tollroute.management.token");
    }
  }
}
