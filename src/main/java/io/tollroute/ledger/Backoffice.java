package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * The operator's side of the ledger: looking at it, and noting what an operator did outside of it.
 * This product cannot move money to a buyer; a refund here says that the operator has paid it back.
 * All methods throw {@code ledger_unavailable} when the ledger does not answer in time.
 */
public interface Backoffice {

  /**
   * Payments, newest first.
   *
   * @throws Objection for a state, limit or cursor that cannot be
   */
  BackofficePage<TokenView> payments(BackofficeFilter filter) throws Objection, Refusal;

  /**
   * Charges, newest first.
   *
   * @throws Objection for a state, limit or cursor that cannot be
   */
  BackofficePage<ChargeView> charges(BackofficeFilter filter) throws Objection, Refusal;

  /** One payment. */
  Optional<TokenView> payment(String id) throws Refusal;

  /** One charge, by its proof key. */
  Optional<ChargeView> charge(String key) throws Refusal;

  /** The charges that used a payment's token and the one that paid for it, oldest first. */
  List<ChargeView> chargesOf(String payment) throws Refusal;

  /** Sums of everything. */
  BackofficeTotals totals() throws Refusal;

  /** Payments whose number of uses is not the number of their charges. */
  List<UseCount> miscounted() throws Refusal;

  /**
   * How often a payment's token was used, by its own count and by its charges.
   *
   * @param used as the payment says
   * @param charges as the charges say
   */
  record UseCount(String payment, long used, long charges) {}

  /**
   * Notes that a charge was paid back, once.
   *
   * @param micros how much, in millionths of the currency; the whole price when empty
   * @param transaction by which it was paid back, where it is known
   * @throws Objection when there is no such charge, or nothing of it can be owed
   */
  ChargeView refundCharge(
      String key, Optional<Long> micros, String note, Optional<String> transaction)
      throws Objection, Refusal;

  /**
   * Notes that a payment was paid back and ends its token.
   *
   * @param micros how much, in millionths of the currency; what is not spent when empty
   * @param transaction by which it was paid back, where it is known
   * @throws Objection when there is no such payment, it was paid back before, a call is using it,
   *     or more would be paid back than was paid
   */
  TokenView refundPayment(
      String id, Optional<Long> micros, String note, Optional<String> transaction)
      throws Objection, Refusal;

  /**
   * Notes that what was paid beyond the price was paid back; the token stays good.
   *
   * @param transaction by which it was paid back, where it is known
   * @throws Objection when there is no such payment or no such excess
   */
  TokenView refundExcess(String id, String note, Optional<String> transaction)
      throws Objection, Refusal;

  /**
   * Notes that the money for a payment of provider {@code manual} has come in. Said again with the
   * same reference and amount it changes nothing and answers the same.
   *
   * @param micros what came in, in millionths of the currency
   * @param reference of the transfer; it pays one payment only
   * @throws Objection when there is no such payment, too little came in, or it is paid otherwise
   */
  TokenView markPaid(String id, long micros, String reference) throws Objection, Refusal;
}
