package io.tollroute.admin;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.Cents;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.TokenView;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;

/**
 * A refund before it is noted: how much, to whom, and whether there is anything to pay back at all.
 * The ledger has the last word.
 *
 * @param object key of the charge, or id of the payment
 * @param isCharge which of them it is
 * @param excess whether only what was paid beyond a price is meant
 * @param micros how much, in millionths of the currency
 * @param payer to whom
 */
record Back(
    String object,
    boolean isCharge,
    boolean excess,
    long micros,
    String currency,
    Optional<String> payer) {

  private static final Set<String> CHARGES = Set.of("settled", "paid", "refund_due");
  private static final Set<String> PAYMENTS = Set.of("paid", "exhausted", "expired", "refund_due");

  /** Whether a charge can be paid back by itself. */
  static boolean isPossible(ChargeView charge) {
    boolean bought = charge.buys().isPresent() && !charge.state().equals("refund_due");
    return charge.payment().isEmpty() && !bought && CHARGES.contains(charge.state());
  }

  /** Whether there is anything left of a payment that can be paid back. */
  static boolean isPossible(TokenView payment) {
    boolean received = payment.paidAt().isPresent() || payment.state().equals("refund_due");
    return received
        && PAYMENTS.contains(payment.state())
        && payment.paidMicros() > payment.refundedMicros();
  }

  /** Whether more was paid than the price, and is still here. */
  static boolean hasExcess(TokenView payment) {
    return isPossible(payment)
        && payment.paidAt().isPresent()
        && payment.excessMicros() > payment.refundedMicros();
  }

  /**
   * What the form means: a sum that it names, or all that can be paid back.
   *
   * @throws Objection when there is nothing of that name, or the sum is none
   */
  static Back of(PageRequest request, Backoffice backoffice) throws Objection, Refusal {
    Optional<Long> named = cents(request.field("cents"));
    Optional<String> key = request.field("charge");
    if (key.isPresent()) {
      ChargeView charge =
          backoffice
              .charge(key.get())
              .orElseThrow(() -> Objection.notFound("There is no charge of this key."));
      return new Back(
          charge.key(),
          true,
          false,
          named.orElse(charge.micros()),
          charge.currency(),
          charge.payer());
    }
    TokenView payment =
        backoffice
            .payment(request.text("payment"))
            .orElseThrow(() -> Objection.notFound("There is no payment of this id."));
    boolean excess = request.text("excess").equals("true");
    long usual = excess ? payment.excessMicros() - payment.refundedMicros() : payment.openMicros();
    return new Back(
        payment.id(),
        false,
        excess,
        excess ? usual : named.orElse(usual),
        payment.currency(),
        payment.payer());
  }

  /** A number of cents as somebody writes it, in millionths of the currency. */
  static Optional<Long> cents(Optional<String> written) throws Objection {
    if (written.isEmpty()) {
      return Optional.empty();
    }
    if (!written.get().matches("\\d{1,12}(\\.\\d{1,4})?")) {
      throw Objection.invalid("Cents must be a number with at most four decimals.");
    }
    return Optional.of(Cents.of(new BigDecimal(written.get())).micros());
  }
}
