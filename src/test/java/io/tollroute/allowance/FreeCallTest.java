package io.tollroute.allowance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.AtOnce;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.PricedServices;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Some calls a day cost nothing, where the seller says so; no more than he says, in all replicas.
 */
class FreeCallTest {

  private static final Clock MORNING =
      Clock.fixed(Instant.parse("2026-05-04T06:00:00Z"), ZoneOffset.UTC);
  private static final String PATH = "/api/tools/told";
  private static final String RECEIPT = "X-Free-Calls";

  @TempDir private Path folder;

  @Test
  @DisplayName(
      "the first calls of a day cost nothing and say how many are left, then comes the price")
  void firstOfTheDay() throws Exception {
    try (Shop shop = Shop.open(settings(2), MORNING)) {
      HttpResponse<String> unasked = shop.post(PATH, "");
      HttpResponse<String> wrong = shop.post(PATH, "{\"nothing\":1}");
      HttpResponse<String> first = shop.post(PATH, text("one"));
      HttpResponse<String> second = shop.post(PATH, text("two"));
      HttpResponse<String> third = shop.post(PATH, text("three"));

      assertThat(unasked.statusCode()).as("no input, no call").isEqualTo(402);
      assertThat(Shop.json(unasked).at("/free/calls").asInt()).isEqualTo(2);
      assertThat(wrong.statusCode()).isEqualTo(402);
      assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
      assertThat(Shop.json(first).at("/data/text").asText()).isEqualTo("one");
      assertThat(left(first)).isEqualTo(1);
      assertThat(Shop.json(receipt(first)).path("until").asText())
          .isEqualTo("2026-05-05T00:00:00Z");
      assertThat(left(second)).isZero();
      assertThat(third.statusCode()).as(third.body()).isEqualTo(402);
      assertThat(Shop.json(third).path("error").asText()).isEqualTo("payment_required");
      assertThat(shop.settled()).isZero();

      ObjectNode demand = Shop.demand(third);
      String payment = Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0")));
      assertThat(shop.post(PATH, text("three"), "PAYMENT-SIGNATURE", payment).statusCode())
          .isEqualTo(200);
      shop.advance(Duration.ofHours(18));
      assertThat(left(shop.post(PATH, text("next day")))).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("over MCP the same allowance is spent")
  void tool() throws Exception {
    try (Shop shop = Shop.open(settings(2), MORNING)) {
      shop.post(PATH, text("one"));
      JsonNode answer = call(shop, "two");
      JsonNode over = call(shop, "three");

      assertThat(answer.path("isError").asBoolean()).as(answer.toString()).isFalse();
      assertThat(answer.at("/_meta/io.tollroute~1free-calls/remainingCalls").asInt(-1)).isZero();
      assertThat(over.path("isError").asBoolean()).isTrue();
      assertThat(over.at("/structuredContent/accepts/0/amount").asText()).isEqualTo("10000");
    }
  }

  @Test
  @DisplayName("a call that fails gives its use back, and the same request again spends none")
  void givenBack() throws Exception {
    PricedServices services =
        services(2).write("broken", "amount: \"0.01\", free: {calls: 2, per: day}");
    try (Shop shop = Shop.open(services.settings(), MORNING)) {
      HttpResponse<String> failed = shop.post("/api/tools/broken", text("one"));
      HttpResponse<String> again = shop.post("/api/tools/broken", text("one"));
      HttpResponse<String> first = shop.post(PATH, text("one"));
      HttpResponse<String> same = shop.post(PATH, text("one"));

      assertThat(failed.statusCode()).as(failed.body()).isGreaterThanOrEqualTo(500);
      assertThat(Shop.json(failed).path("charged").asText()).isEqualTo("no");
      assertThat(again.statusCode()).as("not used up").isGreaterThanOrEqualTo(500);
      assertThat(same.body()).isEqualTo(first.body());
      assertThat(left(same)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("a payment that comes with a call is taken, and nothing of the allowance")
  void paid() throws Exception {
    try (Shop shop = Shop.open(settings(1), MORNING)) {
      ObjectNode demand = Shop.demand(shop.post(PATH, ""));
      String payment = Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0")));

      HttpResponse<String> paid = shop.post(PATH, text("paid"), "PAYMENT-SIGNATURE", payment);

      assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
      assertThat(paid.headers().firstValue(RECEIPT)).isEmpty();
      assertThat(shop.settled()).isOne();
      assertThat(left(shop.post(PATH, text("free")))).isZero();
    }
  }

  @Test
  @DisplayName("the count survives a restart, is in the operator's books, and is owed to nobody")
  void restart() throws Exception {
    Map<String, String> settings =
        services(2)
            .settings("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + folder.resolve("ledger.db"));
    try (Shop before = Shop.open(settings, MORNING)) {
      assertThat(left(before.post(PATH, text("one")))).isEqualTo(1);
    }
    try (Shop after = Shop.open(settings, MORNING)) {
      TokenBuyer books = new TokenBuyer(after);
      assertThat(left(after.post(PATH, text("two")))).isZero();
      assertThat(after.post(PATH, text("three")).statusCode()).isEqualTo(402);

      assertThat(books.totals().path("receivedCents").asInt()).isZero();
      assertThat(books.totals().path("refundDueCents").asInt()).isZero();
      JsonNode reconciled = Shop.json(books.manage("GET", "reconcile", ""));
      assertThat(reconciled.path("differences")).isEmpty();
      JsonNode allowance = Shop.json(books.manage("GET", "payments", "")).at("/payments/0");
      assertThat(allowance.path("provider").asText()).isEqualTo("free");
      assertThat(allowance.path("paidCents").asInt(-1)).isZero();
      assertThat(allowance.toString()).doesNotContain("127.0.0.1");
      assertThat(
              after
                  .get(TokenBuyer.PAYMENTS + "/" + allowance.path("paymentId").asText())
                  .statusCode())
          .isEqualTo(404);
    }
  }

  @Test
  @DisplayName(
      "whoever has work done for nothing with wrong inputs is told the price after a while")
  void wrongInputs() throws Exception {
    new FaceServices(folder).write("face", "0.20");
    Path file = folder.resolve("face.yaml");
    Files.writeString(
        file, Files.readString(file).replace("\"0.20\"", "\"0.20\"\n  free: {calls: 9, per: day}"));
    try (Shop shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES", folder.toString(), "TOLLROUTE_LIMITS_UNCHARGED_CALLS", "1"),
            MORNING)) {
      HttpResponse<String> wrong =
          shop.post("/api/tools/face", Shop.magic("/sandbox/error/InvalidImage.NotFoundFace"));
      HttpResponse<String> early = shop.post("/api/tools/face", Shop.BODY);
      shop.advance(Duration.ofMinutes(10));
      HttpResponse<String> later = shop.post("/api/tools/face", Shop.BODY);

      assertThat(wrong.statusCode()).as(wrong.body()).isEqualTo(422);
      assertThat(early.statusCode()).as(early.body()).isEqualTo(402);
      assertThat(Shop.demand(early).at("/accepts/0/amount").asText()).isEqualTo("200000");
      assertThat(later.statusCode()).as(later.body()).isEqualTo(200);
      assertThat(left(later)).isEqualTo(8);
    }
  }

  @Test
  @DisplayName("over two replicas, however many come at once, no more are given than there are")
  void replicas() throws Exception {
    Map<String, String> settings = settings(5);
    settings.putAll(PostgresServer.settings(PostgresServer.shared().ledgerDatabase()));
    settings.put("TOLLROUTE_LEDGER_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    try (Shop first = Shop.open(settings, MORNING);
        Shop second = first.openReplica(settings)) {
      int free = 0;
      for (int round = 0; round < 10; round++) {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (Shop shop : List.of(first, second)) {
          for (int i = 0; i < 3; i++) {
            String body = text(round + "-" + i + "-" + shop.base().getPort());
            calls.add(() -> shop.post(PATH, body).statusCode());
          }
        }
        List<Integer> answers = AtOnce.run(calls, 30);
        assertThat(answers).allMatch(status -> status == 200 || status == 402 || status == 409);
        free += (int) answers.stream().filter(status -> status == 200).count();
      }
      assertThat(free).isEqualTo(5);
      assertThat(first.settled()).isZero();
    }
  }

  private PricedServices services(int calls) throws Exception {
    return new PricedServices(folder.resolve("shop"))
        .write("told", "amount: \"0.01\", free: {calls: " + calls + ", per: day}");
  }

  private Map<String, String> settings(int calls) throws Exception {
    return services(calls).settings();
  }

  private static JsonNode call(Shop shop, String text) throws Exception {
    return Shop.json(
            shop.post(
                "/mcp",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                    + "{\"name\":\"told\",\"arguments\":"
                    + text(text)
                    + "}}"))
        .path("result");
  }

  private static String text(String text) {
    return "{\"text\":\"" + text + "\"}";
  }

  private static String receipt(HttpResponse<String> answer) {
    assertThat(answer.headers().firstValue(RECEIPT)).as(answer.body()).isPresent();
    return answer.headers().firstValue(RECEIPT).orElseThrow();
  }

  private static int left(HttpResponse<String> answer) throws Exception {
    return Shop.json(receipt(answer)).path("remainingCalls").asInt(-1);
  }
}
