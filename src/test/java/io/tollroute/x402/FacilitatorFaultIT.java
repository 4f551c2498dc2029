package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.FaultyFacilitator.Fault;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.Shop;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FacilitatorFaultIT {

  private static final long PRICE = 200_000;

  /** The shop gives a call of its facilitator two seconds. */
  /** Longer than a test may take: a deadline must come first. */
  private static final int NEVER = 90_000;

  private static final String NETWORK = "eip155:84532";
  private static final String TRANSACTION = "0x" + "ab".repeat(32);
  private static final String STRANGER = "0x00000000000000000000000000000000000000aa";

  /** Stands in everything that a facilitator says here and that no buyer may read. */
  private static final String THEIRS = "theirsecretwords";

  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  // ---- before the facilitator is asked

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"ImageURLA\":\"https://images.example.com/a.jpg\"}",
        "{\"ImageURLA\":1,\"ImageURLB\":\"https://images.example.com/b.jpg\"}",
        "{\"ImageURLA\":\"http://10.0.0.1/a.jpg\",\"ImageURLB\":\"https://images.example.com/b.jpg\"}",
        "{\"Action\":\"DeleteFaceDb\",\"ImageURLA\":\"https://images.example.com/a.jpg\","
            + "\"ImageURLB\":\"https://images.example.com/b.jpg\"}"
      })
  @DisplayName("an input that breaks the schema costs nothing and asks nobody, the payment stays")
  void invalid(String body) throws Exception {
    assertNotEvenAsked(body, "invalid_request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "[]", "null", "{\"ImageURLA\":", "{} {}", "\u0000"})
  @DisplayName("an unreadable or empty body costs nothing and asks nobody, the payment stays")
  void malformed(String body) throws Exception {
    assertNotEvenAsked(body, "malformed_request");
  }

  private static void assertNotEvenAsked(String body, String word) throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();

    HttpResponse<String> answer = shop.buy(payment, body);

    assertRefusal(answer, 400, word, "no");
    assertThat(shop.since(before)).isEqualTo(new Books(0, 0, 0, 0, 0));
    assertBuys(payment, before);
  }

  // ---- verify

  static Stream<Arguments> uselessVerifications() {
    String good = "{\"isValid\":true,\"payer\":\"%s\"}";
    return Stream.of(
        arguments("500", answering(500, THEIRS)),
        arguments("500 with JSON", answering(500, "{\"error\":\"" + THEIRS + "\"}")),
        arguments("503", answering(503, THEIRS)),
        arguments("429", answering(429, "{\"message\":\"" + THEIRS + "\"}")),
        arguments("401", answering(401, "{\"message\":\"" + THEIRS + "\"}")),
        arguments("403", answering(403, THEIRS)),
        arguments("404", answering(404, THEIRS)),
        arguments(
            "a failure of its own",
            answering(200, "{\"isValid\":false,\"invalidReason\":\"unexpected_verify_error\"}")),
        arguments(
            "500 that says no without a known word",
            answering(500, "{\"isValid\":false,\"invalidReason\":\"" + THEIRS + "\"}")),
        arguments(
            "429 that says no",
            answering(429, "{\"isValid\":false,\"invalidReason\":\"" + THEIRS + "\"}")),
        arguments("500 that says no and not why", answering(500, "{\"isValid\":false}")),
        arguments("hanging up", FaultyFacilitator.hangingUp()),
        arguments("silence", FaultyFacilitator.silentFor(NEVER)),
        arguments("a drip", FaultyFacilitator.drippingFor(NEVER)),
        arguments("HTML", answering(200, "<html>" + THEIRS + "</html>")),
        arguments("nothing", answering(200, "")),
        arguments("{}", answering(200, "{}")),
        arguments("[]", answering(200, "[]")),
        arguments("null", answering(200, "null")),
        arguments("a text for isValid", answering(200, "{\"isValid\":\"true\"}")),
        arguments("a number for isValid", answering(200, "{\"isValid\":1}")),
        arguments("null for isValid", answering(200, "{\"isValid\":null}")),
        arguments("half of it", answering(200, "{\"isValid\":true")),
        arguments("two answers", answering(200, "{\"isValid\":true}{\"isValid\":true}")),
        arguments("isValid twice", answering(200, "{\"isValid\":false,\"isValid\":true}")),
        arguments("depth", answering(200, "{\"isValid\":true,\"x\":" + "[".repeat(10_000))),
        arguments("a gigabyte", FaultyFacilitator.flooding(1_024, new AtomicInteger())),
        arguments("another payer", answering(200, good.formatted(STRANGER))),
        arguments("a payer of another type", answering(200, "{\"isValid\":true,\"payer\":1}")),
        arguments(
            "a refusal of another payer",
            answering(
                200,
                "{\"isValid\":false,\"invalidReason\":\"insufficient_funds\",\"payer\":\""
                    + STRANGER
                    + "\"}")),
        arguments("a redirect", redirecting(302)),
        arguments("a redirect that keeps the method", redirecting(307)),
        arguments("a permanent redirect", redirecting(308)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("uselessVerifications")
  @Timeout(60)
  @DisplayName("verify does not say: 503 and Retry-After in time, the payment is not consumed")
  void verify_does_not_say(String name, Fault fault) throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    shop.facilitator().on("verify", fault);

    HttpResponse<String> answer = shop.buy(payment);

    assertRefusal(answer, 503, "facilitator_unavailable", "no");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    Books unsold = shop.since(before);
    // once more at most, where a kept connection broke before a byte of the answer came
    assertThat(unsold.verified()).isBetween(1, 2);
    assertThat(unsold).isEqualTo(new Books(0, unsold.verified(), 0, 0, 0));
    shop.facilitator().behave();
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
    assertThat(shop.since(before)).isEqualTo(new Books(1, unsold.verified() + 1, 1, 1, PRICE));
  }

  @Test
  @DisplayName("of a gigabyte only about one megabyte is taken")
  void verify_floods() throws Exception {
    AtomicInteger megabytes = new AtomicInteger();
    shop.facilitator().on("verify", FaultyFacilitator.flooding(1_024, megabytes));

    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(503);

    assertThat(megabytes.get()).isLessThan(32);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 402, 500})
  @DisplayName(
      "verify says no, with whatever status: 402 with its reason, nothing done, not consumed")
  void verify_says_no(int status) throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    shop.facilitator()
        .on(
            "verify",
            answering(
                status,
                "{\"isValid\":false,\"invalidReason\":\"insufficient_funds\",\"invalidMessage\":\""
                    + THEIRS
                    + "\"}"));

    HttpResponse<String> answer = shop.buy(payment);

    assertRefusal(answer, 402, "payment_refused", "no");
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("insufficient_funds");
    assertThat(Shop.demand(answer).path("error").asText()).contains("insufficient_funds");
    assertThat(shop.since(before)).isEqualTo(new Books(0, 1, 0, 0, 0));
    shop.facilitator().behave();
    assertBuys(payment, before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"theirsecretwords <script>\"",
        "\"theirsecretwords\\r\\nX: y\"",
        "{\"a\":1}",
        "7",
        "null"
      })
  @DisplayName("a reason that is no reason word is not handed on")
  void no_reason_word(String reason) throws Exception {
    shop.facilitator()
        .on("verify", answering(200, "{\"isValid\":false,\"invalidReason\":" + reason + "}"));

    HttpResponse<String> answer = shop.buy(shop.signature());

    assertRefusal(answer, 402, "payment_refused", "no");
    assertThat(Shop.json(answer).path("reason").asText()).isIn("unspecified", "7");
  }

  // ---- settle says no

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 402, 500})
  @DisplayName("settle says no: 402 with reason, receipt and terms, no result; again it resumes")
  void settle_says_no(int status) throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    shop.facilitator()
        .on(
            "settle",
            answering(
                status,
                "{\"success\":false,\"errorReason\":\"insufficient_funds\",\"errorMessage\":\""
                    + THEIRS
                    + "\",\"transaction\":\"\",\"network\":\""
                    + NETWORK
                    + "\",\"extra\":{\"note\":\""
                    + THEIRS
                    + "\"}}"));

    HttpResponse<String> answer = shop.buy(payment);

    assertRefusal(answer, 402, "settlement_refused", "no");
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("insufficient_funds");
    assertThat(Shop.demand(answer).path("accepts")).hasSize(1);
    JsonNode receipt = receipt(answer);
    assertThat(receipt.path("success").asBoolean(true)).isFalse();
    assertThat(receipt.path("errorReason").asText()).isEqualTo("insufficient_funds");
    assertThat(receipt.path("transaction").asText("?")).isEmpty();
    assertThat(receipt.path("network").asText()).isEqualTo(NETWORK);
    assertThat(receipt.toString()).doesNotContain(THEIRS);
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 0, 0));

    shop.facilitator().behave();
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
    assertThat(shop.since(before))
        .as("neither verified nor worked for again")
        .isEqualTo(new Books(1, 1, 2, 1, PRICE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"absent", "null", "\"\""})
  @DisplayName("a refusal that leaves payer, network and transaction unsaid is a refusal")
  void unsaid(String value) throws Exception {
    String fields =
        unsaid(value, "payer") + unsaid(value, "network") + unsaid(value, "transaction");
    shop.facilitator()
        .on(
            "verify",
            answering(
                200, "{\"isValid\":false,\"invalidReason\":\"insufficient_funds\"" + fields + "}"));
    HttpResponse<String> refused = shop.buy(shop.signature());
    shop.facilitator().behave();
    shop.facilitator()
        .on(
            "settle",
            answering(
                200, "{\"success\":false,\"errorReason\":\"insufficient_funds\"" + fields + "}"));
    HttpResponse<String> unsettled = shop.buy(shop.signature());

    assertRefusal(refused, 402, "payment_refused", "no");
    assertThat(Shop.json(refused).path("reason").asText()).isEqualTo("insufficient_funds");
    assertRefusal(unsettled, 402, "settlement_refused", "no");
    assertThat(receipt(unsettled).path("payer").asText())
        .isEqualToIgnoringCase(shop.wallet().address());
    assertThat(receipt(unsettled).path("network").asText()).isEqualTo(NETWORK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"absent", "null", "\"\""})
  @DisplayName("a success that leaves payer and network unsaid is a success")
  void unsaidSuccess(String value) throws Exception {
    String fields = unsaid(value, "payer") + unsaid(value, "network");
    shop.facilitator().on("verify", answering(200, "{\"isValid\":true" + fields + "}"));
    shop.facilitator()
        .on(
            "settle",
            answering(
                200, "{\"success\":true,\"transaction\":\"" + TRANSACTION + "\"" + fields + "}"));

    HttpResponse<String> answer = shop.buy(shop.signature());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(receipt(answer).path("network").asText()).isEqualTo(NETWORK);
    assertThat(receipt(answer).path("payer").asText())
        .isEqualToIgnoringCase(shop.wallet().address());
  }

  private static String unsaid(String value, String field) {
    return value.equals("absent") ? "" : ",\"" + field + "\":" + value;
  }

  // ---- settle does not say

  static Stream<Arguments> lostSettlements() {
    return Stream.of(
        arguments("worked, reset", FaultyFacilitator.losingTheAnswer()),
        arguments("worked, 500 text", working(500, THEIRS)),
        arguments("worked, 502 HTML", working(502, "<html>" + THEIRS + "</html>")),
        arguments("worked, 504", working(504, "{\"error\":\"" + THEIRS + "\"}")),
        arguments("worked, 200 HTML", working(200, "<html>" + THEIRS + "</html>")),
        arguments("worked, {}", working(200, "{}")),
        arguments("worked, nothing", working(200, "")),
        arguments("worked, half of it", working(200, "{\"success\":true,\"transaction\":\"")),
        arguments("worked, silence", workingThen(FaultyFacilitator.silentFor(NEVER))),
        arguments("worked, a drip", workingThen(FaultyFacilitator.drippingFor(NEVER))),
        arguments(
            "worked, a gigabyte",
            workingThen(FaultyFacilitator.flooding(1_024, new AtomicInteger()))),
        arguments("reset", FaultyFacilitator.hangingUp()),
        arguments("500", answering(500, THEIRS)),
        arguments("429", answering(429, THEIRS)),
        arguments("401", answering(401, THEIRS)),
        arguments("silence", FaultyFacilitator.silentFor(NEVER)),
        arguments("a failure with a transaction", settleAnswer("success", "false")),
        arguments("worked, called failed", working(200, failed("transaction_failed", ""))),
        arguments("worked, called failed with 500", working(500, failed("transaction_failed", ""))),
        arguments(
            "worked, an unexpected error", working(200, failed("unexpected_settle_error", ""))),
        arguments(
            "worked, an unexpected error with 500",
            working(500, failed("unexpected_settle_error", ""))),
        arguments(
            "worked, an unexpected error with 400",
            working(400, failed("unexpected_settle_error", ""))),
        arguments("worked, another's word", working(200, failed("settle_exact_failed", ""))),
        arguments("worked, another state", working(200, failed("invalid_transaction_state", ""))),
        arguments(
            "worked, no simulation",
            working(200, failed("invalid_exact_evm_transaction_simulation_failed", ""))),
        arguments(
            "reverted",
            answering(200, failed("invalid_exact_evm_transaction_failed", TRANSACTION))),
        arguments("worked, failed without a word", working(200, "{\"success\":false}")),
        arguments(
            "worked, a refusal with a transaction",
            working(200, failed("insufficient_funds", TRANSACTION))),
        arguments(
            "worked, a text for success",
            working(200, failed("insufficient_funds", "").replace("false", "\"false\""))),
        arguments("worked, 204", working(204, "")),
        arguments("worked, 402", working(402, "{}")),
        arguments("success as a text", settleAnswer("success", "\"true\"")),
        arguments("success as a number", settleAnswer("success", "1")),
        arguments("no transaction", settleAnswer("transaction", "\"\"")),
        arguments("null for a transaction", settleAnswer("transaction", "null")),
        arguments("a number for a transaction", settleAnswer("transaction", "7")),
        arguments(
            "a text for a transaction", settleAnswer("transaction", "\"<b>" + THEIRS + "</b>\"")),
        arguments("another network", settleAnswer("network", "\"eip155:1\"")),
        arguments("a number for a network", settleAnswer("network", "402402")),
        arguments("another payer", settleAnswer("payer", "\"" + STRANGER + "\"")),
        arguments("another amount", settleAnswer("amount", "\"1\"")),
        arguments("a number for an amount", settleAnswer("amount", "200000")),
        arguments(
            "a refusal of another payer",
            answering(
                200,
                "{\"success\":false,\"errorReason\":\"insufficient_funds\",\"transaction\":\"\","
                    + "\"network\":\""
                    + NETWORK
                    + "\",\"payer\":\""
                    + STRANGER
                    + "\"}")),
        arguments("a redirect", redirecting(302)),
        arguments("a redirect that keeps the method", redirecting(307)));
  }

  @ParameterizedTest(name = "{0}")
  @Timeout(60)
  @MethodSource("lostSettlements")
  @DisplayName(
      "settle does not say: 503 unknown; the same payment then gets the answer, money once")
  void settle_does_not_say(String name, Fault fault) throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    shop.facilitator().on("settle", fault);

    HttpResponse<String> answer = shop.buy(payment);

    assertUnknown(answer);
    Books first = shop.since(before);
    assertThat(first.upstream()).isEqualTo(1);
    assertThat(first.settleCalls()).as("sent once").isEqualTo(1);

    shop.facilitator().behave();
    HttpResponse<String> again = shop.buy(payment);
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(receipt(again).path("success").asBoolean()).isTrue();
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 2, 1, PRICE));
    assertSameSettlements(2);
  }

  @Test
  @DisplayName("as long as settle does not say, every try is 503 unknown and none is 402")
  void still_unknown() throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    shop.facilitator().on("settle", answering(500, THEIRS));
    assertUnknown(shop.buy(payment));
    assertUnknown(shop.buy(payment));
    shop.facilitator().on("settle", refusing("insufficient_funds"));
    assertUnknown(shop.buy(payment));

    shop.facilitator().behave();
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
    Books after = shop.since(before);
    assertThat(after.upstream()).isEqualTo(1);
    assertThat(after.income()).isEqualTo(PRICE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"invalid_exact_evm_nonce_already_used", "duplicate_settlement"})
  @DisplayName("the authorization is used up and nobody can say by whom: 503 unknown, never 402")
  void used_up(String reason) throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
    assertUnknown(shop.buy(payment));
    shop.facilitator().on("settle", refusing(reason));

    HttpResponse<String> answer = shop.buy(payment);

    assertUnknown(answer);
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo(reason);
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 2, 1, PRICE));
  }

  // ---- settlement_pending

  @ParameterizedTest
  @ValueSource(ints = {200, 202, 500})
  @DisplayName("a pending settlement is sent again byte for byte, then the answer is given")
  void pending(int status) throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    shop.facilitator().on("settle", 2, pendingWith(status));

    HttpResponse<String> answer = shop.buy(payment);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 3, 1, PRICE));
    assertSameSettlements(3);
  }

  @Test
  @DisplayName("pending for ever is 503 unknown after a few sends, and can be finished later")
  void pending_for_ever() throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    shop.facilitator().on("settle", pendingWith(200));

    HttpResponse<String> answer = shop.buy(payment);

    assertUnknown(answer);
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("settlement_pending");
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 4, 0, 0));
    shop.facilitator().behave();
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 5, 1, PRICE));
    assertSameSettlements(5);
  }

  @Test
  @DisplayName("a pending settlement that is then refused may still have moved money: 503 unknown")
  void pending_then_refused() throws Exception {
    shop.facilitator()
        .on(
            "settle",
            inTurn(
                pendingWith(200), refusing("insufficient_funds"), refusing("insufficient_funds")));

    assertUnknown(shop.buy(shop.signature()));
  }

  // ---- what else a facilitator may say

  @Test
  @DisplayName("what a facilitator adds to its answers is neither believed nor handed on")
  void additions() throws Exception {
    String extra =
        ",\"extra\":{\"payTo\":\"" + STRANGER + "\"},\"extensions\":{\"x\":\"" + THEIRS + "\"}}";
    shop.facilitator().on("verify", answering(200, "{\"isValid\":true" + extra));
    shop.facilitator()
        .on(
            "settle",
            answering(
                200,
                "{\"success\":true,\"transaction\":\""
                    + TRANSACTION
                    + "\",\"network\":\""
                    + NETWORK
                    + "\""
                    + extra));

    HttpResponse<String> answer = shop.buy(shop.signature());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(receipt(answer).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("success", "transaction", "network", "payer");
    assertThat(shop.demand().at("/accepts/0/payTo").asText()).isNotEqualToIgnoringCase(STRANGER);
  }

  @Test
  @DisplayName("a lie alerts the operator, and the log quotes neither it nor the payment")
  void alerts() throws Exception {
    try (LogLines log = LogLines.capture()) {
      shop.facilitator()
          .on("verify", answering(200, "{\"isValid\":true,\"payer\":\"" + THEIRS + "\"}"));
      String first = shop.signature();
      shop.buy(first);
      shop.facilitator().behave();
      assertThat(log.lines()).anyMatch(line -> line.contains("alert=facilitator_lies verify"));
      shop.facilitator().on("settle", settleAnswer("network", "\"" + THEIRS + "\""));
      shop.buy(first);
      assertThat(log.lines()).anyMatch(line -> line.contains("alert=facilitator_lies settle"));

      String signature = Shop.decode(first).at("/payload/signature").asText();
      assertThat(log.lines())
          .noneMatch(line -> line.contains(THEIRS))
          .noneMatch(line -> line.contains(signature.substring(2, 40)))
          .noneMatch(line -> line.contains(first.substring(0, 40)))
          .noneMatch(line -> line.contains("images.example.com"));
    }
  }

  @Test
  @DisplayName("a client that goes away before it has sent everything has used nothing")
  void gone_before() throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(request(payment, Shop.BODY).substring(0, 900).getBytes(StandardCharsets.UTF_8));
      out.flush();
      Thread.sleep(200);
    }

    assertThat(shop.since(before)).isEqualTo(new Books(0, 0, 0, 0, 0));
    assertBuys(payment, before);
  }

  @Test
  @DisplayName("a client that goes away during the call: it ends, is settled and kept for him")
  void gone_during() throws Exception {
    String body = Shop.magic("/sandbox/slow/800");
    String payment = shop.signature();
    Books before = shop.takeStock();
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request(payment, body).getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      awaitUpstream(before.upstream() + 1);
    }
    awaitSettled(before.settled() + 1);
    // the facilitator has settled a moment before it is written down here
    Shop.await(() -> shop.buy(payment, body).statusCode() != 409);

    HttpResponse<String> answer = shop.buy(payment, body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, PRICE));
  }

  @Test
  @DisplayName("a client that goes away without reading its answer gets it with the same payment")
  void gone_after() throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    try (Socket socket = connect()) {
      socket.setSoLinger(true, 0);
      socket.getOutputStream().write(request(payment, Shop.BODY).getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      awaitSettled(before.settled() + 1);
    }

    HttpResponse<String> answer = awaitAnswer(payment, Shop.BODY);

    assertThat(answer.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, PRICE));
  }

  // ---- helpers

  private static void assertRefusal(
      HttpResponse<String> answer, int status, String word, String charged) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode envelope = Shop.json(answer);
    assertThat(envelope.path("error").asText()).isEqualTo(word);
    assertThat(envelope.path("charged").asText()).isEqualTo(charged);
    assertThat(envelope.path("data")).isEmpty();
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.body() + answer.headers().map()).doesNotContain(THEIRS, "Confidence");
    assertThat(answer.headers().firstValue("PAYMENT-REQUIRED").isPresent())
        .isEqualTo(status == 402);
  }

  private static void assertUnknown(HttpResponse<String> answer) throws Exception {
    assertRefusal(answer, 503, "settlement_unknown", "unknown");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.headers().firstValue("PAYMENT-RESPONSE")).isEmpty();
    assertThat(Shop.json(answer).path("retryable").asBoolean()).isTrue();
  }

  /** The same payment is still good for exactly one delivered answer. */
  private static void assertBuys(String payment, Books before) throws Exception {
    HttpResponse<String> answer = shop.buy(payment);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Books after = shop.since(before);
    assertThat(after.upstream()).isEqualTo(1);
    assertThat(after.settled()).isEqualTo(1);
    assertThat(after.income()).isEqualTo(PRICE);
  }

  private static void assertSameSettlements(int last) {
    List<String> bodies = shop.facilitator().bodies("settle");
    assertThat(bodies.subList(bodies.size() - last, bodies.size()))
        .hasSize(last)
        .containsOnly(bodies.get(bodies.size() - 1));
  }

  private static JsonNode receipt(HttpResponse<String> answer) throws Exception {
    return Shop.decode(answer.headers().firstValue("PAYMENT-RESPONSE").orElseThrow());
  }

  private static void awaitUpstream(int calls) throws Exception {
    for (int i = 0; i < 500 && shop.upstreamCalls() < calls; i++) {
      Thread.sleep(10);
    }
    assertThat(shop.upstreamCalls()).isEqualTo(calls);
  }

  private static void awaitSettled(int payments) throws Exception {
    for (int i = 0; i < 500 && shop.settled() < payments; i++) {
      Thread.sleep(10);
    }
    assertThat(shop.settled()).isEqualTo(payments);
  }

  /** Money has moved a moment before the call that moved it has ended. */
  private static HttpResponse<String> awaitAnswer(String payment, String body) throws Exception {
    HttpResponse<String> answer = shop.buy(payment, body);
    for (int i = 0; i < 100 && answer.statusCode() == 409; i++) {
      Thread.sleep(20);
      answer = shop.buy(payment, body);
    }
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private static Socket connect() throws Exception {
    return new Socket(shop.base().getHost(), shop.base().getPort());
  }

  private static String request(String payment, String body) {
    return "POST "
        + Shop.SERVICE
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nPAYMENT-SIGNATURE: "
        + payment
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static Fault answering(int status, String body) {
    return FaultyFacilitator.answering(status, body);
  }

  private static Fault working(int status, String body) {
    return FaultyFacilitator.workingThenAnswering(status, body);
  }

  private static Fault workingThen(Fault fault) {
    return (exchange, passing) -> {
      passing.pass();
      fault.apply(exchange, passing);
    };
  }

  private static Fault redirecting(int status) {
    return (exchange, passing) ->
        FaultyFacilitator.redirecting(
                status, shop.facilitator().uri() + exchange.getRequestURI().getPath())
            .apply(exchange, passing);
  }

  private static Fault inTurn(Fault... faults) {
    AtomicInteger next = new AtomicInteger();
    return (exchange, passing) ->
        faults[Math.min(next.getAndIncrement(), faults.length - 1)].apply(exchange, passing);
  }

  private static Fault refusing(String reason) {
    return answering(200, failed(reason, ""));
  }

  private static String failed(String reason, String transaction) {
    return "{\"success\":false,\"errorReason\":\"%s\",\"transaction\":\"%s\",\"network\":\"%s\"}"
        .formatted(reason, transaction, NETWORK);
  }

  private static Fault pendingWith(int status) {
    return answering(
        status,
        "{\"success\":false,\"errorReason\":\"settlement_pending\",\"transaction\":\""
            + TRANSACTION
            + "\",\"network\":\""
            + NETWORK
            + "\"}");
  }

  /** A success, but for one field. */
  private static Fault settleAnswer(String field, String value) {
    StringBuilder body = new StringBuilder("{");
    for (String[] usual :
        new String[][] {
          {"success", "true"},
          {"transaction", "\"" + TRANSACTION + "\""},
          {"network", "\"" + NETWORK + "\""},
          {"amount", "\"200000\""},
          {"payer", "null"}
        }) {
      body.append('"').append(usual[0]).append("\":");
      body.append(usual[0].equals(field) ? value : usual[1]).append(',');
    }
    return answering(200, body.append("\"x\":1}").toString());
  }
}
