package io.tollroute.job;

import static io.tollroute.job.JobShop.assertAnswered;
import static io.tollroute.job.JobShop.body;
import static io.tollroute.job.JobShop.buy;
import static io.tollroute.job.JobShop.ended;
import static io.tollroute.job.JobShop.job;
import static io.tollroute.job.JobShop.look;
import static io.tollroute.job.JobShop.signature;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Work that goes on after the call that began it")
class JobTest {

  @TempDir private static Path home;
  private static Shop shop;

  private Books before;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(JobShop.settings(home, Map.of()));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void takeStock() throws Exception {
    before = shop.takeStock();
  }

  @Test
  @DisplayName("is answered with a job, and money moves when its result is there")
  void sold() throws Exception {
    HttpResponse<String> begun = buy(shop, signature(shop), body("/sandbox/slow/700"));
    JsonNode job = job(begun);

    assertThat(begun.headers().firstValue("Location")).hasValue(job.path("url").asText());
    assertThat(begun.headers().firstValue("Retry-After")).isPresent();
    assertThat(begun.headers().firstValue("PAYMENT-RESPONSE")).isEmpty();
    assertThat(Shop.json(begun).path("charged").asText()).isEqualTo("no");
    assertThat(job.path("id").asText()).matches("job_[A-Za-z0-9_-]{43}");
    assertThat(job.path("state").asText()).isEqualTo("working");
    assertThat(look(shop, job).statusCode()).isEqualTo(202);
    assertThat(shop.since(before).settled()).isZero();

    HttpResponse<String> answer = ended(shop, job);

    assertAnswered(answer);
    assertThat(
            Shop.decode(answer.headers().firstValue("PAYMENT-RESPONSE").orElseThrow())
                .path("success")
                .asBoolean())
        .isTrue();
    assertThat(Shop.json(answer).path("requestId").asText())
        .isEqualTo(Shop.json(begun).path("requestId").asText());
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
  }

  @Test
  @DisplayName("is in the first answer for a buyer who waits, when it is ready in time")
  void waited() throws Exception {
    HttpResponse<String> answer = buy(shop, signature(shop), body(), "Prefer", "wait=30");

    assertAnswered(answer);
    assertThat(answer.headers().firstValue("PAYMENT-RESPONSE")).isPresent();
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
  }

