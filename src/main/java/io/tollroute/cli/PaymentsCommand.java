package io.tollroute.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code tollroute payments}: the payments of a running Tollroute, over its management port. */
@Command(
    name = "payments",
    scope = ScopeType.INHERIT,
    description = "Shows payments of a running Tollroute and notes refunds.",
    footer = {
      "",
      "Tollroute cannot send money to a buyer: refund notes that you have paid it back."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:wrong usage",
      "3:there is no such thing, or its state does not allow it",
      "4:the management port does not answer",
      "5:not authorised"
    })
public final class PaymentsCommand implements Callable<Integer> {

  private static final PagedRows ROWS =
      new PagedRows(
          "payments",
          List.of(
              "paymentId",
              "state",
              "service",
              "paidCents",
              "calls",
              "used",
              "excessCents",
              "refundedCents",
              "provider",
              "createdAt"));

  @Mixin private final HelpOption help = new HelpOption();

  @Mixin private final OperatorOptions operator;

  @Spec private CommandSpec spec;

  /**
   * The command.
   *
   * @param terminal whether somebody reads the output on a terminal: rows are then a table, and
   *     JSON otherwise
   */
  public PaymentsCommand(OperatorAccess access, boolean terminal) {
    this.operator = new OperatorOptions(access, terminal);
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "Say which: list, show, export, refund or paid");
  }

  @Command(description = "Lists payments, newest first, a page at a time; JSON is one document.")
  int list(
      @Mixin FilterOptions filter,
      @Option(
              names = "--limit",
              defaultValue = "50",
              description = "Rows, 1 to 500 (${DEFAULT-VALUE}).")
          int limit,
      @Option(
              names = "--cursor",
              defaultValue = "",
              description = "The page after: next of the page before.")
          String cursor) {
    return operator.run(
        spec, (client, printer) -> ROWS.page(client, printer, filter.parameters(), limit, cursor));
  }

  @Command(description = "Prints all payments, newest first; JSON is a line for each.")
  int export(@Mixin FilterOptions filter) {
    return operator.run(
        spec, (client, printer) -> ROWS.export(client, printer, filter.parameters()));
  }

  @Command(description = "Prints one payment and its charges.")
  int show(@Parameters(paramLabel = "ID", description = "Id of the payment.") String id) {
    return operator.run(
        spec,
        (client, printer) -> {
          printer.row(client.get("payments/" + ManagementClient.encode(id), Map.of()));
          return Exit.OK;
        });
  }

  @Command(description = "Notes that you have paid a payment back; its token ends.")
  int refund(
      @Parameters(paramLabel = "ID", description = "Id of the payment.") String id,
      @Option(
              names = "--excess",
              description = "Only what was paid beyond the price; the token stays good.")
          boolean excess,
      @Mixin RefundOptions refund) {
    ObjectNode wish = refund.wish();
    if (excess) {
      wish.put("excess", true);
    }
    return post(id, "refund", wish);
  }

  @Command(description = "Notes that the money for a payment of provider manual has come in.")
  int paid(
      @Parameters(paramLabel = "ID", description = "Id of the payment.") String id,
      @Option(names = "--cents", required = true, description = "How much came in.")
          BigDecimal cents,
      @Option(
              names = "--reference",
              required = true,
              description = "Of the transfer; it pays one payment.")
          String reference) {
    return post(
        id,
        "paid",
        JsonNodeFactory.instance.objectNode().put("cents", cents).put("reference", reference));
  }

  private int post(String id, String what, ObjectNode wish) {
    return operator.run(
        spec,
        (client, printer) -> {
          printer.row(client.post("payments/" + ManagementClient.encode(id) + "/" + what, wish));
          return Exit.OK;
        });
  }
}
