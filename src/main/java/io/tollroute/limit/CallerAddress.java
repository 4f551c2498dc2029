package io.tollroute.limit;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * Where a caller calls from: the other end of the socket, unless that is a proxy that is trusted;
 * then the last hop of {@code X-Forwarded-For} that no trusted proxy is. IPv6 counts by /64, since
 * whoever has one address there has 2^64.
 */
public final class CallerAddress {

  private static final String FORWARDED_FOR = "X-Forwarded-For";

  /** Of whom nothing can be told. */
  public static final String UNKNOWN = "unknown";

  private static final int IPV6_NETWORK_BITS = 64;

  /** A longer list was not written by proxies. */
  private static final int MAX_HOPS = 32;

  private static final IPAddressStringParameters NUMERIC =
      new IPAddressStringParameters.Builder()
          .allowEmpty(false)
          .allowAll(false)
          .allowSingleSegment(false)
          .allowWildcardedSeparator(false)
          .getIPv4AddressParametersBuilder()
          .allow_inet_aton(false)
          .getParentBuilder()
          .toParams();

  private static final String NEITHER = " is neither an address nor a CIDR block";

  private final List<IPAddress> trusted;

  /**
   * Trusts proxies in {@code networks}: addresses and CIDR blocks with commas between them, or
   * nothing.
   *
   * @throws IllegalArgumentException quoting what is neither
   */
  public CallerAddress(String networks) {
    this.trusted =
        Arrays.stream(networks.split(","))
            .map(String::strip)
            .filter(network -> !network.isEmpty())
            .map(CallerAddress::network)
            .toList();
  }

  private static IPAddress network(String text) {
    try {
      // nothing is an address to what names none in particular, such as /8
      return Optional.ofNullable(new IPAddressString(text, NUMERIC).toAddress())
          .map(CallerAddress::plain)
          .orElseThrow(() -> new IllegalArgumentException(text + NEITHER))
          .toPrefixBlock();
    } catch (AddressStringException e) {
      throw new IllegalArgumentException(text + NEITHER, e);
    }
  }

  /** Whether everybody is a trusted proxy, so that nobody's address is known. */
  public boolean trustsEverybody() {
    return trusted.stream().anyMatch(IPAddress::isFullRange);
  }

  /** The caller's address as a key; one that cannot be told is {@code unknown}. */
  public String of(Exchange exchange) {
    if (!(exchange.getIn() instanceof HttpMessage message)) {
      return UNKNOWN;
    }
    HttpServerRequest request = message.getRequest();
    SocketAddress socket = request.remoteAddress();
    String host = socket == null ? null : socket.hostAddress();
    if (host == null) {
      return UNKNOWN;
    }
    boolean asItIs = trusted.isEmpty() && host.indexOf(':') < 0;
    return asItIs ? host : address(host, request.headers().getAll(FORWARDED_FOR));
  }

  private String address(String host, List<String> forwarded) {
    Optional<IPAddress> nearest = read(host);
    if (nearest.isEmpty()) {
      return UNKNOWN;
    }
    IPAddress caller = nearest.get();
    for (String hop : hops(forwarded)) {
      Optional<IPAddress> next = isTrusted(caller) ? read(hop) : Optional.empty();
      if (next.isEmpty()) {
        break;
      }
      caller = next.get();
    }
    return key(caller);
  }

  /** From the nearest to the farthest. */
  private List<String> hops(List<String> forwarded) {
    if (trusted.isEmpty() || forwarded.isEmpty()) {
      return List.of();
    }
    List<String> hops = new ArrayList<>(Arrays.asList(String.join(",", forwarded).split(",")));
    Collections.reverse(hops);
    return hops.subList(0, Math.min(hops.size(), MAX_HOPS));
  }

  private boolean isTrusted(IPAddress address) {
    return trusted.stream().anyMatch(network -> network.contains(address));
  }

  /** Some proxies add the port, and brackets with it. */
  private static Optional<IPAddress> read(String hop) {
    String text = hop.strip();
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      text = end < 0 ? text : text.substring(1, end);
    } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
      text = text.substring(0, text.indexOf(':'));
    }
    int zone = text.indexOf('%');
    IPAddressString address =
        new IPAddressString(zone < 0 ? text : text.substring(0, zone), NUMERIC);
    return Optional.ofNullable(address.getAddress())
        .filter(found -> !found.isPrefixed())
        .map(CallerAddress::plain);
  }

  /** An IPv4 address that is written as an IPv6 one is an IPv4 address. */
  private static IPAddress plain(IPAddress address) {
    return address.isIPv6() && address.toIPv6().isIPv4Mapped() && !address.isPrefixed()
        ? address.toIPv6().getEmbeddedIPv4Address()
        : address;
  }

  private static String key(IPAddress address) {
    return address.isIPv4()
        ? address.toCanonicalString()
        : address.toPrefixBlock(IPV6_NETWORK_BITS).toCanonicalString();
  }
}
