package io.tollroute.testing;

import io.tollroute.sandbox.SandboxChain;
import java.io.IOException;
import java.util.Locale;

/**
 * What had happened in a shop at one instant.
 *
 * @param upstream calls that reached the upstream
 * @param verified calls of the facilitator's verify
 * @param settleCalls calls of the facilitator's settle
 * @param settled payments that moved money
 * @param income what the seller holds, in atomic units
 */
public record Books(int upstream, int verified, int settleCalls, int settled, long income) {

  static Books of(Shop shop) throws IOException, InterruptedException {
    var books = shop.books();
    return new Books(
        shop.upstreamCalls(),
        shop.facilitator().calls("verify"),
        shop.facilitator().calls("settle"),
        books.path("settled").asInt(),
        books.path("balances").path(SandboxChain.PAY_TO.toLowerCase(Locale.ROOT)).asLong());
  }

  /** What has happened since {@code earlier}. */
  public Books since(Books earlier) {
    return new Books(
        upstream - earlier.upstream,
        verified - earlier.verified,
        settleCalls - earlier.settleCalls,
        settled - earlier.settled,
        income - earlier.income);
  }
}
