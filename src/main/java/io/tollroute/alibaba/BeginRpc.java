package io.tollroute.alibaba;

import io.tollroute.catalog.Catalog;
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
    Provider provider = Catalog.SERVICE.of(exchange).provider();
    Rpc.ACTION.put(exchange, RpcAction.of(provider, usualCallsPerSecond));
    String address = endpoint.orElseGet(() -> (String) provider.settings().get("endpoint"));
    Rpc.ENDPOINT.put(exchange, address.replaceFirst("/+$", ""));
    Rpc.SENT.put(exchange, 0);
    Rpc.SEND.put(exchange, true);
  }
}
