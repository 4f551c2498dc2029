package io.tollroute.payment;

/** What came of claiming a proof for a request. */
public sealed interface Claim {

  /** The charge that the call now holds, or that holds its answer. */
  Charge charge();

  /** A new call: nobody has used the payment. */
  record Begun(Charge charge) implements Claim {}

  /**
   * The work was done before; only the settlement is left.
   *
   * @param inDoubt whether an earlier attempt to settle may have moved money
   */
  record Resumed(Charge charge, byte[] sealedAnswer, boolean inDoubt) implements Claim {}

  /** Everything was done before. {@code receipt} is the settlement as JSON. */
  record Replayed(Charge charge, byte[] sealedAnswer, String receipt) implements Claim {}
}
