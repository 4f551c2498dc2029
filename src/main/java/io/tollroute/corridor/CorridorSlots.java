package io.tollroute.corridor;

import io.tollroute.call.Slot;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.PrepaidToken;

/** The slots that the steps of a paid call fill. */
public final class CorridorSlots {

  /** The proof of payment that came with the request; empty on an unpaid request. */
  public static final Slot<PaymentProof> PROOF = new Slot<>("proof", PaymentProof.class);

  /** The method of the proof, naming the routes verify-, recognize-, settle- and release-. */
  public static final Slot<String> METHOD = new Slot<>("method", String.class);

  /** The charge that this call holds. */
  public static final Slot<Charge> CHARGE = new Slot<>("charge", Charge.class);

  /** Key of the charge whose answer is given again; this call holds none. */
  public static final Slot<String> REPLAYED = new Slot<>("replayed", String.class);

  /** The payment that this call pays, when it buys a token that was ordered before. */
  public static final Slot<PrepaidToken> BUYS = new Slot<>("buys", PrepaidToken.class);

  /** The payment that is created with this call's answer. */
  public static final Slot<NewToken> SELLS = new Slot<>("sells", NewToken.class);

  /** What a job knows of the call that began it, sealed; the job holds the charge. */
  public static final Slot<byte[]> JOB = new Slot<>("job", byte[].class);

  /**
   * What the claim found: {@code new}, {@code resume}, {@code owed}, {@code replay}, {@code named},
   * or {@code working} where it goes on as a job.
   */
  public static final Slot<String> CLAIMED = new Slot<>("claimed", String.class);

  /** Whether an earlier attempt to settle this charge may have moved money. */
  public static final Slot<Boolean> IN_DOUBT = new Slot<>("inDoubt", Boolean.class);

  /** The envelope that the buyer is owed once the charge is settled. */
  public static final Slot<byte[]> ANSWER = new Slot<>("answer", byte[].class);

  /** The settlement as JSON, for the buyer's receipt. */
  public static final Slot<String> RECEIPT = new Slot<>("receipt", String.class);

  /** Key of the charge for which a credit is asked by somebody who has shown to be its payer. */
  public static final Slot<String> CREDIT = new Slot<>("credit", String.class);

  /** Whether the payer begins nothing while another call of his is not settled. */
  public static final Slot<Boolean> ALONE = new Slot<>("alone", Boolean.class);

  /** Whether the proof was found to be good by whoever knows. */
  public static final Slot<Boolean> VERIFIED = new Slot<>("verified", Boolean.class);

  /** Whether nobody waits for the call: it finishes what was left. */
  public static final Slot<Boolean> RECONCILING = new Slot<>("reconciling", Boolean.class);

  /** Whether the charge was released, for the route {@code release-<method>}. */
  public static final Slot<Boolean> RELEASED = new Slot<>("released", Boolean.class);

  private CorridorSlots() {}
}
