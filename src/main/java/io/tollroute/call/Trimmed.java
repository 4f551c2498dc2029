package io.tollroute.call;

import java.util.regex.Pattern;

/**
 * A text that somebody wrote down, without what editors, shells and mounted files leave at its ends
 * and nobody sees: blanks of any kind, line ends, and the marks that say how a file is encoded.
 */
public final class Trimmed {

  private static final Pattern UNSEEN =
      Pattern.compile("^[\\s\\p{Z}\\p{Cc}\\p{Cf}]+|[\\s\\p{Z}\\p{Cc}\\p{Cf}]+$");

  private Trimmed() {}

  /** The text alone. */
  public static String of(String written) {
    return UNSEEN.matcher(written).replaceAll("");
  }
}
