package io.tollroute.cli;

import io.tollroute.ops.Application;
import io.tollroute.ops.RouteTrial;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tollroute routes}: what becomes of route files before they are put in place. */
@Command(
    name = "routes",
    description = "Checks route files as a shop does that is open or starts.",
    mixinStandardHelpOptions = true)
public final class RoutesCommand implements Callable<Integer> {

  private final Path home;
  private final Map<String, String> environment;
  private final Properties system;
  private final Clock clock;

  @Spec private CommandSpec spec;

  /** The command for what a start from {@code home} would have. */
  public RoutesCommand(Path home, Map<String, String> environment, Properties system, Clock clock) {
    this.home = home;
    this.environment = environment;
    this.system = system;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Say which: validate");
  }

  @Command(
      description = {
        "Checks every route file, with the services that are sold: that each call finds a route, that"
            + " nobody outside comes to a provider without paying, and that Camel can make the routes.",
        "A shop that is open takes up what this finds no problem with, but for what takes effect with"
            + " a start only (docs/customise.md)."
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:no problem", "1:problems, a line each", "2:wrong usage"})
  int validate(
      @Parameters(
              arity = "0..1",
              paramLabel = "DIR",
              description = "Another folder of route files to check.")
          Path other,
      @Option(names = "--sandbox", description = "With the stand-ins, as sandbox has them.")
          boolean sandbox)
      throws IOException {
    Application.Mode mode = sandbox ? Application.Mode.SANDBOX : Application.Mode.SERVE;
    List<String> faults =
        new RouteTrial(mode, home, environment, system, clock).faults(Optional.ofNullable(other));
    PrintWriter to = faults.isEmpty() ? spec.commandLine().getOut() : spec.commandLine().getErr();
    faults.forEach(to::println);
    if (faults.isEmpty()) {
      to.println("the route files have no problem");
    }
    to.flush();
    return faults.isEmpty() ? Exit.OK : Exit.FAILED;
  }
}
