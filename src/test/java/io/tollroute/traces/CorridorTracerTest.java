package io.tollroute.traces;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The span of a request")
class CorridorTracerTest {

  @ParameterizedTest
  @CsvSource({
    "http-tools, http-tools",
    "http-tools~2, http-tools",
    "mcp~13, mcp",
    "my~own, my~own"
  })
  @DisplayName("is named by its route as the file names it, also after that has changed")
  void name(String id, String name) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.getExchangeExtension().setFromRouteId(id);

    assertThat(CorridorTracer.route(exchange)).isEqualTo(name);
  }
}
