package io.tollroute.alibaba;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Provider;
import io.tollroute.input.InputSlots;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Takes action and endpoint from the service and opens the loop that sends the call. */
public final class BeginRpc implements Processor {

  private final Optional<String> endpoint;
  private final double usualCallsPerSecond;

  /** {@code endpoint} takes the place of every service's own. */
  public BeginRpc(Optional<String> endpoint, double usualCallsPerSecond) {
    this.endpoint = endpoint;
    this.usualCallsPerSecond = usualCallsPerSecond;
  }

  @Override
  public void process(Exchange exchange) {
    Provider provider = CatalogueSlots.SERVICE.of(exchange).provider();
    begin(exchange, provider, RpcAction.of(provider, usualCallsPerSecond));
  }

  /** The same for a look at the job that the input names. */
  public void look(Exchange exchange) {
    Provider provider = CatalogueSlots.SERVICE.of(exchange).provider();
    begin(exchange, provider, RpcAction.looking(provider, usualCallsPerSecond));
    InputSlots.INPUT.put(
        exchange,
        JsonNodeFactory.instance
            .objectNode()
            .put(RpcAction.JOB, InputSlots.INPUT.of(exchange).path("job").asText()));
  }

  private void begin(Exchange exchange, Provider provider, RpcAction action) {
    RpcSlots.ACTION.put(exchange, action);
    String address = endpoint.orElseGet(() -> (String) provider.settings().get("endpoint"));
    RpcSlots.ENDPOINT.put(exchange, address.replaceFirst("/+$", ""));
    RpcSlots.SENT.put(exchange, 0);
    RpcSlots.SEND.put(exchange, true);
  }
}
