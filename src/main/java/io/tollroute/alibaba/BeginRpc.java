package io.tollroute.alibaba;

import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Provider;
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
    RpcSlots.ACTION.put(exchange, RpcAction.of(provider, usualCallsPerSecond));
    String address = endpoint.orElseGet(() -> (String) provider.settings().get("endpoint"));
    RpcSlots.ENDPOINT.put(exchange, address.replaceFirst("/+$", ""));
    RpcSlots.SENT.put(exchange, 0);
    RpcSlots.SEND.put(exchange, true);
  }
}
