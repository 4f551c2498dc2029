package io.tollroute.httpjson;

import io.tollroute.input.PublicHosts;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The hosts that APIs may be on: those of the public internet, and those that the operator has
 * named.
 */
final class AllowedHosts {

  private final PublicHosts publicOnes;
  private final Set<String> named;

  /**
   * Allows public hosts and those of {@code named}: names or addresses, each with a port or
   * without, separated by commas.
   */
  AllowedHosts(PublicHosts publicOnes, String named) {
    this.publicOnes = publicOnes;
    this.named =
        Stream.of(named.split(","))
            .map(host -> host.strip().toLowerCase(Locale.ROOT))
            .filter(host -> !host.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Why nobody is called at {@code origin}; empty when it may be called. */
  Optional<String> objection(URI origin) {
    String host = origin.getHost().toLowerCase(Locale.ROOT);
    if (named.contains(host) || named.contains(host + ":" + port(origin))) {
      return Optional.empty();
    }
    return publicOnes
        .objection(host)
        .map(
            reason ->
                reason
                    + " If it is meant, name it in tollroute.http-json.allowed-hosts (TOLLROUTE_HTTP_JSON_ALLOWED_HOSTS)");
  }

  private static String port(URI origin) {
    if (origin.getPort() >= 0) {
      return Integer.toString(origin.getPort());
    }
    return origin.getScheme().equals("https") ? "443" : "80";
  }

  /** Whether a host may be at this address. */
  boolean allow(String host, InetAddress address) {
    String name = host.toLowerCase(Locale.ROOT);
    return named.stream()
            .anyMatch(allowed -> allowed.equals(name) || allowed.startsWith(name + ":"))
        || publicOnes.hold(address);
  }
}
