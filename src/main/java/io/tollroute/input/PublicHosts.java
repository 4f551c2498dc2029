package io.tollroute.input;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Which hosts are on the public internet, by name and by address: what {@link PublicUrl} says of
 * the host of a URL, for those who call it themselves.
 */
public final class PublicHosts {

  private final PublicUrl urls;
  private final RefusedHosts refused;

  private PublicHosts(RefusedHosts refused) {
    this.refused = refused;
    this.urls = new PublicUrl(refused);
  }

  /** The hosts by the list that ships with the program. */
  public static PublicHosts read() throws IOException {
    return new PublicHosts(RefusedHosts.read());
  }

  /**
   * What is wrong with a host, a name or an address as it stands in a URL, in a sentence; empty
   * when it may be public. Where a name leads is seen only when it is called.
   */
  public Optional<String> objection(String host) {
    return urls.objection("https://" + host + "/");
  }

  /** Whether an address is one of the public internet. */
  public boolean hold(InetAddress address) {
    IPAddress known = new IPAddressNetwork.IPAddressGenerator().from(address.getAddress());
    return !refused.hold(known);
  }
}
