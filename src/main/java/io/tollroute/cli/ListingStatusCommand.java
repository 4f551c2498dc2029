package io.tollroute.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code tollroute services status}: what the facilitator has said of listing the services of a
 * running Tollroute in its marketplace, over its management port.
 */
@Command(
    name = "status",
    description = {
      "Shows what the facilitator has said of listing each service in its marketplace (x402 bazaar).",
      "A service is listed once it was paid for; one without a line was not, or nothing was said."
    })
final class ListingStatusCommand implements Callable<Integer> {

  private static final List<String> COLUMNS =
      List.of("service", "kind", "status", "reason", "toldAt");

  @Mixin private final OperatorOptions operator;

  @Spec private CommandSpec spec;

  ListingStatusCommand(OperatorAccess access, boolean terminal) {
    this.operator = new OperatorOptions(access, terminal);
  }

  @Override
  public Integer call() {
    return operator.run(
        spec,
        (client, printer) -> {
          printer.rows(client.get("listings", Map.of()).path("listings"), COLUMNS, true);
          return Exit.OK;
        });
  }
}
