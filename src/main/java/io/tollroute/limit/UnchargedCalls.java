package io.tollroute.limit;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Quota;
import io.tollroute.call.Refusal;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.ledger.PaymentProof;
import java.time.Clock;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Work that was done and not paid for, because of whoever asked for it: an input that the provider
 * cannot work with, or money that was gone when it was to move. A few times that may happen to
 * anybody; then a payer, the holder of a token, and the strangers of an address wait, twice as long
 * after each time, until something is paid.
 */
public final class UnchargedCalls implements Processor {

  private static final String UNSETTLED = "settlement_refused";

  /**
   * How much a refusal weighs; others are the fault of the provider, of others or of ours. Whoever
   * has work done with money that is gone when it is to move does not do so by mistake.
   */
  private static final Map<String, Integer> WEIGHTS = Map.of("provider_rejected", 1, UNSETTLED, 3);

  private static final int HOLDERS = 20_000;

  /** Strangers of an address may be several. */
  private static final int OF_ADDRESS = 4;

  private static final long LONGEST_SECONDS = 300;
  private static final int LONGEST_DOUBLINGS = 9;

  /** After which the past is forgotten. */
  private static final long FORGIVEN_MILLIS = TimeUnit.MINUTES.toMillis(10);

  private final int allowed;
  private final CallerAddress address;
  private final Clock clock;
  private final RecentKeys<Record> holders = new RecentKeys<>(Record::new, HOLDERS);
  private final RecentKeys<Record> addresses = new RecentKeys<>(Record::new, HOLDERS);

  /** How often in a row somebody had work done for nothing. */
  private static final class Record {

    private long times;
    private long until;

    synchronized void add(long more, long allowed, long now) {
      if (now > until + FORGIVEN_MILLIS) {
        times = 0;
      }
      times += more;
      long beyond = times - allowed;
      until = beyond < 0 ? now : now + TimeUnit.SECONDS.toMillis(pause(beyond));
    }

    private static long pause(long beyond) {
      return beyond >= LONGEST_DOUBLINGS ? LONGEST_SECONDS : 1L << beyond;
    }

    synchronized void clear() {
      times = 0;
      until = 0;
    }

    synchronized long times() {
      return times;
    }

    synchronized long millisLeft(long now) {
      return until - now;
    }
  }

  /** Lets {@code allowed} calls in a row end so before it makes anybody wait. */
  UnchargedCalls(int allowed, CallerAddress address, Clock clock) {
    this.allowed = allowed;
    this.address = address;
    this.clock = clock;
  }

  /**
   * Lets work begin.
   *
   * @throws Refusal {@code too_many_requests} to whoever has to wait, or {@code payment_required}
   *     where it was for nothing
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    PaymentProof proof = CorridorSlots.PROOF.of(exchange);
    if (proof.isFree() && millisLeft(holders, proof.holder()) > 0) {
      // who has to wait for what costs nothing may pay
      throw Refusal.of("payment_required");
    }
    check(exchange, holders, proof.holder());
    if (LimitStrangers.isStranger(exchange)) {
      check(exchange, addresses, address.of(exchange));
    }
  }

  private long millisLeft(RecentKeys<Record> records, String key) {
    return records.find(key).map(record -> record.millisLeft(clock.millis())).orElse(0L);
  }

  private void check(Exchange exchange, RecentKeys<Record> records, String key) throws Refusal {
    long millis = millisLeft(records, key);
    if (millis > 0) {
      long seconds = Math.max(1, (millis + 999) / 1000);
      CallSlots.QUOTA.put(exchange, new Quota(allowed, 0, seconds, OptionalLong.empty()));
      throw Refusal.of("too_many_requests").because("uncharged_calls");
    }
  }

  /** Whether a holder has had so much for nothing that he is trusted no more than a stranger. */
  boolean isSuspect(String holder) {
    return holders.find(holder).map(record -> record.times() >= allowed).orElse(false);
  }

  /** Counts a call that ends with a refusal of these, for whoever is known to have made it. */
  public void refused(Exchange exchange) {
    String word = CallSlots.REFUSAL.of(exchange).word();
    int weight = WEIGHTS.getOrDefault(word, 0);
    if (weight > 0
        && CorridorSlots.CHARGE.find(exchange).isPresent()
        && isHolders(exchange, word)) {
      long now = clock.millis();
      holders.of(CorridorSlots.PROOF.of(exchange).holder()).add(weight, allowed, now);
      if (LimitStrangers.isStranger(exchange)) {
        addresses.of(address.of(exchange)).add(weight, (long) OF_ADDRESS * allowed, now);
      }
    }
  }

  /**
   * Where money is to move before the work and does not, nobody has said yet whose the payment is,
   * and anybody can name a payer.
   */
  private static boolean isHolders(Exchange exchange, String word) {
    return !word.equals(UNSETTLED)
        || CorridorSlots.ANSWER.find(exchange).isPresent()
        || CorridorSlots.PROOF.of(exchange).isPayers();
  }

  /** What is paid makes up for what was not. */
  public void paid(Exchange exchange) {
    holders.find(CorridorSlots.PROOF.of(exchange).holder()).ifPresent(Record::clear);
  }
}
