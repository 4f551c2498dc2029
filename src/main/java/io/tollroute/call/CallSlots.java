package io.tollroute.call;

/** The slots that every surface and every step may need. */
public final class CallSlots {

  /** Our id of the request, in every answer, log line and charge. */
  public static final Slot<String> REQUEST_ID = new Slot<>("requestId", String.class);

  /** Why the call ends without an answer. */
  public static final Slot<Refusal> REFUSAL = new Slot<>("refusal", Refusal.class);

  /** The limit that the call has met, if it ends because of one. */
  public static final Slot<Quota> QUOTA = new Slot<>("quota", Quota.class);

  /** The provider's own id of the call, for accounts; a provider's route may leave it empty. */
  public static final Slot<String> UPSTREAM_ID = new Slot<>("upstreamId", String.class);

  /**
   * Whose share of what a provider can do the call takes: one text for all calls of one payer, or
   * of one token, in this process, of which nobody can tell whose it is.
   */
  public static final Slot<String> SHARE = new Slot<>("share", String.class);

  /** When the provider's work must have ended, in milliseconds of the clock. */
  public static final Slot<Long> DEADLINE = new Slot<>("deadline", Long.class);

  /** Where the buyer came in, where that is not plain HTTP: {@code mcp}. */
  public static final Slot<String> SURFACE = new Slot<>("surface", String.class);

  /** The surface of a call that the operator makes by the clock: it is no sale. */
  public static final String PROBE = "probe";

  private CallSlots() {}
}
