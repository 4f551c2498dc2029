package io.tollroute.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tollroute reconcile}: what the books of a running Tollroute do not agree on. */
@Command(
    name = "reconcile",
    description =
        "Compares the ledger with itself, with the facilitator's record and with the chain, and"
            + " prints every difference.",
    footer = {
      "",
      "The facilitator's record is FILE, or what it lists at"
          + " tollroute.x402.facilitator.record-url;",
      "the chain is asked where tollroute.x402.rpc-url is set."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:everything agrees",
      "1:there are differences, or it failed",
      "2:wrong usage, or an unreadable record",
      "4:the management port, the facilitator or the chain's node does not answer",
      "5:not authorised"
    })
public final class ReconcileCommand implements Callable<Integer> {

  private static final List<String> COLUMNS =
      List.of("kind", "source", "ageSeconds", "ledger", "found", "paymentId", "charge", "text");

  @Mixin private final HelpOption help = new HelpOption();

  @Mixin private final OperatorOptions operator;

  @Spec private CommandSpec spec;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      defaultValue = "",
      description =
          "Settled then or later: 2026-01-31, 2026-01-31T12:00:00Z, or epoch seconds. Default: all"
              + " of the record, the last day of the chain.")
  private String since;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "The facilitator's settlements: JSON, JSON lines, or CSV with network, asset, payer,"
              + " nonce, amount, payTo, transaction.")
  private Path record;

  /**
   * The command.
   *
   * @param terminal whether somebody reads the output on a terminal: differences are then a table,
   *     and JSON otherwise
   */
  public ReconcileCommand(OperatorAccess access, boolean terminal) {
    this.operator = new OperatorOptions(access, terminal);
  }

  @Override
  public Integer call() {
    return operator.run(spec, this::reconcile);
  }

  private int reconcile(ManagementClient client, Printer printer) throws CommandFault {
    ObjectNode question = JsonNodeFactory.instance.objectNode();
    if (record != null) {
      question.set("record", new RecordFile(record).read());
    }
    JsonNode report =
        record == null
            ? client.get("reconcile", Map.of("since", since))
            : client.post(
                "reconcile" + (since.isEmpty() ? "" : "?since=" + ManagementClient.encode(since)),
                question);
    boolean agrees = report.path("differences").isEmpty();
    if (agrees && operator.forPeople()) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("No difference: " + report.path("compared"));
      out.flush();
    } else {
      printer.page(report, "differences", COLUMNS);
    }
    return agrees ? Exit.OK : Exit.FAILED;
  }
}
