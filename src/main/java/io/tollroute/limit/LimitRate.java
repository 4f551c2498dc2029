package io.tollroute.limit;

import io.github.bucket4j.Bucket;
import io.tollroute.call.CallSlots;
import io.tollroute.call.FreeCalls;
import io.tollroute.call.Quota;
import io.tollroute.call.Refusal;
import java.time.Clock;
import java.util.OptionalLong;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Lets an address do a thing so often, and no more. */
public final class LimitRate implements Processor, FreeCalls {

  private static final int ADDRESSES = 20_000;
  private static final long NANOS = 1_000_000_000L;

  private final String name;
  private final Rate rate;
  private final Buckets buckets;
  private final CallerAddress address;

  /** Allows {@code rate} to every address; {@code name} is the reason of a refusal. */
  public LimitRate(String name, Rate rate, CallerAddress address, Clock clock) {
    this.name = name;
    this.rate = rate;
    this.buckets = new Buckets(rate, clock, ADDRESSES);
    this.address = address;
  }

  /**
   * Lets pass who has not come too often.
   *
   * @throws Refusal {@code too_many_requests}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Bucket bucket = buckets.of(address.of(exchange));
    if (!bucket.tryConsume(1)) {
      refuse(exchange, bucket);
    }
  }

  @Override
  public void admit(Exchange exchange) throws Refusal {
    process(exchange);
  }

  @Override
  public void count(Exchange exchange, int more) {
    if (more > 0) {
      buckets.of(address.of(exchange)).tryConsumeAsMuchAsPossible(more);
    }
  }

  /**
   * Lets pass who may still come, without counting it.
   *
   * @throws Refusal {@code too_many_requests}
   */
  public void check(Exchange exchange) throws Refusal {
    Bucket bucket = buckets.of(address.of(exchange));
    if (bucket.getAvailableTokens() == 0) {
      refuse(exchange, bucket);
    }
  }

  /** Whether who comes has come too often; asking remembers nobody. */
  boolean isSpent(Exchange exchange) {
    return buckets
        .find(address.of(exchange))
        .filter(bucket -> bucket.getAvailableTokens() == 0)
        .isPresent();
  }

  /** Counts what turned out to be one of these only afterwards. */
  public void note(Exchange exchange) {
    buckets.of(address.of(exchange)).tryConsume(1);
  }

  private void refuse(Exchange exchange, Bucket bucket) throws Refusal {
    long nanos = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
    CallSlots.QUOTA.put(
        exchange,
        new Quota(
            rate.amount(),
            0,
            Math.max(1, (nanos + NANOS - 1) / NANOS),
            OptionalLong.of(Math.max(1, rate.window().toSeconds()))));
    throw Refusal.of("too_many_requests").because(name);
  }
}
