package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FacilitatorAwayIT {

  private static final long PRICE = 200_000;
  private static final String POLL = "TOLLROUTE_X402_FACILITATOR_SUPPORTED_POLL_MS";

  private static Shop shop;
  private static HttpResponse<String> unpaidAtStart;
  private static boolean readyAtStart;

  /** Opens while the facilitator is down. */
  @BeforeAll
  static void open() throws Exception {
    FaultyFacilitator facilitator = new FaultyFacilitator();
    facilitator.keepNoConnections();
    facilitator.goAway();
    shop = Shop.openUnready(Map.of(POLL, "1000"), facilitator);
    readyAtStart = shop.isReady();
    unpaidAtStart = shop.post(Shop.SERVICE, Shop.BODY);
    facilitator.comeBack();
    shop.awaitReady();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @AfterEach
  void behave() throws Exception {
    shop.facilitator().behave();
    shop.awaitReady();
  }

  @Test
  @DisplayName("down at the start: not ready, an unpaid call is 503 and not 402; then it heals")
  void down_at_start() throws Exception {
    assertThat(readyAtStart).isFalse();
    assertNotOffered(unpaidAtStart);

    assertThat(shop.post(Shop.SERVICE, Shop.BODY).statusCode()).isEqualTo(402);
  }

  @Test
  @DisplayName("what it no longer settles is no longer offered, until it settles it again")
  void changed() throws Exception {
    shop.facilitator()
        .on(
            "supported",
            FaultyFacilitator.answering(
                200,
                "{\"kinds\":[{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"eip155:1\"}]}"));
    awaitReadiness(false);

    assertNotOffered(shop.post(Shop.SERVICE, ""));
    assertNotOffered(shop.post(Shop.ALIAS, Shop.BODY));

    shop.facilitator().behave();
    awaitReadiness(true);
    assertThat(shop.post(Shop.SERVICE, "").statusCode()).isEqualTo(402);
  }

  @Test
  @DisplayName("while it answers nothing usable, the last good answer counts and calls are sold")
  void last_good() throws Exception {
    AtomicInteger polls = new AtomicInteger();
    shop.facilitator()
        .on(
            "supported",
            (exchange, passing) -> {
              polls.incrementAndGet();
              FaultyFacilitator.answering(500, "<html>down</html>").apply(exchange, passing);
            });
    for (int i = 0; i < 1000 && polls.get() < 2; i++) {
      Thread.sleep(10);
    }
    assertThat(polls.get()).isGreaterThanOrEqualTo(2);

    assertThat(shop.isReady()).isTrue();
    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("verify refuses connections: 503 and Retry-After, not consumed")
  void verify_refuses_connections() throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    shop.facilitator().goAway();
    HttpResponse<String> answer;
    try {
      answer = shop.buy(payment);
    } finally {
      shop.facilitator().comeBack();
    }

    assertUnavailable(answer);
    assertThat(shop.since(before)).isEqualTo(new Books(0, 0, 0, 0, 0));
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, PRICE));
  }

  @Test
  @DisplayName("settle was never sent: 503, not charged; the same payment gets the kept answer")
  void settle_refuses_connections() throws Exception {
    String body = Shop.magic("/sandbox/slow/700");
    String payment = shop.signature();
    Books before = shop.takeStock();
    CompletableFuture<HttpResponse<String>> call =
        shop.client()
            .sendAsync(
                HttpRequest.newBuilder(shop.base().resolve(Shop.SERVICE))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .header("Content-Type", "application/json")
                    .header("PAYMENT-SIGNATURE", payment)
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    for (int i = 0; i < 500 && shop.upstreamCalls() == before.upstream(); i++) {
      Thread.sleep(5);
    }
    shop.facilitator().goAway();
    HttpResponse<String> answer;
    try {
      answer = call.get();
    } finally {
      shop.facilitator().comeBack();
    }

    assertUnavailable(answer);
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 0, 0, 0));
    assertThat(shop.buy(payment, body).statusCode()).isEqualTo(200);
    assertThat(shop.since(before))
        .as("neither verified nor worked for again")
        .isEqualTo(new Books(1, 1, 1, 1, PRICE));
  }

  @Test
  @DisplayName("a settlement in doubt stays in doubt while the facilitator cannot be reached")
  void in_doubt() throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    shop.facilitator().on("settle", FaultyFacilitator.losingTheAnswer());
    assertThat(shop.buy(payment).statusCode()).isEqualTo(503);
    shop.facilitator().goAway();
    HttpResponse<String> answer;
    try {
      answer = shop.buy(payment);
    } finally {
      shop.facilitator().comeBack();
    }

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("settlement_unknown");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("unknown");
    shop.facilitator().behave();
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 2, 1, PRICE));
  }

  @Test
  @DisplayName("a facilitator whose certificate nobody vouches for is told nothing")
  void bad_tls(@TempDir Path folder) throws Exception {
    HttpsServer impostor = selfSigned(folder);
    AtomicInteger requests = new AtomicInteger();
    impostor.createContext("/", exchange -> requests.incrementAndGet());
    impostor.start();
    FaultyFacilitator unused = new FaultyFacilitator();
    try (Shop other =
        Shop.openUnready(
            Map.of(
                "TOLLROUTE_X402_FACILITATOR_URL",
                "https://127.0.0.1:" + impostor.getAddress().getPort()),
            unused)) {
      ObjectNode payment = shop.payment();
      // it was offered by another shop of the same seller, and says so only where it names a
      // resource
      payment.remove("resource");
      HttpResponse<String> paid = other.buy(Shop.encode(payment));

      assertUnavailable(paid);
      assertThat(other.isReady()).isFalse();
      assertNotOffered(other.post(Shop.SERVICE, ""));
      assertThat(other.upstreamCalls()).isZero();
      assertThat(requests).hasValue(0);
    } finally {
      impostor.stop(0);
    }
  }

  private static HttpsServer selfSigned(Path folder) throws Exception {
    Path file = folder.resolve("keys");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "impostor",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return server;
  }

  private static void awaitReadiness(boolean ready) throws Exception {
    for (int i = 0; i < 1000 && shop.isReady() != ready; i++) {
      Thread.sleep(10);
    }
    assertThat(shop.isReady()).isEqualTo(ready);
  }

  private static void assertNotOffered(HttpResponse<String> answer) throws Exception {
    assertUnavailable(answer);
    assertThat(Shop.json(answer).has("accepts")).isFalse();
  }

  private static void assertUnavailable(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("facilitator_unavailable");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).isEmpty();
  }
}
