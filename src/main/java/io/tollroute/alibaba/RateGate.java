package io.tollroute.alibaba;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketExceptions.BucketExecutionException;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds back calls beyond the rate that Alibaba grants the account for an action. A call waits for
 * its turn for at most a second; one that would wait longer is refused at once. Those who pay take
 * turns ({@link WaitingLine}), so nobody keeps the others out by sending more.
 *
 * <p>Where processes share a rate each takes one turn at a time from it for whoever waits here, so
 * the rate is exact over all of them, and turns are taken in each.
 */
public final class RateGate implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(RateGate.class);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  // buckets tell time in milliseconds and threads wake late: a turn meant for the end of a second
  // is
  // not lost by that
  private static final Duration SLACK = Duration.ofMillis(50);

  /** Who calls without saying whose call it is; all of them are one. */
  private static final String NOBODY = "";

  private record Key(String product, String action, double callsPerSecond) {

    String name() {
      return product + "/" + action + "/" + callsPerSecond;
    }
  }

  private final RateStore store;
  private final Map<Key, Gate> opened = new ConcurrentHashMap<>();
  private final LongAdder refused = new LongAdder();

  /** Takes the tokens from {@code store}. */
  public RateGate(RateStore store) {
    this.store = store;
  }

  /**
   * Lets a call pass in its turn.
   *
   * @throws Refusal {@code provider_busy}, also when nobody can say whose turn it is
   */
  @Override
  public void process(Exchange exchange) throws Refusal, InterruptedException {
    RpcAction action = RpcSlots.ACTION.of(exchange);
    Key key = new Key(action.product(), action.action(), action.callsPerSecond());
    Gate gate = opened.computeIfAbsent(key, this::open);
    try {
      if (gate.letsPass(CallSlots.SHARE.find(exchange).orElse(NOBODY))) {
        return;
      }
    } catch (BucketExecutionException e) {
      refused.increment();
      LOG.error("alert=rate_gate_unavailable a call was refused: {}", e.getMessage());
      throw Refusal.of("provider_busy").causedBy(e);
    }
    refused.increment();
    throw Refusal.of("provider_busy");
  }

  /** How many calls it has refused since it was made. */
  public long refused() {
    return refused.sum();
  }

  private Gate open(Key key) {
    int capacity = (int) Math.max(1, Math.round(key.callsPerSecond()));
    Duration perCall = Duration.ofNanos(Math.max(1, Math.round(1e9 / key.callsPerSecond())));
    Bucket bucket =
        store.named(
            key.name(),
            BucketConfiguration.builder()
                .addLimit(limit -> limit.capacity(capacity).refillGreedy(1, perCall))
                .build());
    return new Gate(bucket, new WaitingLine(perCall, capacity, PATIENCE.plus(SLACK)));
  }

  /** One rate, and who waits for it. One of those who wait asks for the next turn of them all. */
  private static final class Gate {

    private final Bucket bucket;
    private final WaitingLine line;
    private boolean asking;

    Gate(Bucket bucket, WaitingLine line) {
      this.bucket = bucket;
      this.line = line;
    }

    boolean letsPass(String holder) throws InterruptedException {
      Waiter me = join(holder);
      try {
        while (isToAsk(me)) {
          ask();
        }
      } finally {
        leave(me);
      }
      return me.hasPassed();
    }

    private synchronized Waiter join(String holder) {
      Waiter me = line.arrive(holder, System.nanoTime());
      if (me.waits()) {
        // somebody may have lost his place to it
        notifyAll();
      }
      return me;
    }

    /** Waits until the call has to ask for the next turn; not when its waiting is over. */
    private synchronized boolean isToAsk(Waiter me) throws InterruptedException {
      while (true) {
        long now = System.nanoTime();
        if (line.advance(now)) {
          notifyAll();
        }
        if (!me.waits()) {
          return false;
        }
        if (line.lacksTurn() && !asking) {
          asking = true;
          return true;
        }
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, line.quietFor(me, now)));
      }
    }

    /** Not under the lock, as the answer may come from a database. */
    private void ask() throws InterruptedException {
      long[] wait = {0};
      boolean ours = false;
      try {
        ours = bucket.asBlocking().tryConsume(1, PATIENCE.plus(SLACK), nanos -> wait[0] = nanos);
      } finally {
        answered(ours, wait[0]);
      }
    }

    private synchronized void answered(boolean ours, long wait) {
      asking = false;
      if (ours) {
        long now = System.nanoTime();
        line.turnAt(now + wait, now);
      } else {
        line.noTurn();
      }
      notifyAll();
    }

    private void leave(Waiter me) {
      if (leavesTurn(me)) {
        try {
          bucket.addTokens(1);
        } catch (BucketExecutionException e) {
          LOG.debug("a turn that nobody took is lost", e);
        }
      }
    }

    private synchronized boolean leavesTurn(Waiter me) {
      if (me.waits()) {
        line.leave(me);
        notifyAll();
      }
      return line.giveUpTurn();
    }
  }
}
