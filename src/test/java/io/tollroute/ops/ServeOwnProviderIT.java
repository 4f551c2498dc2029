package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.Service;
import io.tollroute.testing.FreePorts;
import io.tollroute.testing.OwnProvider;
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
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} with services of the operator's own only, on a machine without Alibaba's keys. */
@Timeout(120)
class ServeOwnProviderIT {

  private static final String SHIPPED = "services/facebody/masked-face-comparison.yaml";

  private static final String ROUTE =
      """
      - route:
          id: mine
          from:
            uri: direct:mine
            steps:
              - setBody:
                  expression:
                    constant:
                      expression: '{"by":"me"}'
      """;

  @TempDir private Path folder;
  private HttpServer facilitator;
  private FreePorts ports;
  private Application application;

  @BeforeEach
  void serve() throws Exception {
    facilitator = facilitatorOfBase();
    ports = FreePorts.draw();
    application =
        Application.create(
            Application.Mode.SERVE,
            Path.of("").toAbsolutePath(),
            new OwnProvider(folder)
                .route("mine", ROUTE)
                .service("mine", "direct:mine")
                .settings(
                    "TOLLROUTE_HOST",
                    "127.0.0.1",
                    "TOLLROUTE_PORT",
                    Integer.toString(ports.port()),
                    "TOLLROUTE_MANAGEMENT_PORT",
                    Integer.toString(ports.management()),
                    "TOLLROUTE_DATABASE_URL",
                    "jdbc:sqlite:" + folder.resolve("ledger.db"),
                    "TOLLROUTE_PUBLIC_URL",
                    "http://127.0.0.1:" + ports.port(),
                    // a test looks when it wants to
                    "TOLLROUTE_SERVICES_POLL_MS",
                    "3600000",
                    "TOLLROUTE_X402_PAY_TO",
                    "0x1111111111111111111111111111111111111111",
                    "TOLLROUTE_X402_FACILITATOR_URL",
                    "http://127.0.0.1:" + facilitator.getAddress().getPort()),
            new Properties(),
            Clock.systemUTC());
    application.start();
  }

  @AfterEach
  void stop() throws Exception {
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

  private static HttpResponse<String> ask(int port, String method, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private boolean isReady() throws Exception {
    return ask(ports.management(), "GET", "/observe/health/ready").statusCode() == 200;
  }

  private LiveCatalogue catalogue() {
    return application
        .main()
        .getCamelContext()
        .getRegistry()
        .lookupByNameAndType("liveCatalogue", LiveCatalogue.class);
  }

  @Test
  @DisplayName(
      "It starts, is ready and sells; Alibaba's service is taken up when its keys are there, and"
          + " refused with its line until then")
  void ownFirst() throws Exception {
    Shop.await(this::isReady);
    assertThat(ask(ports.port(), "POST", "/api/tools/mine").statusCode()).isEqualTo(402);

    Path added = folder.resolve("services/face.yaml");
    Files.copy(Path.of(SHIPPED), added);
    assertThat(catalogue().reload()).isFalse();

    assertThat(catalogue().lastFault())
        .hasValueSatisfying(
            fault ->
                assertThat(fault)
                    .startsWith(added + ":")
                    .contains(
                        ": ALIBABA_CLOUD_ACCESS_KEY_ID: no credentials for Alibaba Cloud, ",
                        "; direct:alibaba-rpc needs it")
                    .hasLineCount(1));
    assertThat(catalogue().current().services()).extracting(Service::id).containsExactly("mine");
    assertThat(isReady()).as("what is on sale can be sold").isTrue();

    System.setProperty("alibabacloud.accessKeyId", "test-id");
    System.setProperty("alibabacloud.accessKeyIdSecret", "test-secret");

    assertThat(catalogue().reload()).isTrue();
    assertThat(ask(ports.port(), "POST", Shop.SERVICE).statusCode()).isEqualTo(402);
    assertThat(isReady()).isTrue();
  }
}
