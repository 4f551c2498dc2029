package io.tollroute.x402;

import java.text.BreakIterator;
import java.util.Locale;

/** The beginning of a text. */
final class Excerpt {

  private static final String ELLIPSIS = "\u2026";

  private Excerpt() {}

  /**
   * The text, or as many of its characters as {@code most} takes with an ellipsis; what is read as
   * one character is never cut in two.
   *
   * @param most UTF-16 units, at least 1
   */
  static String of(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(text);
    return text.substring(0, characters.preceding(most)).stripTrailing() + ELLIPSIS;
  }
}
