package io.tollroute.json;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a {@code Content-Type} (RFC 9110 section 8.3) says that a body is JSON in UTF-8.
 *
 * <p>Parameters say nothing about JSON (RFC 8259 section 11) and pass, but for a {@code charset}
 * that is another one than UTF-8.
 */
public final class JsonContentType {

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final String BLANK = "[ \\t]*";
  private static final Pattern TYPE =
      Pattern.compile(BLANK + "application/json" + BLANK, Pattern.CASE_INSENSITIVE);
  private static final Pattern PARAMETER =
      Pattern.compile(
          ";"
              + BLANK
              + "(?:(?<name>"
              + TOKEN
              + ")"
              + BLANK
              + "="
              + BLANK
              + "(?:(?<plain>"
              + TOKEN
              + ")|\"(?<quoted>(?:[^\"\\\\]|\\\\.)*+)\")"
              + BLANK
              + ")?");
  private static final Set<String> UTF_8 = Set.of("utf-8", "utf8");

  /** Longer ones are nobody's, and not worth the time to read them. */
  private static final int MAX_LENGTH = 1024;

  private JsonContentType() {}

  /** Whether {@code value} is one such type; two headers joined by a comma are none. */
  public static boolean isUtf8Json(String value) {
    Matcher type = TYPE.matcher(value);
    if (value.length() > MAX_LENGTH || !type.lookingAt()) {
      return false;
    }
    Matcher parameter = PARAMETER.matcher(value);
    int end = type.end();
    while (end < value.length()) {
      if (!parameter.region(end, value.length()).lookingAt() || !isHarmless(parameter)) {
        return false;
      }
      end = parameter.end();
    }
    return true;
  }

  private static boolean isHarmless(Matcher parameter) {
    if (!"charset".equalsIgnoreCase(parameter.group("name"))) {
      return true;
    }
    String quoted = parameter.group("quoted");
    String charset =
        quoted == null ? parameter.group("plain") : quoted.replaceAll("\\\\(.)", "$1").strip();
    return UTF_8.contains(charset.toLowerCase(Locale.ROOT));
  }
}
