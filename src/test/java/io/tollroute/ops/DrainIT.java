package io.tollroute.ops;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.Shop;
import io.tollroute.testing.ShopProcess;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The product is told to stop (SIGTERM) while it sells: a process of its own, really told. */
class DrainIT {

  private static final int TERMINATED = 128 + 15;
  private static final int INTERRUPTED = 128 + 2;
  private static final int BUYERS = 12;
  private static final String SLOW = Shop.magic("/sandbox/slow/2500");

  private static final String HANGING = Shop.magic("/sandbox/slow/50000");

  private static Shop others;
  private static final ExecutorService THREADS = Executors.newCachedThreadPool();

  @TempDir private Path folder;

  @BeforeAll
  static void open() throws Exception {
    others = Shop.open(Map.of("TOLLROUTE_HTTP_WORKERS", "200"));
  }

  @AfterAll
  static void close() throws Exception {
    THREADS.shutdownNow();
    others.close();
  }

  @AfterEach
  void behave() {
    others.facilitator().behave();
  }

  private static String signature() throws Exception {
    ObjectNode demand = others.demand();
    // nothing that names the address: the process that is started next has another one
    demand.remove(List.of("resource", "extensions"));
    return Shop.encode(others.wallet().sign(demand, demand.at("/accepts/0")));
  }

