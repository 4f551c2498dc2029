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
}
