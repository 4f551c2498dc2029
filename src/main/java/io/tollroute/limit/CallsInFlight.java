package io.tollroute.limit;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Quota;
import io.tollroute.call.Refusal;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Calls that have not ended, by who makes them. A place is taken for the whole of a call and given
 * back once, however the call ends. Only who has a call in flight is remembered.
 */
final class CallsInFlight {

  private final ConcurrentMap<String, Integer> counts = new ConcurrentHashMap<>();
  private final int limit;

  CallsInFlight(int limit) {
    this.limit = limit;
  }

  /**
   * Takes a place of {@code holder} until the exchange has ended.
   *
   * @throws Refusal {@code too_many_requests} when all are taken
   */
  void take(String holder, Exchange exchange) throws Refusal {
    if (!isTaken(holder)) {
      CallSlots.QUOTA.put(exchange, new Quota(limit, 0, 1, OptionalLong.empty()));
      throw Refusal.of("too_many_requests").because("calls_in_flight");
    }
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange ended) {
                giveBack(holder);
              }

              @Override
              public boolean allowHandover() {
                // another exchange that goes on with the work has taken no place
                return false;
              }
            });
  }

  private boolean isTaken(String holder) {
    while (true) {
      Integer count = counts.putIfAbsent(holder, 1);
      if (count == null) {
        return true;
      }
      if (count >= limit) {
        return false;
      }
      if (counts.replace(holder, count, count + 1)) {
        return true;
      }
    }
  }

  private void giveBack(String holder) {
    counts.computeIfPresent(holder, (key, count) -> count == 1 ? null : count - 1);
  }

  /** How many have calls in flight. */
  int holders() {
    return counts.size();
  }
}
