package io.tollroute;

import io.tollroute.accounts.ChargesCommand;
import io.tollroute.accounts.OperatorAccess;
import io.tollroute.accounts.PaymentsCommand;
import io.tollroute.accounts.ReconcileCommand;
import io.tollroute.catalog.ServicesCommand;
import io.tollroute.ops.ClassArchive;
import io.tollroute.ops.ConfigCommand;
import io.tollroute.ops.OperatorSettings;
import io.tollroute.ops.SandboxCommand;
import io.tollroute.ops.ServeCommand;
import io.tollroute.ops.ServedRoutes;
import io.tollroute.ops.ServiceRemarks;
import io.tollroute.sandbox.BuyCommand;
import io.tollroute.sandbox.TokenCommand;
import io.tollroute.settings.MaskedUrl;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of Tollroute. */
@Command(
    name = "tollroute",
    description = "Sells API calls one at a time, paid with x402.",
    mixinStandardHelpOptions = true,
    versionProvider = Tollroute.Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Tollroute {

  private Tollroute() {}

  /** Runs a command; the exit code says how it ended. */
  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    Path home = Path.of(environment.getOrDefault("TOLLROUTE_HOME", ".")).toAbsolutePath();
    ClassArchive.removeUseless(System.getProperties());
    // the launcher knows whether somebody reads along; a JVM from 22 on does not
    boolean terminal = Boolean.getBoolean("tollroute.terminal");
    System.exit(commands(home, environment, Clock.systemUTC(), terminal).execute(arguments));
  }

  /** The commands, run from {@code home}. */
  static CommandLine commands(
      Path home, Map<String, String> environment, Clock clock, boolean terminal) {
    OperatorAccess operator = new OperatorSettings(home, environment, System.getProperties());
    return new CommandLine(new Tollroute())
        .addSubcommand(new SandboxCommand(home, environment, clock))
        .addSubcommand(new ServeCommand(home, environment, clock))
        .addSubcommand(
            new ServicesCommand(
                environment,
                System.getProperties(),
                terminal,
                new ServedRoutes(home, environment, System.getProperties()),
                new ServiceRemarks(home, environment, System.getProperties())))
        .addSubcommand(new BuyCommand(clock))
        .addSubcommand(new TokenCommand(clock))
        .addSubcommand(new PaymentsCommand(operator, terminal))
        .addSubcommand(new ChargesCommand(operator, terminal))
        .addSubcommand(new ReconcileCommand(operator, terminal))
        .addSubcommand(new ConfigCommand(home, environment))
        .setExecutionExceptionHandler(Tollroute::tell);
  }

  /**
   * A defect is told in a line; its trace is for those who ask for it with -Dtollroute.log=debug.
   */
  private static int tell(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    command
        .getErr()
        .println("tollroute " + command.getCommandName() + ": " + MaskedUrl.in(failure.toString()));
    if ("debug".equals(System.getProperty("tollroute.log"))) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace, true));
      command.getErr().print(MaskedUrl.in(trace.toString()));
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Tollroute.class.getPackage().getImplementationVersion();
      return new String[] {"tollroute " + (version == null ? "(not packaged)" : version)};
    }
  }
}
