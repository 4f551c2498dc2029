package io.tollroute.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LateIncomeTest {

  @Test
  @DisplayName("money that was found to have moved when nobody waited any more counts once")
  void late() throws Exception {
    try (Shop shop = Shop.open(Map.of("TOLLROUTE_RECONCILE_MS", "100"))) {
      ObjectNode payment = shop.payment();
      shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
      assertThat(shop.buy(Shop.encode(payment)).statusCode()).isEqualTo(503);
      Shop.await(() -> MetricsText.of(shop).sum("tollroute_undecided") == 1);
      assertThat(MetricsText.of(shop).sum("tollroute_income_total")).isZero();

      shop.advance(Duration.ofSeconds(30));
      Shop.await(() -> MetricsText.of(shop).sum("tollroute_income_total") > 0);
      assertThat(shop.buy(Shop.encode(payment)).statusCode()).isEqualTo(200);

      MetricsText now = MetricsText.of(shop);
      assertThat(
              now.sum("tollroute_income_total", "service=masked-face-comparison", "currency=USD"))
          .isEqualTo(0.2);
      assertThat(now.sum("tollroute_calls_total", "outcome=settlement_unknown")).isEqualTo(1);
      assertThat(now.sum("tollroute_calls_total", "outcome=replayed")).isEqualTo(1);
      Shop.await(() -> MetricsText.of(shop).sum("tollroute_undecided") == 0);
    }
  }
}
