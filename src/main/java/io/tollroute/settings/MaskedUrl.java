package io.tollroute.settings;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL without what may be a secret in it: user, password, path, parameters. What is left says
 * where it leads.
 */
public final class MaskedUrl {

  private static final String REST = "/\u2026";

  /** Scheme, user, host and port, rest; the authority ends at the last @ that can be its own. */
  private static final Pattern PARTS =
      Pattern.compile("((?:jdbc:)?[A-Za-z][A-Za-z0-9+.-]*://)(?:[^/?#]*@)?([^/?#@]*)(.*)");

  private static final Pattern IN_TEXT =
      Pattern.compile("(?i)(?:https?|wss?|jdbc:[a-z]+)://[^\\s'\"<>(){}]+");

  private MaskedUrl() {}

  /**
   * The URL as it may be shown. Of the file of an SQLite ledger nothing but parameters is left out.
   */
  public static String of(String url) {
    if (url.isEmpty()) {
      return url;
    }
    if (url.startsWith(Settings.SQLITE)) {
      return url.replaceFirst("[?].*", "");
    }
    Matcher parts = PARTS.matcher(url);
    if (!parts.matches() || parts.group(3).contains("@")) {
      return "\u2026";
    }
    String rest = parts.group(3);
    if (url.startsWith("jdbc:")) {
      return parts.group(1) + parts.group(2) + rest.replaceFirst("[?;#].*", "");
    }
    return parts.group(1) + parts.group(2) + (rest.isEmpty() || rest.equals("/") ? rest : REST);
  }

  /** A text with every URL in it so. */
  public static String in(String text) {
    return IN_TEXT.matcher(text).replaceAll(url -> Matcher.quoteReplacement(of(url.group())));
  }
}
