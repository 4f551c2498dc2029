package io.tollroute.input;

import java.util.regex.Pattern;

/**
 * JSON pointers (RFC 6901) that may be shown.
 *
 * <p>A key comes from the buyer and may be anything, even an image's address, so a pointer is cut
 * off before the first key that does not look like the name of a parameter.
 */
final class Pointers {

  private static final Pattern PARAMETER = Pattern.compile("[A-Za-z0-9_.$-]{1,64}");

  private Pointers() {}

  static String append(String pointer, String key) {
    return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
  }

  static String safe(String pointer) {
    StringBuilder shown = new StringBuilder();
    String[] keys = pointer.split("/", -1);
    for (int i = 1; i < keys.length && PARAMETER.matcher(keys[i]).matches(); i++) {
      shown.append('/').append(keys[i]);
    }
    return shown.toString();
  }
}
