package io.tollroute;

import io.tollroute.cli.AuditCommand;
import io.tollroute.cli.BackupCommand;
import io.tollroute.cli.BooksCommand;
import io.tollroute.cli.BuyCommand;
import io.tollroute.cli.ChargesCommand;
import io.tollroute.cli.ConfigCommand;
import io.tollroute.cli.DoctorCommand;
import io.tollroute.cli.OperatorAccess;
import io.tollroute.cli.OperatorSettings;
import io.tollroute.cli.PaymentsCommand;
import io.tollroute.cli.ReconcileCommand;
import io.tollroute.cli.RestoreCommand;
import io.tollroute.cli.RoutesCommand;
import io.tollroute.cli.SandboxCommand;
import io.tollroute.cli.ServeCommand;
import io.tollroute.cli.ServicesCommand;
import io.tollroute.cli.TokenCommand;
import io.tollroute.ops.ClassArchive;
import io.tollroute.ops.DeathOfThreads;
import io.tollroute.ops.LedgerFiles;
import io.tollroute.ops.ServiceFolders;
import io.tollroute.ops.ServiceRemarks;
import io.tollroute.settings.MaskedUrl;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
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
    DeathOfThreads.watch();
    ClassArchive.removeUseless(System.getProperties());
    // the launcher knows whether somebody reads along; a JVM from 22 on does not
    boolean terminal = Boolean.getBoolean("tollroute.terminal");
    System.exit(
        commands(home, environment, Clock.systemUTC(), terminal, arguments).execute(arguments));
  }

  /**
   * The commands, run from {@code home}: the one that {@code arguments} begin with, or all. Making
   * one that is not asked for would take as long as what is.
   */
  static CommandLine commands(
      Path home,
      Map<String, String> environment,
      Clock clock,
      boolean terminal,
      String... arguments) {
    Properties system = System.getProperties();
    OperatorAccess operator = new OperatorSettings(home, environment, system);
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("sandbox", () -> new SandboxCommand(home, environment, clock));
    commands.put("serve", () -> new ServeCommand(home, environment, clock));
    commands.put(
        "services",
        () ->
            new CommandLine(
                    new ServicesCommand(
                        environment,
                        system,
                        terminal,
                        new ServiceFolders(home, environment, system),
                        new ServiceRemarks(home, environment, system)))
                .addSubcommand(ServicesCommand.status(operator, terminal)));
    commands.put("routes", () -> new RoutesCommand(home, environment, system, clock));
    commands.put("buy", () -> new BuyCommand(clock));
    commands.put("token", () -> new TokenCommand(clock));
    commands.put("payments", () -> new PaymentsCommand(operator, terminal));
    commands.put("charges", () -> new ChargesCommand(operator, terminal));
    commands.put("reconcile", () -> new ReconcileCommand(operator, terminal));
    commands.put("doctor", () -> new DoctorCommand(home, environment, system, clock, terminal));
    commands.put("books", () -> new BooksCommand(operator));
    commands.put("audit", () -> new AuditCommand(operator, terminal));
    LedgerFiles ledger = new LedgerFiles(home, environment, system);
    commands.put("backup", () -> new BackupCommand(operator, ledger, clock, terminal));
    commands.put("restore", () -> new RestoreCommand(ledger, clock, terminal));
    commands.put("config", () -> new ConfigCommand(home, environment));
    CommandLine tollroute = new CommandLine(new Tollroute());
    boolean known = arguments.length > 0 && commands.containsKey(arguments[0]);
    commands.forEach(
        (name, command) -> {
          if (!known || name.equals(arguments[0])) {
            tollroute.addSubcommand(name, command.get());
          }
        });
    return tollroute.setExecutionExceptionHandler(Tollroute::tell);
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
