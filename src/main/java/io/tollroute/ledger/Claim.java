package io.tollroute.ledger;

/** What came of claiming a proof for a request. */
public sealed interface Claim {

  /** The charge that the call now holds, or that holds its answer. */
  Charge charge();

  /** A new call: nobody has used the payment. */
  record Begun(Charge charge) implements Claim {}

  /**
   * The settlement is left to do.
   *
   * @param sealedAnswer the kept answer; empty when the service is paid before the work
   * @param sealedSettlement what the settlement sends; empty when nothing is sent
   * @param inDoubt whether an earlier attempt to settle may have moved money
   */
  record Resumed(Charge charge, byte[] sealedAnswer, byte[] sealedSettlement, boolean inDoubt)
      implements Claim {}

  /** The call is paid and the work is left to do. {@code receipt} is the settlement as JSON. */
  record Owed(Charge charge, String receipt) implements Claim {}

  /**
   * The work goes on as a job ({@link Jobs}), and the call holds nothing.
   *
   * @param sealedWork what the job knows of its call
   * @param receipt the settlement as JSON; empty where it comes after the work
   */
  record Working(Charge charge, byte[] sealedWork, String receipt) implements Claim {}

  /**
   * The payer has paid for the same request before, under the same name and with another proof. It
   * has to be seen first that this one is his; then it is claimed again.
   */
  record PaidBefore(Charge charge) implements Claim {}

  /** Everything was done before. {@code receipt} is the settlement as JSON. */
  record Replayed(Charge charge, byte[] sealedAnswer, String receipt) implements Claim {}
}
