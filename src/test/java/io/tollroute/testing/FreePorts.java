package io.tollroute.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.Map;

/**
 * Two ports that were free a moment ago, drawn together: drawn one after the other they are now and
 * then the same.
 *
 * @param port for buyers
 * @param management for the management port
 */
public record FreePorts(int port, int management) {

  /**
   * Below the ports that the system gives to whoever asks for any: what is drawn here is taken by
   * nobody else in the meantime but another such draw.
   */
  private static final int FIRST = 12_000;

  private static final int LAST = 31_000;

  private static final SecureRandom RANDOM = new SecureRandom();

  /** Draws two. */
  public static FreePorts draw() throws IOException {
    for (int tries = 0; tries < 1000; tries++) {
      int port = FIRST + 2 * RANDOM.nextInt((LAST - FIRST) / 2);
      if (isFree(port) && isFree(port + 1)) {
        return new FreePorts(port, port + 1);
      }
    }
    throw new IOException("no port is free between " + FIRST + " and " + LAST);
  }

  private static boolean isFree(int port) {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return taken.isBound();
    } catch (IOException somebodyHasIt) {
      return false;
    }
  }

  /** The settings that have the product listen there. */
  public Map<String, String> settings() {
    return Map.of(
        "TOLLROUTE_PORT", Integer.toString(port),
        "TOLLROUTE_MANAGEMENT_PORT", Integer.toString(management));
  }
}
