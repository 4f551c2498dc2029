package io.tollroute.call;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a token that we sell looks like, for those who must tell it from something else. */
public final class TokenShape {

  /** What every token begins with. */
  public static final String PREFIX = "tok_";

  private static final Pattern TOKEN = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{16,}");
  private static final Pattern BEARER =
      Pattern.compile("[ \\t]*bearer[ \\t]+(" + PREFIX + "\\S*)[ \\t]*", Pattern.CASE_INSENSITIVE);

  private TokenShape() {}

  /** Whether a text is a token or looks exactly like one. */
  public static boolean isToken(String text) {
    return TOKEN.matcher(text).matches();
  }

  /**
   * The token that a value of {@code Authorization} (RFC 6750 section 2.1) carries; empty for any
   * other scheme and for credentials that are somebody else's.
   */
  public static Optional<String> ofBearer(String authorization) {
    Matcher bearer = BEARER.matcher(authorization);
    return bearer.matches() && bearer.group(1).startsWith(PREFIX)
        ? Optional.of(bearer.group(1))
        : Optional.empty();
  }
}
