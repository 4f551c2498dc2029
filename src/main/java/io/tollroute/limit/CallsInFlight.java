package io.tollroute.limit;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Quota;
import io.tollroute.call.Refusal;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Calls that have not ended, by who makes them. A place is taken for the whole of a call and given
 * back once, however the call ends. Only who has a call in flight is remembered.
 */
public final class CallsInFlight {

  private final ConcurrentMap<String, Integer> counts = new ConcurrentHashMap<>();
  private final String name;
  private final int limit;

  /** {@code name} is the reason of a refusal. */
  public CallsInFlight(String name, int limit) {
    this.name = name;
    this.limit = limit;
  }

  /** A place that is taken. */
  public static final class Place {

    private final Runnable giveBack;
    private final AtomicBoolean left = new AtomicBoolean();

    private Place(Runnable giveBack) {
      this.giveBack = giveBack;
    }

    /** Gives it back, unless that was done. */
    void leave() {
      if (left.compareAndSet(false, true)) {
        giveBack.run();
      }
    }

    /** Both as one. */
    Place with(Place other) {
      return new Place(
          () -> {
            leave();
            other.leave();
          });
    }
  }

  /**
   * Takes a place of {@code holder} until the exchange has ended, or it is given back before.
   *
   * @throws Refusal {@code too_many_requests} when all are taken
   */
  public Place take(String holder, Exchange exchange) throws Refusal {
    if (!isTaken(holder)) {
      CallSlots.QUOTA.put(exchange, new Quota(limit, 0, 1, OptionalLong.empty()));
      throw Refusal.of("too_many_requests").because(name);
    }
    Place place = new Place(() -> giveBack(holder));
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange ended) {
                place.leave();
              }

              @Override
              public boolean allowHandover() {
                // another exchange that goes on with the work has taken no place
                return false;
              }
            });
    return place;
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
