package io.tollroute.cli;

import io.tollroute.ops.Application;
import io.tollroute.ops.Start;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tollroute serve}: sells for real money. */
@Command(
    name = "serve",
    description = "Sells for real money; refuses to start when a setting is missing or wrong.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "1:failed",
      "2:wrong usage",
      "75:the database is away or its disk is full; another start may succeed",
      "78:wrong settings or files",
      "130:stopped by SIGINT, in order",
      "143:stopped by SIGTERM, in order"
    })
public final class ServeCommand implements Callable<Integer> {

  private final Path home;
  private final Map<String, String> environment;
  private final Clock clock;

  @Spec private CommandSpec spec;

  /** Serves from {@code home}. */
  public ServeCommand(Path home, Map<String, String> environment, Clock clock) {
    this.home = home;
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Integer call() throws Exception {
    return Start.in(spec, Application.Mode.SERVE, home, environment, clock, Application::run);
  }
}
