package io.tollroute.httpjson;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Text of strangers in an address: every byte but RFC 3986's unreserved ones is encoded. */
final class UrlText {

  private static final String HEX = "0123456789ABCDEF";
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final Pattern SEPARATOR = Pattern.compile("[/\\\\]");

  private UrlText() {}

  /** The text, percent-encoded as UTF-8. */
  static String encoded(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (isUnreserved(c)) {
        out.append(c);
      } else {
        out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
    return out.toString();
  }

  private static boolean isUnreserved(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || "-._~".indexOf(c) >= 0;
  }

  /**
   * Whether a text may stand in a path. Many servers decode a path before they look where it leads,
   * so what leads elsewhere then is refused and not only encoded.
   */
  static boolean fitsPath(String text) {
    return !text.isEmpty()
        && !CONTROL.matcher(text).find()
        && Stream.of(SEPARATOR.split(text, -1)).noneMatch(UrlText::leadsElsewhere);
  }

  private static boolean leadsElsewhere(String part) {
    return part.equals(".") || part.equals("..");
  }
}
