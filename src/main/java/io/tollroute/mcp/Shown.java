package io.tollroute.mcp;

/** A stranger's text in a sentence of ours: short, and with nothing in it that does something. */
final class Shown {

  private static final int MAX_LENGTH = 64;

  private Shown() {}

  /** A name in quotation marks; what no name has is a question mark, what is too long cut off. */
  static String name(String sent) {
    StringBuilder shown = new StringBuilder("'");
    int length = Math.min(sent.length(), MAX_LENGTH);
    for (int i = 0; i < length; i++) {
      char c = sent.charAt(i);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "_-./:".indexOf(c) >= 0);
      shown.append(plain ? c : '?');
    }
    return shown.append(sent.length() > length ? "...'" : "'").toString();
  }
}
