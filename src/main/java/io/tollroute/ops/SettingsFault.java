package io.tollroute.ops;

import java.util.List;

/**
 * Settings or files with which the program must not start; each line names one and what is wrong.
 */
public final class SettingsFault extends Exception {

  private static final long serialVersionUID = 1L;

  SettingsFault(List<String> lines) {
    super(String.join(System.lineSeparator(), lines));
  }
}