  @Test
  @DisplayName("is waited for no longer than the buyer would")
  void impatient() throws Exception {
    JsonNode job = job(buy(shop, signature(shop), body("/sandbox/slow/60000"), "Prefer", "wait=1"));

    assertThat(look(shop, job).statusCode()).isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"wait=abc", "respond-async", "wait=-5", "wait=", "", "a, b; wait=99999999999"})
  @DisplayName("is not waited for where the preference cannot be read")
  void unreadable(String preference) throws Exception {
    job(buy(shop, signature(shop), body("/sandbox/slow/60000"), "Prefer", preference));
  }

  @Test
  @DisplayName("is one job for one payment, however often it is sent")
  void sentAgain() throws Exception {
    String payment = signature(shop);
    JsonNode job = job(buy(shop, payment, body("/sandbox/slow/700")));
    JsonNode again = job(buy(shop, payment, body("/sandbox/slow/700")));

    assertThat(again.path("id")).isEqualTo(job.path("id"));
    HttpResponse<String> answer = ended(shop, job);
    HttpResponse<String> replay = buy(shop, payment, body("/sandbox/slow/700"));
    assertThat(replay.body()).isEqualTo(answer.body());
    assertThat(replay.headers().firstValue("Idempotent-Replayed")).hasValue("true");
    assertThat(look(shop, job).body()).isEqualTo(answer.body());
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
  }

  @Test
  @DisplayName(
      "is told to nobody who has the payment's nonce and not its signature, nor for another request")
  void strangers() throws Exception {
    ObjectNode demand = Shop.demand(shop.post(JobShop.ADDRESS, ""));
    ObjectNode payment = shop.wallet().sign(demand, demand.at("/accepts/0"));
    // not to end while another test counts
    String body = body("/sandbox/slow/60000");
    job(buy(shop, Shop.encode(payment), body));
    ObjectNode forged = payment.deepCopy();
    ((ObjectNode) forged.path("payload"))
        .put("signature", Shop.decode(signature(shop)).at("/payload/signature").asText());

    HttpResponse<String> stranger = buy(shop, Shop.encode(forged), body);
    HttpResponse<String> other = buy(shop, Shop.encode(payment), body("/other.mp4"));

    assertThat(stranger.body()).doesNotContain("job_");
    assertThat(stranger.statusCode()).isIn(402, 409);
    assertThat(other.body()).doesNotContain("job_");
    assertThat(other.statusCode()).isEqualTo(409);
  }

  @ParameterizedTest
  @CsvSource({
    "PROCESS_FAILED, 502, provider_failed",
    "TIMEOUT_FAILED, 502, provider_failed",
    "LIMIT_RETRY_FAILED, 502, provider_failed"
  })
  @DisplayName("costs nothing when it fails, and the same payment is still good")
  void failed(String status, int code, String word) throws Exception {
    String payment = signature(shop);
    JsonNode job = job(buy(shop, payment, body("/sandbox/job/" + status)));

    HttpResponse<String> answer = ended(shop, job);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(code);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo(word);
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo(status);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(answer.body()).doesNotContain("pk=");
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 0, 0, 0));

    assertAnswered(buy(shop, payment, body(), "Prefer", "wait=30"));
    assertThat(shop.since(before)).isEqualTo(new Books(2, 2, 1, 1, 200_000));
  }

  @Test
  @DisplayName("is told as failed to a buyer who waits for it")
  void failedWhileWaiting() throws Exception {
    HttpResponse<String> answer =
        buy(shop, signature(shop), body("/sandbox/job/PROCESS_FAILED"), "Prefer", "wait=30");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
    assertThat(shop.since(before).settled()).isZero();
  }

  @Test
  @DisplayName("costs nothing when the provider does not begin it")
  void notBegun() throws Exception {
    HttpResponse<String> answer =
        buy(shop, signature(shop), body("/sandbox/error/InvalidFile.Download"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(shop.since(before).settled()).isZero();
  }

  @Test
  @DisplayName("costs one use of a token, which comes back when it fails")
  void token() throws Exception {
    TokenBuyer buyer = new TokenBuyer(shop);
    ObjectNode token = buyer.paid(JobShop.SERVICE, 2);
    JsonNode job = job(buyer.use(token, JobShop.ADDRESS, body("/sandbox/slow/500")));
    assertThat(job(buyer.use(token, JobShop.ADDRESS, body("/sandbox/slow/500"))).path("id"))
        .isEqualTo(job.path("id"));

    HttpResponse<String> answer = ended(shop, job);

    assertAnswered(answer);
    assertThat(answer.headers().firstValue("X-Payment-Receipt")).isPresent();
    assertThat(buyer.shown(token).path("remainingCalls").asInt()).isEqualTo(1);
    HttpResponse<String> failed =
        ended(shop, job(buyer.use(token, JobShop.ADDRESS, body("/sandbox/job/PROCESS_FAILED"))));
    assertThat(failed.statusCode()).isEqualTo(502);
    assertThat(buyer.shown(token).path("remainingCalls").asInt()).isEqualTo(1);
    assertThat(buyer.use(token, JobShop.ADDRESS, body("/sandbox/slow/500")).body())
        .isEqualTo(answer.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "job_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "job_short",
        "x",
        "%27%20OR%201=1--",
        "..%2f..%2fetc%2fpasswd"
      })
  @DisplayName("has a name that nobody guesses")
  void unknown(String name) throws Exception {
    HttpResponse<String> answer = shop.get("/api/jobs/" + name);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
    assertThat(shop.since(before).settled()).isZero();
  }

  @Test
  @DisplayName("is asked for in its terms with a payment that lives as long as it may")
  void terms() throws Exception {
    ObjectNode demand = Shop.demand(shop.post(JobShop.ADDRESS, ""));

    assertThat(demand.at("/accepts/0/maxTimeoutSeconds").asInt()).isGreaterThan(900);
    assertThat(shop.demand().at("/accepts/0/maxTimeoutSeconds").asInt()).isLessThan(900);
  }

  @Test
  @DisplayName("is not begun with a payment that would not live to its end")
  void shortLived() throws Exception {
    ObjectNode demand = Shop.demand(shop.post(JobShop.ADDRESS, ""));
    ObjectNode accepted = demand.path("accepts").path(0).deepCopy();
    ObjectNode hasty = accepted.deepCopy();
    hasty.put("maxTimeoutSeconds", 200);
    ObjectNode payment = shop.wallet().sign(demand, hasty);
    payment.set("accepted", accepted);

    HttpResponse<String> answer = buy(shop, Shop.encode(payment), body());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
    assertThat(shop.since(before).upstream()).isZero();
  }
}
