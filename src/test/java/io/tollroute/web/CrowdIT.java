package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Crowd;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.RawHttp.Answer;
import io.tollroute.testing.Shop;
import io.tollroute.testing.ShopProcess;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Crowds that pay nothing, at the product as the launcher starts it, with the heap that it gives.
 * While they stand there a buyer at their own address, and one at another, are told the price and
 * get what they pay for; when they are gone, nothing is left of them.
 */
@DisplayName("Beside a crowd")
@Timeout(180)
class CrowdIT {

  private static final int CROWD = 2_000;
  private static final int IDLE_CROWD = 5_000;
  private static final int WORKERS = 60;

  private static final String HOME = "127.0.0.1";
  private static final String ELSEWHERE = "127.0.0.2";

  private static final String HEAD =
      "POST " + Shop.SERVICE + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";

  @TempDir private static Path home;

  private static Shop others;
  private static ShopProcess shop;

  @BeforeAll
  static void open() throws Exception {
    others = Shop.open();
    shop =
        ShopProcess.launch(
            others,
            home,
            Map.of(
                "TOLLROUTE_HOME",
                Path.of("").toAbsolutePath().toString(),
                "TOLLROUTE_HTTP_WORKERS",
                Integer.toString(WORKERS),
                "TOLLROUTE_HTTP_MAX_PAID_IN_FLIGHT",
                "50",
                // a crowd whose requests are answered uses up what its address may ask for nothing:
                // its neighbour would be told 429 instead of the price, and no longer be in its way
                "TOLLROUTE_LIMITS_UNPAID_BURST",
                "10000000"));
    for (int i = 0; i < 20; i++) {
      assertSells(HOME);
    }
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    others.close();
  }

  private static void assertSells(String from) throws Exception {
    RawHttp buyer = new RawHttp(shop.base(), InetAddress.getByName(from));
    ObjectNode demand = others.demand();
    // nothing that names the address: the process has another one
    demand.remove(List.of("resource", "extensions"));
    String signature = Shop.encode(others.wallet().sign(demand, demand.at("/accepts/0")));

    Answer price = buyer.send(RawHttp.post(Shop.SERVICE, Shop.BODY));
    Answer sold =
        buyer.send(RawHttp.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE: " + signature));

    assertThat(price.status()).as(price.body()).isEqualTo(402);
    assertThat(sold.status()).as(sold.body()).isEqualTo(200);
  }

  /** Both ports answer, to neighbours of the crowd and to others. */
  private static void assertServes() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertSells(HOME);
      assertSells(ELSEWHERE);
      assertThat(shop.readiness()).isEqualTo(200);
    }
  }

  private interface Attack {
    Crowd begin() throws Exception;
  }

  private static void assertWithstands(Attack attack) throws Exception {
    int files = shop.openFiles();
    int threads = shop.threads();

    try (Crowd crowd = attack.begin()) {
      assertServes();
      crowd.say("a");
      assertServes();
    }

    // what it keeps to others is no more than usual
    Shop.await(() -> shop.openFiles() <= files + 20);
    assertThat(shop.threads()).isLessThanOrEqualTo(threads + WORKERS);
    assertServes();
    assertThat(shop.printed()).doesNotContain("OutOfMemoryError", "alert=unexpected_failure");
  }

  static Stream<Arguments> words() {
    return Stream.of(
        Arguments.of(
            "headers of 23 KB that never end",
            HEAD + ("X: " + "a".repeat(500) + "\r\n").repeat(45)),
        Arguments.of("a header of 23 KB that never ends", HEAD + "X: " + "a".repeat(23_000)),
        Arguments.of("as many tiny headers as may be", HEAD + "a:b\r\n".repeat(190)),
        Arguments.of("thousands of tiny headers", HEAD + "a:b\r\n".repeat(4_600)),
        Arguments.of(
            "bodies of 64 KB that lack a byte",
            HEAD + "X-Payment-Token: x\r\nContent-Length: 65536\r\n\r\n" + "a".repeat(65_535)),
        Arguments.of(
            "chunked bodies that lack the last chunk",
            HEAD + "Transfer-Encoding: chunked\r\n\r\n" + "8000\r\n" + "a".repeat(0x8000) + "\r\n"),
        Arguments.of(
            "trailers that never end",
            HEAD + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + "a:b\r\n".repeat(4_600)),
        Arguments.of(
            "answers that nobody takes",
            "GET /docs/errors HTTP/1.1\r\nHost: a\r\n\r\n".repeat(500)));
  }

  @ParameterizedTest(name = "that sends {0}, buyers are served")
  @MethodSource("words")
  void starved(String name, String words) throws Exception {
    assertWithstands(() -> Crowd.gather(CROWD, shop.base(), List.of(HOME), words));
  }

  @ParameterizedTest(name = "on the management port: {0}")
  @ValueSource(
      strings = {
        "GET /observe/health HTTP/1.1\r\nHost: a\r\n",
        "POST /manage/reconcile HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n"
      })
  @DisplayName("on the management port, buyers are served and the probes answered")
  void management(String words) throws Exception {
    assertWithstands(
        () ->
            Crowd.gather(
                CROWD, shop.management(), List.of(HOME), words + "X: " + "a".repeat(20_000)));
  }

  @Test
  @DisplayName("of five thousand idle connections from everywhere, buyers are served")
  void idle() throws Exception {
    List<String> everywhere = IntStream.range(0, 100).mapToObj(i -> "127.0.1." + (i + 1)).toList();
    assertWithstands(() -> Crowd.gather(IDLE_CROWD, shop.base(), everywhere, ""));
  }

  @ParameterizedTest(name = "of 400 bodies to {0} that come slowly, paid calls are served")
  @ValueSource(strings = {Shop.SERVICE, "/mcp"})
  void slowBodies(String path) throws Exception {
    String words =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "X-Payment-Token: x\r\nContent-Length: 900\r\n\r\n{";
    assertWithstands(() -> Crowd.gather(400, shop.base(), List.of(HOME), words));
  }
}
