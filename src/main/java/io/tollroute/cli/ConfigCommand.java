package io.tollroute.cli;

import io.tollroute.ops.Application;
import io.tollroute.ops.Start;
import io.tollroute.ops.StartSettings;
import io.tollroute.settings.Setting;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tollroute config}: prints every setting and where its value came from. */
@Command(
    name = "config",
    description = "Prints every setting with its type, default, present value and source.",
    mixinStandardHelpOptions = true)
public final class ConfigCommand implements Callable<Integer> {

  private final Path home;
  private final Map<String, String> environment;

  @Spec private CommandSpec spec;

  @Option(names = "--sandbox", description = "Show the settings of sandbox instead of serve.")
  private boolean sandbox;

  /** Reads the settings that a start from {@code home} would read. */
  public ConfigCommand(Path home, Map<String, String> environment) {
    this.home = home;
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    Application.Mode mode = sandbox ? Application.Mode.SANDBOX : Application.Mode.SERVE;
    Settings settings;
    try {
      settings =
          StartSettings.of(
              mode, home, environment, System.getProperties(), StartSettings.propertiesFile(home));
    } catch (SettingsFault fault) {
      spec.commandLine().getErr().println(fault.getMessage());
      return Start.WRONG_SETTINGS;
    }
    PrintWriter out = spec.commandLine().getOut();
    for (Setting setting : settings.table()) {
      out.printf("%s = %s%n", setting.name(), settings.shown(setting));
      out.printf(
          "    %s; default %s; from %s; %s%n",
          setting.isNumber() ? setting.type() + " " + setting.bounds() : setting.type(),
          setting.usual(sandbox).isEmpty() ? "none" : setting.usual(sandbox),
          settings.source(setting.name()),
          setting.variable());
      out.printf("    %s%n", setting.text());
    }
    out.flush();
    return 0;
  }
}
