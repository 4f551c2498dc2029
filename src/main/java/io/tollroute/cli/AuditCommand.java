package io.tollroute.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tollroute audit}: what operators of a running Tollroute did. */
@Command(
    name = "audit",
    description = "Prints what operators did, newest first; JSON is a line for each.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:wrong usage",
      "4:the management port does not answer",
      "5:not authorised"
    })
public final class AuditCommand implements Callable<Integer> {

  private static final PagedRows ROWS =
      new PagedRows(
          "audit", List.of("at", "who", "surface", "action", "outcome", "object", "detail"));

  @Mixin private final HelpOption help = new HelpOption();

  @Mixin private final OperatorOptions operator;

  @Spec private CommandSpec spec;

  @Option(names = "--object", paramLabel = "KEY", description = "Only of this charge or payment.")
  private String object = "";

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Then or later: 2026-01-31, 2026-01-31T12:00:00Z, or epoch seconds.")
  private String since = "";

  @Option(names = "--until", paramLabel = "TIME", description = "Before that.")
  private String until = "";

  /**
   * The command.
   *
   * @param terminal whether somebody reads the output on a terminal: rows are then a table, and
   *     JSON otherwise
   */
  public AuditCommand(OperatorAccess access, boolean terminal) {
    this.operator = new OperatorOptions(access, terminal);
  }

  @Override
  public Integer call() {
    Map<String, String> filter = new LinkedHashMap<>();
    filter.put("object", object);
    filter.put("since", since);
    filter.put("until", until);
    return operator.run(spec, (client, printer) -> ROWS.export(client, printer, filter));
  }
}