  private static CompletableFuture<HttpResponse<String>> call(
      ShopProcess shop, String payment, String body) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return shop.buy(payment, body);
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        THREADS);
  }

  private static void assertRefused(HttpResponse<String> answer) throws IOException {
    JsonNode body = Shop.json(answer);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(body.path("error").asText()).isEqualTo("shutting_down");
    assertThat(body.path("charged").asText()).isEqualTo("no");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  @DisplayName("told to stop, it takes no new calls, is not ready, and ends those in flight")
  void drains() throws Exception {
    try (ShopProcess shop = ShopProcess.start(others, folder, Map.of())) {
      String early = signature();
      String late = signature();
      Books before = others.takeStock();
      assertThat(shop.readiness()).isEqualTo(200);
      CompletableFuture<HttpResponse<String>> inFlight = call(shop, early, SLOW);
      Shop.await(() -> inFlight.isDone() || others.since(before).upstream() == 1);
      assertThat(inFlight).isNotDone();

      shop.terminate();
      Shop.await(() -> shop.readiness() == 503);
      HttpResponse<String> refused = shop.buy(late, Shop.BODY);
      assertThat(inFlight).isNotDone();

      assertRefused(refused);
      assertThat(inFlight.join().statusCode()).isEqualTo(200);
      assertThat(shop.awaitExit(10)).isEqualTo(TERMINATED);
      assertThat(others.since(before).settled()).isEqualTo(1);
      assertThat(others.since(before).upstream()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("a request that becomes whole while it drains is refused as a new one is")
  void wholeTooLate() throws Exception {
    try (ShopProcess shop = ShopProcess.start(others, folder, Map.of());
        Socket socket = new Socket(shop.base().getHost(), shop.base().getPort())) {
      Books before = others.takeStock();
      String request = RawHttp.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE: " + signature());
      int last = request.length() - 1;
      socket.getOutputStream().write(request.substring(0, last).getBytes(US_ASCII));
      CompletableFuture<HttpResponse<String>> inFlight = call(shop, signature(), SLOW);
      Shop.await(() -> inFlight.isDone() || others.since(before).upstream() == 1);

      shop.terminate();
      Shop.await(() -> shop.readiness() == 503);
      socket.getOutputStream().write(request.substring(last).getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);

      assertThat(answer).startsWith("HTTP/1.1 503").contains("shutting_down");
      assertThat(inFlight.join().statusCode()).isEqualTo(200);
      assertThat(shop.awaitExit(10)).isEqualTo(TERMINATED);
    }
  }

  @Test
  @DisplayName("Ctrl-C ends it in order too, with 130")
  void interrupted() throws Exception {
    try (ShopProcess shop = ShopProcess.start(others, folder, Map.of())) {
      Books before = others.takeStock();
      CompletableFuture<HttpResponse<String>> inFlight = call(shop, signature(), SLOW);
      Shop.await(() -> inFlight.isDone() || others.since(before).upstream() == 1);

      shop.signal("INT");

      assertThat(inFlight.join().statusCode()).isEqualTo(200);
      assertThat(shop.awaitExit(30)).isEqualTo(INTERRUPTED);
    }
  }

  @Test
  @DisplayName("told twice to stop, it ends the calls in flight all the same, with 143")
  void toldTwice() throws Exception {
    try (ShopProcess shop = ShopProcess.start(others, folder, Map.of())) {
      Books before = others.takeStock();
      CompletableFuture<HttpResponse<String>> inFlight = call(shop, signature(), SLOW);
      Shop.await(() -> inFlight.isDone() || others.since(before).upstream() == 1);

      shop.signal("TERM");
      Shop.await(() -> shop.readiness() == 503);
      shop.signal("TERM");
      shop.signal("INT");

      assertThat(inFlight.join().statusCode()).isEqualTo(200);
      assertThat(shop.awaitExit(30)).isEqualTo(TERMINATED);
    }
  }

  private record Sale(String payment, int status) {}

  @Test
  @DisplayName("under load nothing is lost and nothing is done twice")
  void underLoad() throws Exception {
    Books before = others.takeStock();
    Queue<Sale> sales = new ConcurrentLinkedQueue<>();
    try (ShopProcess shop = ShopProcess.start(others, folder, Map.of())) {
      CountDownLatch sold = new CountDownLatch(10 * BUYERS);
      List<CompletableFuture<Void>> buyers = new ArrayList<>();
      for (int i = 0; i < BUYERS; i++) {
        buyers.add(CompletableFuture.runAsync(() -> buyUntilItEnds(shop, sales, sold), THREADS));
      }
      boolean busy = sold.await(30, TimeUnit.SECONDS);
      shop.terminate();
      assertThat(shop.awaitExit(30)).isEqualTo(TERMINATED);
      CompletableFuture.allOf(buyers.toArray(CompletableFuture[]::new)).join();
      assertThat(busy).as("it was under load").isTrue();
    }
    assertThat(sales).extracting(Sale::status).containsOnly(200, 503, 0).contains(503);

    int stories = 2;
    try (ShopProcess next = ShopProcess.start(others, folder, Map.of())) {
      for (Sale sale : sales) {
        HttpResponse<String> again = next.buy(sale.payment(), Shop.BODY);
        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        if (sale.status() == 200) {
          assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        }
      }
    }
    assertThat(others.since(before).settled()).isEqualTo(sales.size() + stories);
    assertThat(others.since(before).upstream()).isEqualTo(sales.size() + stories);
  }

  /** A status of 0 stands for a connection that broke or was not made. */
  private static void buyUntilItEnds(ShopProcess shop, Queue<Sale> sales, CountDownLatch sold) {
    try {
      while (shop.isAlive()) {
        String payment = signature();
        int status = 0;
        try {
          HttpResponse<String> answer = shop.buy(payment, Shop.BODY);
          status = answer.statusCode();
          if (status != 200) {
            assertRefused(answer);
            Thread.sleep(50);
          }
        } catch (IOException broken) {
          Thread.sleep(50);
        }
        sales.add(new Sale(payment, status));
        sold.countDown();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @DisplayName("it does not wait for an upstream that hangs; the call can be sent again")
  void hangingUpstream() throws Exception {
    String payment = signature();
    Books before = others.takeStock();
    Map<String, String> settings =
        Map.of("TOLLROUTE_DRAIN_SECONDS", "2", "TOLLROUTE_ALIBABA_TIMEOUT_SECONDS", "60");

    assertStopsWhileCalled(settings, payment, HANGING, "verify");
    assertThat(others.since(before).settled()).as("the story alone").isEqualTo(1);
    assertGoesOn(payment, before);
  }

  @Test
  @DisplayName("it does not wait for a settlement that hangs; the call can be sent again")
  void hangingSettlement() throws Exception {
    String payment = signature();
    Books before = others.takeStock();
    CountDownLatch released = new CountDownLatch(1);
    Map<String, String> settings = Map.of("TOLLROUTE_DRAIN_SECONDS", "2");
    others
        .facilitator()
        .on(
            "settle",
            body -> body.contains(nonce(payment)),
            FaultyFacilitator.holdingUntil(released));

    assertStopsWhileCalled(settings, payment, Shop.BODY, "settle");
    released.countDown();

    assertGoesOn(payment, before);
  }

  private static String nonce(String payment) {
    try {
      return Shop.decode(payment).at("/payload/authorization/nonce").asText();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** It stops before the call ends that is held up after {@code operation} was asked for. */
  private void assertStopsWhileCalled(
      Map<String, String> settings, String payment, String body, String operation)
      throws Exception {
    try (ShopProcess shop = ShopProcess.start(others, folder, settings)) {
      CompletableFuture<HttpResponse<String>> held = call(shop, payment, body);
      Shop.await(
          () ->
              others.facilitator().bodies(operation).stream()
                  .anyMatch(sent -> sent.contains(nonce(payment))));
      Thread.sleep(300);
      assertThat(held).isNotDone();
      shop.terminate();
      assertThat(shop.awaitExit(30)).isEqualTo(TERMINATED);
    }
  }

  /** Started again, it answers the same payment, which is then settled once. */
  private void assertGoesOn(String payment, Books before) throws Exception {
    try (ShopProcess next = ShopProcess.start(others, folder, Map.of())) {
      HttpResponse<String> answer = next.buy(payment, Shop.BODY);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(others.since(before).settled()).as("and two stories").isEqualTo(1 + 2);
      assertThat(next.buy(payment, Shop.BODY).headers().firstValue("Idempotent-Replayed"))
          .contains("true");
    }
  }
}
