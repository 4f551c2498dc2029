package io.tollroute.web;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressNetwork;
import inet.ipaddr.IPAddressString;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The proxies in front, whose connections are those of many callers. */
final class TrustedProxies {

  private static final String NEITHER = " is neither an address nor a CIDR block";

  private final List<IPAddress> networks;

  /**
   * Proxies in {@code networks}: addresses and CIDR blocks with commas between them, or nothing.
   *
   * @throws IllegalArgumentException quoting what is neither
   */
  TrustedProxies(String networks) {
    this.networks =
        Arrays.stream(networks.split(","))
            .map(String::strip)
            .filter(network -> !network.isEmpty())
            .map(TrustedProxies::network)
            .toList();
  }

  private static IPAddress network(String text) {
    try {
      // nothing is an address to what names none in particular, such as * and /8
      return Optional.ofNullable(new IPAddressString(text).toAddress())
          .orElseThrow(() -> new IllegalArgumentException(text + NEITHER))
          .toPrefixBlock();
    } catch (AddressStringException e) {
      throw new IllegalArgumentException(text + NEITHER, e);
    }
  }

  /** Whether a proxy may be at any address, however that is written. */
  boolean areEverybody() {
    return networks.stream().anyMatch(IPAddress::isFullRange);
  }

  /** Whether a proxy is at this address. */
  boolean isOne(InetAddress address) {
    if (networks.isEmpty()) {
      return false;
    }
    IPAddress asked = new IPAddressNetwork.IPAddressGenerator().from(address);
    return networks.stream().anyMatch(network -> network.contains(asked));
  }
}
