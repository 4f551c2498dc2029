package io.tollroute.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

/**
 * Two ports that were free a moment ago, drawn together: drawn one after the other they are now and
 * then the same.
 *
 * @param port for buyers
 * @param management for the management port
 */
public record FreePorts(int port, int management) {

  /** Draws two. */
  public static FreePorts draw() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket first = new ServerSocket(0, 1, here);
        ServerSocket second = new ServerSocket(0, 1, here)) {
      return new FreePorts(first.getLocalPort(), second.getLocalPort());
    }
  }

  /** The settings that have the product listen there. */
  public Map<String, String> settings() {
    return Map.of(
        "TOLLROUTE_PORT", Integer.toString(port),
        "TOLLROUTE_MANAGEMENT_PORT", Integer.toString(management));
  }
}
