package io.tollroute.limit;

import io.tollroute.call.Refusal;
import io.tollroute.corridor.CorridorSlots;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Lets a payer, or the holder of a token, have so many calls in flight, and no more. */
public final class LimitCalls implements Processor {

  private final Function<Exchange, String> key;
  private final CallsInFlight calls;

  private LimitCalls(Function<Exchange, String> key, int limit) {
    this.key = key;
    this.calls = new CallsInFlight("calls_in_flight", limit);
  }

  /**
   * Counts by what a proof says, before anybody has checked it. Anybody can name a payer, so it is
   * counted apart for every address: who names somebody else takes none of his places.
   */
  public static LimitCalls asNamed(int limit, CallerAddress address) {
    return new LimitCalls(
        exchange -> CorridorSlots.PROOF.of(exchange).holder() + " " + address.of(exchange), limit);
  }

  /** Counts by whose proof was found good, wherever he calls from. */
  public static LimitCalls asVerified(int limit) {
    return new LimitCalls(exchange -> CorridorSlots.PROOF.of(exchange).holder(), limit);
  }

  /**
   * Takes a place until the call has ended.
   *
   * @throws Refusal {@code too_many_requests} when all are taken
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    calls.take(key.apply(exchange), exchange);
  }

  /** How many holders have calls in flight. */
  int holders() {
    return calls.holders();
  }
}
