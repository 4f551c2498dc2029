package io.tollroute.ops;

import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.x402.KnownAssets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether a start takes the settings together; each was taken for itself already. */
final class SettingsCheck implements Check {

  static final String NAME = "settings";

  private final Application.Mode mode;
  private final Settings settings;
  private final Path startedFrom;

  /** Looks at settings with which a mode would be started from a folder. */
  SettingsCheck(Application.Mode mode, Settings settings, Path startedFrom) {
    this.mode = mode;
    this.settings = settings;
    this.startedFrom = startedFrom;
  }

  private interface Rule {
    void check() throws SettingsFault, IOException;
  }

  @Override
  public List<Finding> look() {
    boolean serves = mode == Application.Mode.SERVE;
    List<Finding> findings = new ArrayList<>();
    collect(
        serves
            ? () -> new ServeRules(settings, KnownAssets.read()).check()
            : () -> new SandboxRules(settings).check(),
        findings);
    ServeRules.contradiction(settings).map(this::fault).ifPresent(findings::add);
    collect(() -> new EarlierLedger(settings, startedFrom).check(serves), findings);
    return findings.isEmpty()
        ? List.of(Finding.ok(NAME, "a start takes them"))
        : List.copyOf(findings);
  }

  private void collect(Rule rule, List<Finding> findings) {
    try {
      rule.check();
    } catch (SettingsFault fault) {
      fault.getMessage().lines().map(this::fault).forEach(findings::add);
    } catch (IOException e) {
      findings.add(
          Finding.fail(NAME, "a file cannot be read: " + e.getClass().getSimpleName(), ""));
    }
  }

  private Finding fault(String line) {
    String name = line.replaceFirst(":.*", "");
    String todo =
        settings.table().stream()
            .filter(setting -> setting.name().equals(name))
            .map(
                setting ->
                    "set "
                        + setting.variable()
                        + "; its value is now from: "
                        + settings.source(name))
            .findFirst()
            .orElse("mend it; docs/settings.md tells of each");
    return Finding.fail(NAME, line, todo);
  }
}
