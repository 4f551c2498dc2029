package io.tollroute.settings;

import java.util.List;

/**
 * Settings or files with which the program must not start, or a database that it cannot use; each
 * line names one and what is wrong.
 */
public final class SettingsFault extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean passing;

  /** One line for each setting. */
  public SettingsFault(List<String> lines) {
    this(lines, false);
  }

  private SettingsFault(List<String> lines, boolean passing) {
    super(String.join(System.lineSeparator(), lines));
    this.passing = passing;
  }

  /** What may be right the next time, with the same settings. */
  public static SettingsFault passing(String line) {
    return new SettingsFault(List.of(line), true);
  }

  /** Whether another start may succeed with the same settings. */
  public boolean isPassing() {
    return passing;
  }
}
