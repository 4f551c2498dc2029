package io.tollroute.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.module.Finding;
import io.tollroute.ops.Application;
import io.tollroute.ops.Doctor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tollroute doctor}: whether this installation can sell, and what is wrong with it. */
@Command(
    name = "doctor",
    description = {
      "Looks over what serve would have: settings, routes, services, providers, facilitator, token,"
          + " clock, database, disk, public address.",
      "Starts nothing, changes nothing, costs nothing, and works beside a shop that is open"
          + " (docs/doctor.md)."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing has to be mended; there may be warnings",
      "1:something has to be mended",
      "2:wrong usage"
    })
public final class DoctorCommand implements Callable<Integer> {

  private static final List<String> COLUMNS = List.of("check", "result", "found", "do");

  private final Path home;
  private final Map<String, String> environment;
  private final Properties system;
  private final Clock clock;
  private final boolean terminal;

  @Mixin private final HelpOption help = new HelpOption();

  @Spec private CommandSpec spec;

  @Option(names = "--sandbox", description = "Look over the sandbox instead of serve.")
  private boolean sandbox;

  @Option(
      names = "--format",
      paramLabel = "table|json|csv",
      description = "How to print. Default: table on a terminal, json when piped.")
  private Printer.Format format;

  /**
   * The command.
   *
   * @param terminal whether somebody reads the output on a terminal: it is then a table, and JSON
   *     otherwise
   */
  public DoctorCommand(
      Path home,
      Map<String, String> environment,
      Properties system,
      Clock clock,
      boolean terminal) {
    this.home = home;
    this.environment = environment;
    this.system = system;
    this.clock = clock;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Application.Mode mode = sandbox ? Application.Mode.SANDBOX : Application.Mode.SERVE;
    List<Finding> findings = new Doctor(mode, home, environment, system, clock).examine();
    Printer.Format usual = terminal ? Printer.Format.table : Printer.Format.json;
    new Printer(spec.commandLine().getOut(), format == null ? usual : format)
        .page(document(findings), "checks", COLUMNS);
    return count(findings, Finding.Result.FAIL) == 0 ? Exit.OK : Exit.FAILED;
  }

  private static long count(List<Finding> findings, Finding.Result result) {
    return findings.stream().filter(found -> found.result() == result).count();
  }

  private static ObjectNode document(List<Finding> findings) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document
        .put("healthy", count(findings, Finding.Result.FAIL) == 0)
        .put("failed", count(findings, Finding.Result.FAIL))
        .put("warned", count(findings, Finding.Result.WARN))
        .put("skipped", count(findings, Finding.Result.SKIP))
        .putArray("checks");
    for (Finding found : findings) {
      document
          .withArray("checks")
          .addObject()
          .put("check", found.check())
          .put("result", found.result().name().toLowerCase(Locale.ROOT))
          .put("found", found.found())
          .put("do", found.todo());
    }
    return document;
  }
}
