package io.tollroute.httpjson;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tollroute.testing.Folders;
import io.tollroute.testing.OwnProvider;
import io.tollroute.testing.Shop;
import io.tollroute.testing.ShopProcess;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An HTTP API behind TLS")
@Timeout(300)
class HttpsApiIT {

  private static final String PASSWORD = "password";

  @TempDir private Path folder;
  @TempDir private Path home;

  private Path keys;
  private HttpsServer api;

  @BeforeEach
  void serve() throws Exception {
    keys = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "api",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                keys.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor()).as(folder.resolve("keytool.log").toString()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    api = HttpsServer.create(new InetSocketAddress("localhost", 0), 0);
    api.setHttpsConfigurator(new HttpsConfigurator(context));
    api.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("{\"safe\":true}".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    api.start();
  }

  @AfterEach
  void stop() {
    api.stop(0);
  }

  private HttpResponse<String> bought(String options) throws Exception {
    OwnProvider own =
        new OwnProvider(Files.createTempDirectory(folder, "own"))
            .service(
                "safe",
                HttpJsonProvider.ROUTE,
                "  settings: {url: 'https://localhost:" + api.getAddress().getPort() + "/{text}'}");
    Map<String, String> settings =
        new HashMap<>(own.settings("TOLLROUTE_HTTP_JSON_ALLOWED_HOSTS", "localhost"));
    settings.put("JAVA_OPTS", options);
    Folders.copy(Path.of("docs"), home.resolve("docs"));
    try (Shop others = Shop.open();
        ShopProcess shop = ShopProcess.launch(others, home, settings)) {
      ObjectNode demand = Shop.demand(shop.post("/api/tools/safe", ""));
      String signature = Shop.encode(others.wallet().sign(demand, demand.at("/accepts/0")));
      return shop.post("/api/tools/safe", "{\"text\":\"x\"}", "PAYMENT-SIGNATURE", signature);
    }
  }

  @Test
  @DisplayName("is sold when its certificate is one that Java trusts")
  void trusted() throws Exception {
    HttpResponse<String> answer =
        bought(
            "-Djavax.net.ssl.trustStore="
                + keys
                + " -Djavax.net.ssl.trustStorePassword="
                + PASSWORD);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Shop.json(answer).at("/data/safe").asBoolean()).isTrue();
  }

  @Test
  @DisplayName("is not called when it is not, and nothing is charged")
  void untrusted() throws Exception {
    HttpResponse<String> answer = bought("-XX:TieredStopAtLevel=1");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
  }
}
