package io.tollroute.web;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressNetwork;
import inet.ipaddr.IPAddressString;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** The proxies in front, whose connections are those of many callers. */
final class TrustedProxies {

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
      return new IPAddressString(text).toAddress().toPrefixBlock();
    } catch (AddressStringException e) {
      throw new IllegalArgumentException(text + " is neither an address nor a CIDR block", e);
    }
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
