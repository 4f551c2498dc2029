package io.tollroute.discovery;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollroute.call.Refusal;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.UnitOfWorkHelper;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Large answers on their way to the server. */
class HandoverTest {

  private static final int MEGABYTE = 1 << 20;

  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final Handover handover = new Handover(3 << 10);

  private Exchange taken(int bytes) throws Refusal {
    Exchange exchange = new DefaultExchange(camel);
    handover.take(exchange, bytes);
    return exchange;
  }

  private static void end(Exchange exchange) {
    UnitOfWorkHelper.doneSynchronizations(
        exchange, exchange.getExchangeExtension().handoverCompletions());
  }

  @Test
  @DisplayName(
      "No more are on their way than there is room for, and room comes back with each that ends")
  void bounded() throws Exception {
    Exchange first = taken(2 * MEGABYTE);

    assertThatThrownBy(() -> taken(MEGABYTE)).isInstanceOf(Refusal.class);
    assertThatCode(() -> taken(MEGABYTE / 2)).doesNotThrowAnyException();
    end(first);
    assertThatCode(() -> taken(2 * MEGABYTE)).doesNotThrowAnyException();
  }

  @Test
  @DisplayName("One that is larger than all the room goes alone")
  void alone() throws Exception {
    Exchange large = taken(30 * MEGABYTE);

    assertThatThrownBy(() -> taken(MEGABYTE)).isInstanceOf(Refusal.class);
    assertThatCode(() -> taken(60 << 10)).as("a small one").doesNotThrowAnyException();
    end(large);
    assertThatCode(() -> taken(MEGABYTE)).doesNotThrowAnyException();
  }
}
