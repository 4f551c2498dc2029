package io.tollroute.ledger;

import io.tollroute.catalog.Product;
import java.util.List;

/**
 * How long a call may hold its charge before another one may take it over: always longer than the
 * deadlines of what it is about to do, together. Doing the work and moving the money are leased one
 * after the other, so that what a dead call has left is free again as soon as can be.
 *
 * @param verifySeconds what checking a payment may take
 * @param settleSeconds what settling it may take, with every repeat and every question
 */
public record Lease(long verifySeconds, long settleSeconds) {

  /** For the commits between, and for a machine that stands still for a moment. */
  private static final long MARGIN_SECONDS = 30;

  /**
   * Long enough for every way to pay that there is.
   *
   * @param leases what each payment method takes; none where every call was paid before
   */
  public static Lease longest(List<Lease> leases) {
    return new Lease(
        leases.stream().mapToLong(Lease::verifySeconds).max().orElse(0),
        leases.stream().mapToLong(Lease::settleSeconds).max().orElse(0));
  }

  /** From the claim, or the settlement before the work, until the answer is kept. */
  public long ofWork(Product product, PaymentProof proof) {
    long verify = proof.prepaid().isPresent() ? 0 : verifySeconds;
    return verify + product.heldSeconds() + MARGIN_SECONDS;
  }

  /** From when a settlement may be sent until it is recorded. */
  public long ofSettlement() {
    return settleSeconds + MARGIN_SECONDS;
  }
}
