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
import io.tollroute.sandbox.TextSigner;
import io.tollroute.testing.Books;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A job that is paid before its work")
class PaidJobTest {

  @TempDir private static Path home;
  private static Shop shop;

  private Books before;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(JobShop.settings(home, Map.of("TOLLROUTE_X402_SETTLE", "first")));
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
  @DisplayName("has its receipt with the job, and again with the answer")
  void receipt() throws Exception {
    String payment = signature(shop);
    HttpResponse<String> begun = buy(shop, payment, body("/sandbox/slow/500"));
    JsonNode job = job(begun);

    assertThat(Shop.json(begun).path("charged").asText()).isEqualTo("yes");
    assertThat(begun.headers().firstValue("PAYMENT-RESPONSE")).isPresent();
    HttpResponse<String> again = buy(shop, payment, body("/sandbox/slow/500"));
    assertThat(job(again).path("id")).isEqualTo(job.path("id"));
    assertThat(again.headers().firstValue("PAYMENT-RESPONSE"))
        .isEqualTo(begun.headers().firstValue("PAYMENT-RESPONSE"));
    HttpResponse<String> answer = ended(shop, job);
    assertAnswered(answer);
    assertThat(answer.headers().firstValue("PAYMENT-RESPONSE"))
        .isEqualTo(begun.headers().firstValue("PAYMENT-RESPONSE"));
    assertThat(shop.since(before)).isEqualTo(new Books(1, 0, 1, 1, 200_000));
  }

  @Test
  @DisplayName(
      "owes its answer when it fails: the same call begins another, and costs nothing more")
  void owed() throws Exception {
    String payment = signature(shop);
    JsonNode job = job(buy(shop, payment, body("/sandbox/job/PROCESS_FAILED")));

    HttpResponse<String> failed = ended(shop, job);

    assertThat(failed.statusCode()).as(failed.body()).isEqualTo(503);
    assertThat(Shop.json(failed).path("error").asText()).isEqualTo("answer_owed");
    assertThat(Shop.json(failed).path("reason").asText()).isEqualTo("provider_failed");
    assertThat(Shop.json(failed).path("charged").asText()).isEqualTo("yes");
    JsonNode second = job(buy(shop, payment, body("/sandbox/job/PROCESS_FAILED")));
    assertThat(second.path("id")).isNotEqualTo(job.path("id"));
    assertThat(look(shop, job).statusCode()).isEqualTo(503);
    ended(shop, second);
    assertThat(shop.since(before)).isEqualTo(new Books(2, 0, 1, 1, 200_000));
  }

  @Test
  @DisplayName("gives no token instead while it goes on, and one when it has failed")
  void credit() throws Exception {
    ObjectNode demand = Shop.demand(shop.post(JobShop.ADDRESS, ""));
    ObjectNode payment = shop.wallet().sign(demand, demand.at("/accepts/0"));
    String body = body("/sandbox/slow/60000");
    job(buy(shop, Shop.encode(payment), body));
    assertThat(credit(payment).statusCode()).isEqualTo(404);

    ObjectNode other = shop.wallet().sign(demand, demand.at("/accepts/0"));
    String failing = body("/sandbox/job/PROCESS_FAILED");
    ended(shop, job(buy(shop, Shop.encode(other), failing)));
    HttpResponse<String> credited = credit(other);

    assertThat(credited.statusCode()).as(credited.body()).isEqualTo(201);
    assertThat(buy(shop, Shop.encode(other), failing).statusCode()).isEqualTo(409);
    assertThat(shop.since(before).settled()).isEqualTo(2);
  }

  private static HttpResponse<String> credit(ObjectNode payment) throws Exception {
    ObjectNode claim =
        ((ObjectNode) Shop.json("{}"))
            .put("payer", payment.at("/payload/authorization/from").asText())
            .put("nonce", payment.at("/payload/authorization/nonce").asText());
    JsonNode challenge = Shop.json(shop.post("/api/credits", claim.toString()));
    claim.put("until", challenge.path("until").asText());
    claim.put(
        "signature", TextSigner.sign(shop.wallet(), challenge.path("message").asText("none")));
    return shop.post("/api/credits", claim.toString());
  }
}
