package io.tollroute.web;

import java.util.concurrent.TimeUnit;

/**
 * What connections may do.
 *
 * @param maxConnections at one port
 * @param maxPerAddress of them from one address
 * @param headSeconds from the first byte of a request's head to its last
 * @param bodySeconds from there to the last byte of its body
 * @param idleSeconds without a byte, while nothing is worked on
 * @param maxHeaderLines of a head, or of a trailer
 */
record ConnectionRules(
    int maxConnections,
    int maxPerAddress,
    int headSeconds,
    int bodySeconds,
    int idleSeconds,
    int maxHeaderLines) {

  long headNanos() {
    return TimeUnit.SECONDS.toNanos(headSeconds);
  }

  long bodyNanos() {
    return TimeUnit.SECONDS.toNanos(bodySeconds);
  }

  long idleNanos() {
    return TimeUnit.SECONDS.toNanos(idleSeconds);
  }

  /** How often it is looked whether a time is over. */
  long lookMillis() {
    int shortest = Math.min(idleSeconds, Math.min(headSeconds, bodySeconds));
    return Math.min(250, TimeUnit.SECONDS.toMillis(shortest) / 8);
  }
}
