package io.tollroute.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.ScriptedUpstream;
import io.tollroute.testing.Shop;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What buyers get while somebody behind us is out of order, and when he is well again. */
class BreakerIT {

  private static final int JUDGED = 4;
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final String OTHER = "/api/tools/other-face-comparison";
  private static final String GOOD =
      "{\"RequestId\":\"F1\",\"Data\":{\"Confidence\":88.5,\"Masked\":true}}";

  @TempDir private Path services;

  private ScriptedUpstream provider;
  private Shop shop;

  @BeforeEach
  void open() throws Exception {
    FaceServices folder = new FaceServices(services);
    folder.write("masked-face-comparison", "0.20");
    folder.write("other-face-comparison", "0.20");
    provider = new ScriptedUpstream();
    provider.does(ScriptedUpstream.answering(200, GOOD));
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES", services.toString(),
                "TOLLROUTE_ALIBABA_ENDPOINT", provider.url(),
                "TOLLROUTE_BREAKER", "on",
                "TOLLROUTE_BREAKER_CALLS", String.valueOf(JUDGED),
                "TOLLROUTE_BREAKER_OPEN_SECONDS", String.valueOf(WAIT.toSeconds())));
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
    provider.close();
  }

  // ---- the facilitator

  @Test
  @DisplayName(
      "A facilitator that fails again and again is not asked for a while, then asked and trusted")
  void facilitator() throws Exception {
    shop.facilitator().on("verify", FaultyFacilitator.answering(500, "out of order"));
    for (int i = 0; i < JUDGED; i++) {
      assertRefusal(shop.buy(shop.signature()), "facilitator_unavailable");
    }
    int asked = shop.facilitator().calls("verify");
    String payment = shop.signature();

    assertRefusal(shop.buy(payment), "facilitator_unavailable");
    assertThat(shop.facilitator().calls("verify")).isEqualTo(asked);
    assertThat(shop.settled()).isZero();
    assertThat(provider.requests()).isEmpty();

    shop.facilitator().behave();
    assertRefusal(shop.buy(payment), "facilitator_unavailable");
    shop.advance(WAIT);

    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
    assertThat(shop.settled()).isEqualTo(1);
  }

  @Test
  @DisplayName("A facilitator that hangs up counts like one that says 500")
  void hanging_up() throws Exception {
    shop.facilitator().on("verify", FaultyFacilitator.hangingUp());
    for (int i = 0; i < JUDGED; i++) {
      assertRefusal(shop.buy(shop.signature()), "facilitator_unavailable");
    }
    int asked = shop.facilitator().calls("verify");

    assertRefusal(shop.buy(shop.signature()), "facilitator_unavailable");

    assertThat(shop.facilitator().calls("verify")).isEqualTo(asked);
  }

  @ParameterizedTest
  @CsvSource({
    "200, insufficient_funds, payment_refused",
    "500, insufficient_funds, payment_refused",
    "400, insufficient_funds, payment_refused",
    "429, , facilitator_unavailable",
    "401, , facilitator_unavailable"
  })
  @DisplayName("Bad payments and refused calls do not keep good payments away, whatever the status")
  void bad_payments(int status, String reason, String word) throws Exception {
    String body =
        reason == null ? "{}" : "{\"isValid\":false,\"invalidReason\":\"" + reason + "\"}";
    shop.facilitator().on("verify", FaultyFacilitator.answering(status, body));
    for (int i = 0; i < 2 * JUDGED; i++) {
      assertThat(word(shop.buy(shop.signature()))).isEqualTo(word);
    }
    assertThat(shop.facilitator().calls("verify")).isEqualTo(2 * JUDGED);

    shop.facilitator().behave();

    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("A settlement is never kept back: an open one is asked for while verify is closed")
  void settlement() throws Exception {
    String undecided = shop.signature();
    shop.facilitator().on("settle", 1, FaultyFacilitator.hangingUp());
    assertThat(word(shop.buy(undecided))).isEqualTo("settlement_unknown");
    shop.facilitator().on("verify", FaultyFacilitator.answering(503, ""));
    for (int i = 0; i <= JUDGED; i++) {
      assertRefusal(shop.buy(shop.signature()), "facilitator_unavailable");
    }
    int asked = shop.facilitator().calls("settle");

    HttpResponse<String> answer = shop.buy(undecided);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(shop.facilitator().calls("settle")).isEqualTo(asked + 1);
    assertThat(shop.settled()).isEqualTo(1);
  }

  // ---- providers

  @Test
  @DisplayName("A provider that fails again and again is not called for a while, and then sells")
  void provider() throws Exception {
    Books before = shop.takeStock();
    provider.does(ScriptedUpstream.answering(503, ""));
    for (int i = 0; i < JUDGED; i++) {
      assertRefusal(shop.buy(shop.signature()), "provider_unavailable");
    }
    provider.does(ScriptedUpstream.answering(200, GOOD));
    String payment = shop.signature();

    assertRefusal(shop.buy(payment), "provider_unavailable");
    assertThat(provider.requests()).isEmpty();
    assertThat(shop.since(before).settled()).isZero();

    shop.advance(WAIT);

    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
    assertThat(provider.requests()).hasSize(1);
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @Test
  @DisplayName("Trials that fail keep a provider away for another while")
  void failed_trials() throws Exception {
    provider.does(ScriptedUpstream.answering(503, ""));
    for (int i = 0; i < JUDGED; i++) {
      assertRefusal(shop.buy(shop.signature()), "provider_unavailable");
    }
    shop.advance(WAIT);
    provider.does(ScriptedUpstream.answering(503, ""));
    for (int i = 0; i < 3; i++) {
      assertRefusal(shop.buy(shop.signature()), "provider_unavailable");
    }
    assertThat(provider.requests()).isNotEmpty();
    provider.does(ScriptedUpstream.answering(200, GOOD));

    assertRefusal(shop.buy(shop.signature()), "provider_unavailable");

    assertThat(provider.requests()).isEmpty();
  }

  @Test
  @DisplayName("One service that is kept back keeps no other back")
  void other_service() throws Exception {
    provider.does(ScriptedUpstream.answering(503, ""));
    for (int i = 0; i < JUDGED; i++) {
      assertRefusal(shop.buy(shop.signature()), "provider_unavailable");
    }
    provider.does(ScriptedUpstream.answering(200, GOOD));

    assertRefusal(shop.buy(shop.signature()), "provider_unavailable");
    assertThat(buyOther().statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "400, InvalidImage.NotFoundFace, provider_rejected",
    "400, Throttling.User, provider_busy",
    "403, NoPermission, provider_failed"
  })
  @DisplayName(
      "What the input, our rate or our account is to blame for keeps no service off the market")
  void not_sick(int status, String code, String word) throws Exception {
    provider.does(
        ScriptedUpstream.answering(
            status, "{\"RequestId\":\"F2\",\"Code\":\"" + code + "\",\"Message\":\"no\"}"));
    for (int i = 0; i < 2 * JUDGED; i++) {
      assertThat(word(shop.buy(shop.signature()))).isEqualTo(word);
    }
    provider.does(ScriptedUpstream.answering(200, GOOD));

    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
  }

  // ---- the operator

  @Test
  @DisplayName("Who is kept back stands in health and once in the log, and readiness stays up")
  void told() throws Exception {
    try (LogLines log = LogLines.capture()) {
      provider.does(ScriptedUpstream.answering(503, ""));
      for (int i = 0; i <= JUDGED; i++) {
        shop.buy(shop.signature());
      }

      assertThat(shop.isReady()).isTrue();
      assertThat(health().toString()).contains("service masked-face-comparison");
      assertThat(log.lines())
          .filteredOn(line -> line.contains("alert=upstream_kept_back"))
          .singleElement()
          .asString()
          .contains("upstream=service masked-face-comparison");
    }
  }

  private JsonNode health() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(shop.management().resolve("/observe/health/ready")).build();
    return Shop.json(shop.client().send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private HttpResponse<String> buyOther() throws Exception {
    ObjectNode demand = Shop.demand(shop.post(OTHER, ""));
    ObjectNode payment = shop.wallet().sign(demand, demand.path("accepts").path(0));
    return shop.post(OTHER, Shop.BODY, "PAYMENT-SIGNATURE", Shop.encode(payment));
  }

  private static String word(HttpResponse<String> answer) throws Exception {
    return Shop.json(answer).path("error").asText();
  }

  /** 503 at once, with a time to come back, and nothing charged. */
  private static void assertRefusal(HttpResponse<String> answer, String word) throws Exception {
    assertThat(word(answer)).isEqualTo(word);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(Shop.json(answer).path("retryable").asBoolean()).isTrue();
  }
}
