package io.tollroute.input;

import inet.ipaddr.AddressStringParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import java.io.IOException;
import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether a text is the address of something on the public web that may be handed to a provider to
 * fetch.
 *
 * <p>Accepted is {@code http} or {@code https}, a host that is a name of two or more ASCII labels
 * or an address of the public internet in its usual spelling, no port or 80, 443, 8080 or 8443, and
 * at most 2048 printable ASCII characters. Everything that different readers of a URL read
 * differently is refused: user info, fragments, backslashes, control characters in any spelling,
 * trailing dots, percent signs in the host, and every spelling of an IPv4 address but four plain
 * decimal numbers.
 *
 * <p>Which hosts are not public says {@code refused-hosts.yaml}, with the source of each group.
 *
 * <p>Names are not resolved. Tollroute never fetches such an address itself, and what a name points
 * to now says nothing about the moment the provider fetches it.
 */
public final class PublicUrl {

  /** Longest URL, in characters. */
  public static final int MAX_LENGTH = 2048;

  private static final String NOT_A_URL = "This is not a URL as RFC 3986 writes it.";
  private static final String NOT_PUBLIC =
      "The URL must point to a host on the public internet, not to an internal or reserved one.";
  private static final String DISGUISED =
      "The host of the URL must be a plain domain name or an address in its usual spelling.";

  private static final Set<String> PORTS = Set.of("80", "443", "8080", "8443");

  private static final Pattern PRINTABLE = Pattern.compile("[!-~]+");
  private static final Pattern START =
      Pattern.compile("(?i)https?://(?<authority>[^/?]*)(?<rest>.*)");
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?<host>\\[[^\\]]*]|[^:\\[\\]]*)(:(?<port>[0-9]{1,5}))?");
  private static final Pattern ENCODED_CONTROL = Pattern.compile("(?i)%(0[0-9a-f]|1[0-9a-f]|7f)");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern TOP_LABEL = Pattern.compile("[a-z]{2,63}|xn--[a-z0-9-]+");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");

  private static final IPAddressStringParameters PLAIN_ADDRESS =
      new IPAddressStringParameters.Builder()
          .allowEmpty(false)
          .allowAll(false)
          .allowSingleSegment(false)
          .allowPrefix(false)
          .allowMask(false)
          .allowWildcardedSeparator(false)
          .setRangeOptions(AddressStringParameters.RangeParameters.NO_RANGE)
          .getIPv4AddressParametersBuilder()
          .allow_inet_aton(false)
          .allowLeadingZeros(false)
          .getParentBuilder()
          .getIPv6AddressParametersBuilder()
          .allowZone(false)
          .allowBase85(false)
          .getParentBuilder()
          .toParams();

  private final RefusedHosts refused;

  /** Refuses the hosts of {@code refused} beside what is no plain public address. */
  PublicUrl(RefusedHosts refused) {
    this.refused = refused;
  }

  /** The rule with the list of hosts that ships with the program. */
  public static PublicUrl read() throws IOException {
    return new PublicUrl(RefusedHosts.read());
  }

  /**
   * What is wrong with the text, in a sentence that repeats nothing of it; empty when it is a
   * public URL.
   */
  public Optional<String> objection(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.of("The URL is longer than " + MAX_LENGTH + " characters.");
    }
    if (!PRINTABLE.matcher(text).matches() || text.indexOf('\\') >= 0) {
      return Optional.of(
          "The URL may hold printable ASCII characters only, without spaces and backslashes;"
              + " percent-encode the others.");
    }
    if (text.indexOf('#') >= 0) {
      return Optional.of("The URL must not have a fragment (#).");
    }
    if (ENCODED_CONTROL.matcher(text).find()) {
      return Optional.of("The URL must not hold control characters, not even encoded ones.");
    }
    var start = START.matcher(text);
    if (!start.matches()) {
      return Optional.of("The URL must start with http:// or https://.");
    }
    if (!isRfc3986(text)) {
      return Optional.of(NOT_A_URL);
    }
    String authority = start.group("authority").toLowerCase(Locale.ROOT);
    if (authority.indexOf('@') >= 0) {
      return Optional.of("The URL must not hold a user name or password.");
    }
    var hostAndPort = HOST_AND_PORT.matcher(authority);
    if (!hostAndPort.matches()) {
      return Optional.of(NOT_A_URL);
    }
    String port = hostAndPort.group("port");
    if (port != null && !PORTS.contains(port)) {
      return Optional.of("The port of the URL must be 80, 443, 8080 or 8443.");
    }
    return host(hostAndPort.group("host"));
  }

  private static boolean isRfc3986(String text) {
    try {
      new URI(text);
      return true;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private Optional<String> host(String host) {
    if (host.startsWith("[")) {
      return ipv6(host.substring(1, host.length() - 1));
    }
    String[] labels = host.split("\\.", -1);
    if (Stream.of(labels).anyMatch(label -> !LABEL.matcher(label).matches())
        || host.length() > 253) {
      return Optional.of(DISGUISED);
    }
    // WHATWG URL: a host whose last label is a number is an IPv4 address, in whatever spelling
    if (NUMBER.matcher(labels[labels.length - 1]).matches()) {
      return ipv4(host);
    }
    if (labels.length < 2) {
      return Optional.of(NOT_PUBLIC);
    }
    if (!TOP_LABEL.matcher(labels[labels.length - 1]).matches()
        || Stream.of(labels).anyMatch(PublicUrl::hidesAsciiName)) {
      return Optional.of(DISGUISED);
    }
    return refused.hold(host) ? Optional.of(NOT_PUBLIC) : Optional.empty();
  }

  private Optional<String> ipv4(String host) {
    IPAddress address = new IPAddressString(host, PLAIN_ADDRESS).getAddress();
    if (address == null || !address.isIPv4() || !address.toNormalizedString().equals(host)) {
      return Optional.of(DISGUISED);
    }
    return refused.hold(address) ? Optional.of(NOT_PUBLIC) : Optional.empty();
  }

  private Optional<String> ipv6(String host) {
    IPAddress address = new IPAddressString(host, PLAIN_ADDRESS).getAddress();
    if (address == null || !address.isIPv6() || address.isMultiple()) {
      return Optional.of(DISGUISED);
    }
    return refused.hold(address) ? Optional.of(NOT_PUBLIC) : Optional.empty();
  }

  /**
   * A punycode label that does not decode, or that some reader takes for an ASCII name: full-width
   * letters, circled digits, other dots.
   *
   * <p>Decoded as IDNA 2003, which leaves a label alone that would not encode to itself again. That
   * also refuses the few names with a sharp s or a final sigma that IDNA 2008 brought.
   */
  private static boolean hidesAsciiName(String label) {
    if (!label.startsWith("xn--")) {
      return false;
    }
    String decoded = IDN.toUnicode(label, IDN.ALLOW_UNASSIGNED);
    String normal = Normalizer.normalize(decoded, Normalizer.Form.NFKC);
    return decoded.equalsIgnoreCase(label)
        || normal.chars().allMatch(c -> c < 128)
        || normal.chars().anyMatch(c -> ".\u3002\uFF0E\uFF61".indexOf(c) >= 0);
  }
}
