package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

  /** The argument that says how long a caller would wait for work that goes on, in seconds. */
  static final String WAIT = "waitSeconds";

  /** Shorter than the time after which usual clients of MCP give up. */
  private static final int USUAL_WAIT_SECONDS = 20;

  private final List<String> ours;

  /** The tools of services that can be paid with what {@code carriers} carry. */
  public ToolArguments(List<PaymentCarrier> carriers) {
    this.ours =
        Stream.concat(
                Stream.of(DRY_RUN, WAIT),
                carriers.stream()
                    .flatMap(carrier -> carrier.mcp().argument().stream())
                    .map(PaymentCarrier.Argument::name))
            .toList();
  }

  /** Adds the argument to a tool's. */
  static void describeWait(ObjectNode properties) {
    properties
        .putObject(WAIT)
        .put("type", "integer")
        .put(
            "description",
            "How many seconds to wait for the answer while the work goes on, at most 60; "
                + USUAL_WAIT_SECONDS
                + " when it is not said. Then a job is given, to be asked for with job_status.");
  }

  /** The same as HTTP says it. */
  static String preference(JsonNode said) {
    return "wait="
        + (said.canConvertToInt() && said.intValue() >= 0 ? said.intValue() : USUAL_WAIT_SECONDS);
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
