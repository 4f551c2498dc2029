package io.tollroute.x402;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which pictures marketplaces take ({@code iconUrl} of an x402 resource:
 * specs/extensions/bazaar.md, and isValidIconUrl of @x402/extensions 2.27). They drop any other
 * without a word.
 */
public final class IconUrl {

  private static final int MAX_LENGTH = 2048;
  private static final Set<String> HERE =
      Set.of("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback");

  /** A name, and no number of any notation. */
  private static final Pattern NAME = Pattern.compile("(?!0x)(?=.*[a-z])[a-z0-9.-]+");

  private IconUrl() {}

  /** The address, if marketplaces take it. */
  public static Optional<String> of(String url) {
    return url.length() <= MAX_LENGTH && isOfANamedHost(url) ? Optional.of(url) : Optional.empty();
  }

  private static boolean isOfANamedHost(String url) {
    try {
      URI parsed = URI.create(url);
      String host = Optional.ofNullable(parsed.getHost()).orElse("").toLowerCase(Locale.ROOT);
      return Set.of("http", "https").contains(String.valueOf(parsed.getScheme()))
          && parsed.getUserInfo() == null
          && NAME.matcher(host).matches()
          && !HERE.contains(host);
    } catch (IllegalArgumentException unreadable) {
      return false;
    }
  }
}
