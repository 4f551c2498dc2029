package io.tollroute.mcp;

import io.tollroute.call.PaymentCarrier;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.ServiceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a service's tool adds to its arguments, or would have to honour in them. */
public final class ToolArguments implements ServiceRule {

  /** The argument with which a tool only checks the others. */
  static final String DRY_RUN = "dryRun";

  private final List<String> ours;

  /** The tools of services that can be paid with what {@code carriers} carry. */
  public ToolArguments(List<PaymentCarrier> carriers) {
    this.ours =
        Stream.concat(
                Stream.of(DRY_RUN),
                carriers.stream()
                    .flatMap(carrier -> carrier.mcp().argument().stream())
                    .map(PaymentCarrier.Argument::name))
            .toList();
  }

  @Override
  public List<Offence> offences(Service service) {
    List<Offence> offences = new ArrayList<>();
    for (String name : ours) {
      if (service.inputSchema().path("properties").has(name)) {
        offences.add(
            new Offence(
                "/inputSchema/properties/" + name, "the name is that of an argument of ours"));
      }
    }
    if (service.inputSchema().findValue("x-mcp-header") != null) {
      offences.add(new Offence("/inputSchema", "x-mcp-header is not supported; leave it out"));
    }
    return offences;
  }
}
