package io.tollroute.operator;

import java.util.Optional;

/**
 * Something on which two books, or the ledger with itself, do not agree.
 *
 * @param kind a stable word; docs/backoffice.md lists them
 * @param source ledger, facilitator or chain
 * @param charge key of the charge, where there is one
 * @param payment id of the payment, where there is one
 * @param ledger what the ledger says
 * @param found what the other says
 * @param ageSeconds since when, where time matters
 * @param text a sentence for a person
 */
record Difference(
    String kind,
    String source,
    Optional<String> charge,
    Optional<String> payment,
    String ledger,
    String found,
    Optional<Long> ageSeconds,
    String text) {

  static Difference ofCharge(
      String kind, String source, String charge, String ledger, String found, String text) {
    return new Difference(
        kind, source, Optional.of(charge), Optional.empty(), ledger, found, Optional.empty(), text);
  }

  static Difference ofPayment(
      String kind, String payment, String ledger, String found, String text) {
    return new Difference(
        kind,
        "ledger",
        Optional.empty(),
        Optional.of(payment),
        ledger,
        found,
        Optional.empty(),
        text);
  }

  Difference aged(long seconds) {
    return new Difference(kind, source, charge, payment, ledger, found, Optional.of(seconds), text);
  }
}
