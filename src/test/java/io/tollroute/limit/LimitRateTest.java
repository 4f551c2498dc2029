package io.tollroute.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Quota;
import io.tollroute.call.Refusal;
import io.tollroute.testing.ShiftedClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LimitRateTest {

  private final ShiftedClock clock =
      new ShiftedClock(Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));
  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
  private final LimitRate payments =
      new LimitRate("payments_per_minute", Rate.perMinute(30), new CallerAddress(""), clock);

  private void pass(int times) throws Refusal {
    for (int i = 0; i < times; i++) {
      payments.process(exchange);
    }
  }

  private Refusal refused() {
    return catchThrowableOfType(Refusal.class, () -> payments.process(exchange));
  }

  @Test
  @DisplayName("of payments created at once the 31st is too many, and the reason says so")
  void burst() throws Exception {
    pass(30);

    Refusal refusal = refused();
    assertThat(refusal.word()).isEqualTo("too_many_requests");
    assertThat(refusal.reason()).contains("payments_per_minute");
    assertThat(CallSlots.QUOTA.of(exchange)).isEqualTo(new Quota(30, 0, 2, OptionalLong.of(60)));
  }

  @Test
  @DisplayName(
      "one whose answer costs as much as ten others counts as many, and no more than are left")
  void costly() throws Exception {
    pass(1);
    payments.count(exchange, 9);
    pass(20);
    assertThat(refused()).isNotNull();

    clock.advance(Duration.ofHours(5));
    payments.count(exchange, 1_000);
    clock.advance(Duration.ofSeconds(2));

    pass(1);
    assertThat(refused()).isNotNull();
  }

  @Test
  @DisplayName("after the time that was told one more is allowed, and only one")
  void afterwards() throws Exception {
    pass(30);
    assertThat(refused()).isNotNull();

    clock.advance(Duration.ofSeconds(CallSlots.QUOTA.of(exchange).resetSeconds()));

    pass(1);
    assertThat(refused()).isNotNull();
  }

  @Test
  @DisplayName("a minute later as many are allowed again, and not more")
  void later() throws Exception {
    pass(30);

    clock.advance(Duration.ofHours(5));

    pass(30);
    assertThat(refused()).isNotNull();
  }

  @Test
  @DisplayName("a rate with a burst lets the burst pass at once and the rate in the long run")
  void longRun() throws Exception {
    LimitRate unpaid =
        new LimitRate("unpaid", Rate.perSecond(50, 200), new CallerAddress(""), clock);
    int passed = 0;
    for (int second = 0; second < 10; second++) {
      for (int i = 0; i < 500; i++) {
        try {
          unpaid.process(exchange);
          passed++;
        } catch (Refusal refusal) {
          assertThat(refusal.reason()).contains("unpaid");
        }
      }
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(passed).isEqualTo(200 + 9 * 50);
  }
}
