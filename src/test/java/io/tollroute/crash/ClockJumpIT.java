package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.Books;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock jumps while a call is on its way. */
class ClockJumpIT {

  private Shop shop;

  @BeforeEach
  void open() throws Exception {
    shop = Shop.open();
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
  }

  private void jumpDuring(String operation, int hours) {
    shop.facilitator()
        .on(
            operation,
            1,
            (exchange, passing) -> {
              HttpResponse<byte[]> answer = passing.pass();
              shop.advance(Duration.ofHours(hours));
              byte[] body = answer.body();
              exchange.sendResponseHeaders(answer.statusCode(), body.length);
              exchange.getResponseBody().write(body);
              exchange.close();
            });
  }

  @ParameterizedTest(name = "{0} h during settle")
  @ValueSource(ints = {1, -1})
  @DisplayName("a clock that jumps during the settlement loses neither the answer nor the money")
  void settle(int hours) throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    jumpDuring("settle", hours);

    HttpResponse<String> answer = shop.buy(payment);
    HttpResponse<String> again = shop.buy(payment);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(answer.body());
    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @Test
  @DisplayName("when the clock jumps past the payment's end during verify, nothing is charged")
  void late() throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    jumpDuring("verify", 1);

    HttpResponse<String> answer = shop.buy(payment);
    HttpResponse<String> again = shop.buy(payment);

    assertThat(answer.statusCode()).as(answer.body()).isIn(402, 503, 504);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(again.statusCode()).as(again.body()).isEqualTo(402);
    assertThat(shop.since(before).settled()).isZero();
  }

  @Test
  @DisplayName("when the clock jumps back during verify, the call ends in its answer")
  void early() throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    jumpDuring("verify", -1);

    HttpResponse<String> answer = shop.buy(payment);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(shop.buy(payment).body()).isEqualTo(answer.body());
    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @Test
  @DisplayName("an unknown settlement is finished by the same payment after the clock went back")
  void unknown() throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();
    shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
    assertThat(shop.buy(payment).statusCode()).isEqualTo(503);

    shop.advance(Duration.ofHours(-1));
    HttpResponse<String> answer = shop.buy(payment);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }
}
