package io.tollroute.limit;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * How many payments that come to nothing an address may show. Those of which the facilitator had to
 * be asked are counted apart from those that were refused without: so whoever sends rubbish does
 * not keep others of his address from paying, and what is good is looked at until somebody of the
 * address has sent far too much rubbish.
 */
public final class RefusedPayments implements Processor {

  /**
   * How many more are looked at than are told why they are refused; looking costs a millisecond.
   */
  private static final int LOOKS = 20;

  /** Refusals for a proof that is nobody's, or for somebody else. */
  private static final Set<String> WORDS =
      Set.of(
          "payment_refused",
          "malformed_payment",
          "multiple_payment_methods",
          "invalid_idempotency_key",
          "credit_refused",
          "unknown_credit");

  /** Those of payments that were found good, and then bad. */
  private static final String UNSETTLED = "settlement_refused";

  private static final String TOO_MANY = "too_many_requests";

  private static final Slot<Boolean> ASKED = new Slot<>("askedAboutPayment", Boolean.class);

  private final List<String> proofs;
  private final LimitRate told;
  private final LimitRate looked;
  private final LimitRate asked;

  /**
   * Allows {@code perMinute} of each kind to every address; {@code name} is the reason of a
   * refusal, and {@code proofs} are the headers in which payments come.
   */
  public RefusedPayments(
      String name, List<String> proofs, Rate perMinute, CallerAddress address, Clock clock) {
    this.proofs = List.copyOf(proofs);
    this.told = new LimitRate(name, perMinute, address, clock);
    this.looked =
        new LimitRate(
            name, new Rate(LOOKS * perMinute.amount(), perMinute.window()), address, clock);
    this.asked = new LimitRate(name, perMinute, address, clock);
  }

  /**
   * Lets a proof be looked at, unless far too many of its address were nothing.
   *
   * @throws Refusal {@code too_many_requests}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    looked.check(exchange);
  }

  /**
   * The same before it is even read, as some are held against all that the ledger has offered. Who
   * only asks for the price passes.
   *
   * @throws Refusal {@code too_many_requests}
   */
  public void unread(Exchange exchange) throws Refusal {
    if (looked.isSpent(exchange)
        && proofs.stream().anyMatch(proof -> exchange.getMessage().getHeader(proof) != null)) {
      looked.check(exchange);
    }
  }

  /**
   * Lets a stranger's payment go on to the facilitator, unless too many of its address were
   * nothing.
   *
   * @throws Refusal {@code too_many_requests}
   */
  public void stranger(Exchange exchange) throws Refusal {
    if (LimitStrangers.isStranger(exchange)) {
      asked.check(exchange);
    }
  }

  /** Notes that the facilitator is asked now. */
  public void asks(Exchange exchange) {
    ASKED.put(exchange, true);
  }

  /**
   * Counts what has just been refused without the ledger, if it was a payment.
   *
   * @throws Refusal {@code too_many_requests} when it was one too many
   */
  public void early(Exchange exchange) throws Refusal {
    if (WORDS.contains(CallSlots.REFUSAL.of(exchange).word())) {
      looked.note(exchange);
      told.process(exchange);
    }
  }

  /** Counts what a call ends with; who has come too often is told so instead. */
  public void refused(Exchange exchange) {
    String word = CallSlots.REFUSAL.of(exchange).word();
    boolean wasAsked = ASKED.find(exchange).orElse(false);
    // a stranger who signs again and again while his first call is worked on has it asked for
    // nothing
    boolean vain = word.equals(TOO_MANY) && LimitStrangers.isStranger(exchange);
    if (wasAsked && (vain || word.equals(UNSETTLED) || WORDS.contains(word))) {
      asked.note(exchange);
      return;
    }
    try {
      early(exchange);
    } catch (Refusal tooMany) {
      CallSlots.REFUSAL.put(exchange, tooMany);
    }
  }
}
