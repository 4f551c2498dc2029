package io.tollroute;

import io.tollroute.catalog.ServicesCommand;
import io.tollroute.ops.ConfigCommand;
import io.tollroute.ops.SandboxCommand;
import io.tollroute.ops.ServeCommand;
import io.tollroute.sandbox.BuyCommand;
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
    Clock clock = Clock.systemUTC();
    // the launcher knows whether somebody reads along; a JVM from 22 on does not
    boolean terminal = Boolean.getBoolean("tollroute.terminal");
    int code =
        new CommandLine(new Tollroute())
            .addSubcommand(new SandboxCommand(home, environment, clock))
            .addSubcommand(new ServeCommand(home, environment, clock))
            .addSubcommand(new ServicesCommand(environment, System.getProperties(), terminal))
            .addSubcommand(new BuyCommand(clock))
            .addSubcommand(new ConfigCommand(home, environment))
            .execute(arguments);
    System.exit(code);
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Tollroute.class.getPackage().getImplementationVersion();
      return new String[] {"tollroute " + (version == null ? "(not packaged)" : version)};
    }
  }
}
