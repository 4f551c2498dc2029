package io.tollroute.operator;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.BackofficeFilter;
import io.tollroute.ledger.BackofficePage;
import io.tollroute.ledger.Cents;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.TokenView;
import io.tollroute.x402.X402Payment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Goes through the whole ledger once, by itself and beside the books of others. */
final class Reconciliation {

  private static final Set<String> UNFINISHED = Set.of("settling", "paid");

  /** States in which what a charge bought counts as paid; elsewhere its money is owed back. */
  private static final Set<String> BUYS = Set.of("settled", "paid");

  private final Backoffice backoffice;
  private final List<Books> books;
  private final long now;
  private final List<Difference> differences = new ArrayList<>();
  private final Map<String, ChargeView> buying = new HashMap<>();
  private final Set<String> credited = new HashSet<>();
  private long charges;
  private long payments;

  /**
   * What was found.
   *
   * @param charges how many were looked at
   * @param payments how many were looked at
   */
  record Report(long charges, long payments, List<Difference> differences) {}

  private Reconciliation(Backoffice backoffice, List<Books> books, long now) {
    this.backoffice = backoffice;
    this.books = books;
    this.now = now;
  }

  /** Compares everything; {@code now} is in seconds since the epoch. */
  static Report of(Backoffice backoffice, List<Books> books, long now) throws Objection, Refusal {
    return new Reconciliation(backoffice, books, now).run();
  }

  private Report run() throws Objection, Refusal {
    BackofficeFilter filter = BackofficeFilter.everything();
    for (Optional<BackofficeFilter> next = Optional.of(filter); next.isPresent(); ) {
      BackofficePage<ChargeView> page = backoffice.charges(next.get());
      page.rows().forEach(this::look);
      next = page.next().map(filter::from);
    }
    for (Optional<BackofficeFilter> next = Optional.of(filter); next.isPresent(); ) {
      BackofficePage<TokenView> page = backoffice.payments(next.get());
      for (TokenView payment : page.rows()) {
        look(payment);
      }
      next = page.next().map(filter::from);
    }
    buying
        .values()
        .forEach(
            charge ->
                differences.add(
                    Difference.ofCharge(
                        "payment_missing",
                        "ledger",
                        charge.key(),
                        charge.buys().orElse(""),
                        "",
                        "It paid for a payment that is not there.")));
    credited.forEach(
        key ->
            differences.add(
                Difference.ofCharge(
                    "credit_missing",
                    "ledger",
                    key,
                    "credited",
                    "",
                    "It is credited, and there is no payment that makes it good.")));
    for (Backoffice.UseCount uses : backoffice.miscounted()) {
      differences.add(
          Difference.ofPayment(
              "uses",
              uses.payment(),
              Long.toString(uses.used()),
              Long.toString(uses.charges()),
              "The token's count of uses is not the number of its charges."));
    }
    books.forEach(book -> differences.addAll(book.end()));
    return new Report(charges, payments, List.copyOf(differences));
  }

  private void look(ChargeView charge) {
    charges++;
    boolean ownMoney = charge.payment().isEmpty();
    boolean found = false;
    if (ownMoney && charge.method().equals(X402Payment.METHOD)) {
      for (Books book : books) {
        found |= book.compare(charge);
      }
    }
    if (ownMoney && charge.buys().isPresent() && BUYS.contains(charge.state())) {
      buying.put(charge.buys().get(), charge);
    }
    switch (charge.state()) {
      case "credited" -> credited.add(charge.key());
      case "refund_due" ->
          open(charge, "refund_due", charge.settledAt(), "It was paid and is to be paid back.");
      default -> {
        if (found) {
          return;
        }
        if (isUndecided(charge)) {
          open(charge, "unknown", charge.unknownAt(), "Whether it was paid is not known.");
        } else if (UNFINISHED.contains(charge.state()) && charge.leaseUntil() <= now) {
          open(charge, "unfinished", Optional.empty(), "No call is working on it any longer.");
        }
      }
    }
  }

  /** A try to decide it makes an unknown charge a settling one for a while. */
  static boolean isUndecided(ChargeView charge) {
    return charge.state().equals("unknown")
        || (charge.state().equals("settling") && charge.unknownAt().isPresent());
  }

  private void open(ChargeView charge, String kind, Optional<Long> since, String text) {
    differences.add(
        Difference.ofCharge(kind, "ledger", charge.key(), charge.state(), "", text)
            .aged(now - since.orElse(charge.updatedAt())));
  }

  private void look(TokenView payment) throws Refusal {
    payments++;
    Optional<ChargeView> bought = Optional.ofNullable(buying.remove(payment.id()));
    if (payment.creditOf().isPresent()) {
      lookAtCredit(payment, payment.creditOf().get());
    } else if (payment.paidAt().filter(paidAt -> paidAt < now).isPresent()
        && bought.isEmpty()
        && payment.paidMicros() > 0
        && !payment.provider().equals("manual")) {
      differences.add(
          Difference.ofPayment(
              "unpaid",
              payment.id(),
              payment.state(),
              "",
              "It counts as paid, and no charge has paid for it."));
    }
    bought.ifPresent(charge -> compare(payment, charge));
    if (payment.state().equals("refund_due")) {
      differences.add(
          Difference.ofPayment(
                  "refund_due",
                  payment.id(),
                  new Cents(payment.openMicros()).toString(),
                  "",
                  "It is to be paid back.")
              .aged(now - payment.paidAt().orElse(payment.updatedAt())));
    } else if (payment.paidAt().isPresent() && payment.refundedMicros() < payment.excessMicros()) {
      differences.add(
          Difference.ofPayment(
                  "excess",
                  payment.id(),
                  new Cents(payment.excessMicros() - payment.refundedMicros()).toString(),
                  "",
                  "More was paid than its price; the rest is to be paid back.")
              .aged(now - payment.paidAt().get()));
    }
  }

  private void lookAtCredit(TokenView payment, String charge) throws Refusal {
    if (credited.remove(charge)) {
      return;
    }
    // asked for again: it may have been credited since it was looked at
    String state = backoffice.charge(charge).map(ChargeView::state).orElse("");
    if (!state.equals("credited")) {
      differences.add(
          Difference.ofPayment(
              "credit",
              payment.id(),
              charge,
              state,
              "It makes good a charge that is not credited."));
    }
  }

  private void compare(TokenView payment, ChargeView charge) {
    if (payment.paidAt().isEmpty()) {
      differences.add(
          Difference.ofPayment(
              "not_credited",
              payment.id(),
              payment.state(),
              charge.key(),
              "A charge has paid for it, and it does not count as paid."));
    }
    if (charge.micros() != payment.paidMicros()) {
      differences.add(
          Difference.ofPayment(
              "price",
              payment.id(),
              new Cents(payment.paidMicros()).toString(),
              new Cents(charge.micros()).toString(),
              "The charge that paid for it is of another amount."));
    }
  }
}
