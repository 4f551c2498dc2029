package io.tollroute.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** {@code tollroute charges}: the charges of a running Tollroute, over its management port. */
@Command(
    name = "charges",
    scope = ScopeType.INHERIT,
    description = "Shows charges of a running Tollroute and notes refunds.",
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
public final class ChargesCommand implements Callable<Integer> {

  private static final PagedRows ROWS =
      new PagedRows(
          "charges",
          List.of(
              "state",
              "kind",
              "service",
              "paidCents",
              "refundedCents",
              "payer",
              "paymentId",
              "settledAt",
              "createdAt",
              "charge"));

  @Mixin private final HelpOption help = new HelpOption();

  @Mixin private final OperatorOptions operator;

  @Spec private CommandSpec spec;

  /**
   * The command.
   *
   * @param terminal whether somebody reads the output on a terminal: rows are then a table, and
   *     JSON otherwise
   */
  public ChargesCommand(OperatorAccess access, boolean terminal) {
    this.operator = new OperatorOptions(access, terminal);
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "Say which: list, show, export, refund or decide");
  }

  @Command(description = "Lists charges, newest first, a page at a time; JSON is one document.")
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

  @Command(description = "Prints all charges, newest first; JSON is a line for each.")
  int export(@Mixin FilterOptions filter) {
    return operator.run(
        spec, (client, printer) -> ROWS.export(client, printer, filter.parameters()));
  }

  @Command(description = "Prints one charge.")
  int show(@Parameters(paramLabel = "KEY", description = "Key of the charge.") String key) {
    return operator.run(
        spec,
        (client, printer) -> {
          printer.row(client.get("charges/" + ManagementClient.encode(key), Map.of()));
          return Exit.OK;
        });
  }

  @Command(
      description = "Notes that you have paid a charge back; its answer can no longer be fetched.")
  int refund(
      @Parameters(paramLabel = "KEY", description = "Key of the charge.") String key,
      @Mixin RefundOptions refund) {
    ObjectNode wish = refund.wish();
    return operator.run(
        spec,
        (client, printer) -> {
          printer.row(client.post("charges/" + ManagementClient.encode(key) + "/refund", wish));
          return Exit.OK;
        });
  }

  @Command(
      description = {
        "Decides a charge whose outcome is not known. A node of the chain is asked where there is"
            + " one; otherwise your word counts, when the payment's validity is over."
      })
  int decide(
      @Parameters(paramLabel = "KEY", description = "Key of the charge.") String key,
      @Option(
              names = "--transaction",
              paramLabel = "0x...",
              defaultValue = "",
              description = "The transaction that paid it.")
          String transaction,
      @Option(names = "--paid", description = "Your word: its money came in.") boolean paid,
      @Option(names = "--not-paid", description = "Your word: it did not.") boolean notPaid,
      @Option(names = "--reason", defaultValue = "", description = "What your word goes by.")
          String reason,
      @Option(
              names = "--by",
              paramLabel = "NAME",
              defaultValue = "${sys:user.name}",
              description = "Who decides. Default: you.")
          String by) {
    if (paid && notPaid) {
      throw new ParameterException(spec.commandLine(), "Either --paid or --not-paid");
    }
    ObjectNode wish = JsonNodeFactory.instance.objectNode().put("reason", reason).put("by", by);
    if (!transaction.isEmpty()) {
      wish.put("transaction", transaction);
    }
    if (paid || notPaid) {
      wish.put("paid", paid);
    }
    return operator.run(
        spec,
        (client, printer) -> {
          printer.row(client.post("charges/" + ManagementClient.encode(key) + "/decide", wish));
          return Exit.OK;
        });
  }
}
