package io.tollroute.ops;

import io.tollroute.settings.SettingsFault;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** Puts the program together for a command, or says in plain lines why that cannot be. */
public final class Start {

  /** As in sysexits.h, EX_CONFIG. */
  public static final int WRONG_SETTINGS = 78;

  /** As in sysexits.h, EX_TEMPFAIL: another start may succeed, so a supervisor should try one. */
  static final int NOT_NOW = 75;

  private Start() {}

  @FunctionalInterface
  public interface Work {
    void with(Application application) throws Exception;
  }

  public static int in(
      CommandSpec spec,
      Application.Mode mode,
      Path home,
      Map<String, String> environment,
      Clock clock,
      Work work)
      throws Exception {
    try {
      work.with(Application.create(mode, home, environment, System.getProperties(), clock));
      return 0;
    } catch (SettingsFault fault) {
      spec.commandLine().getErr().println(fault.getMessage());
      return fault.isPassing() ? NOT_NOW : WRONG_SETTINGS;
    } catch (StartFault fault) {
      spec.commandLine().getErr().println(fault.getMessage());
      return WRONG_SETTINGS;
    }
  }
}
