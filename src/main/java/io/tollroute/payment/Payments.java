package io.tollroute.payment;

import io.tollroute.call.Slot;

/** The slots that the steps of a paid call fill. */
public final class Payments {

  /** The proof of payment that came with the request; empty on an unpaid request. */
  public static final Slot<Proof> PROOF = new Slot<>("proof", Proof.class);

  /** The method of the proof, naming the routes verify-, settle- and release-. */
  public static final Slot<String> METHOD = new Slot<>("method", String.class);

  /** The charge that this call holds. */
  public static final Slot<Charge> CHARGE = new Slot<>("charge", Charge.class);

  /** What the claim found: {@code new}, {@code resume} or {@code replay}. */
  public static final Slot<String> CLAIMED = new Slot<>("claimed", String.class);

  /** Whether an earlier attempt to settle this charge may have moved money. */
  public static final Slot<Boolean> IN_DOUBT = new Slot<>("inDoubt", Boolean.class);

  /** The envelope that the buyer is owed once the charge is settled. */
  public static final Slot<byte[]> ANSWER = new Slot<>("answer", byte[].class);

  /** The settlement as JSON, for the buyer's receipt. */
  public static final Slot<String> RECEIPT = new Slot<>("receipt", String.class);

  /** Whether the charge was released, for the route {@code release-<method>}. */
  public static final Slot<Boolean> RELEASED = new Slot<>("released", Boolean.class);

  private Payments() {}
}
