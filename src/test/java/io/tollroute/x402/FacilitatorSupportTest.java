package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.log.SparseLog;
import io.tollroute.testing.ShiftedClock;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FacilitatorSupportTest {

  private static final String OURS =
      "{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"eip155:8453\"}";

  private final ShiftedClock clock = new ShiftedClock(Clock.systemUTC());
  private final FacilitatorSupport support =
      new FacilitatorSupport("eip155:8453", 60_000, 30_000, clock, new SparseLog(clock));

  @Test
  @DisplayName("before the facilitator has spoken nothing is settled")
  void silent() {
    assertThat(support.settles()).isFalse();
    assertThat(support.isDue()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kinds\":[%s]}",
        "{\"kinds\":[{\"x402Version\":1,\"scheme\":\"exact\",\"network\":\"base\"},%s],"
            + "\"extensions\":[],\"signers\":{}}",
        "{\"kinds\":[null,7,\"x\",[],%s],\"extensions\":null}"
      })
  @DisplayName("what lists our version, scheme and network settles")
  void listed(String answer) {
    hear(answer.formatted(OURS));

    assertThat(support.settles()).isTrue();
    assertThat(support.isDue()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kinds\":[]}",
        "{\"kinds\":[{\"x402Version\":1,\"scheme\":\"exact\",\"network\":\"eip155:8453\"}]}",
        "{\"kinds\":[{\"x402Version\":2,\"scheme\":\"upto\",\"network\":\"eip155:8453\"}]}",
        "{\"kinds\":[{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"eip155:84532\"}]}",
        "{\"kinds\":[{\"x402Version\":3,\"scheme\":\"exact\",\"network\":\"eip155:8453\"}]}",
        "{\"kinds\":[{\"x402Version\":2,\"scheme\":[\"exact\"],\"network\":\"eip155:8453\"}]}"
      })
  @DisplayName("what does not list them, does not, also when it did so before")
  void unlisted(String answer) {
    hear("{\"kinds\":[" + OURS + "]}");

    hear(answer);

    assertThat(support.settles()).isFalse();
    assertThat(support.isDue()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>502</html>",
        "{}",
        "[]",
        "{\"error\":\"x\"}",
        "{\"kinds\":null}",
        "{\"kinds\":{}}",
        "{\"kinds\":[],\"kinds\":[]}",
        "{\"kinds\":["
      })
  @DisplayName("what says nothing leaves the last good answer")
  void last_good(String answer) {
    hear("{\"kinds\":[" + OURS + "]}");

    hear(answer);

    assertThat(support.settles()).isTrue();
  }

  @Test
  @DisplayName("asked in vain for longer than its grace it is away, until it answers")
  void away() {
    hear("{\"kinds\":[" + OURS + "]}");
    clock.advance(Duration.ofHours(1));
    assertThat(support.objection()).as("nobody has asked yet").isEmpty();

    assertThat(support.isDue()).isTrue();
    hear("<html>502</html>");
    clock.advance(Duration.ofSeconds(29));
    assertThat(support.objection()).isEmpty();
    clock.advance(Duration.ofSeconds(2));

    assertThat(support.objection()).get().asString().contains("has not answered");
    assertThat(support.settles()).as("its terms are still told").isTrue();
    hear("{\"kinds\":[" + OURS + "]}");
    assertThat(support.objection()).isEmpty();
  }

  private void hear(String answer) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.getMessage().setBody(answer);
    support.process(exchange);
  }
}
