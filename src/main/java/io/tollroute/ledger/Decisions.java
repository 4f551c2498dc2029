package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.Optional;

/** Decides charges whose outcome is not known. All methods throw {@code ledger_unavailable}. */
public interface Decisions {

  /** What a charge's settlement sends, sealed, while it is undecided. */
  Optional<byte[]> sealedSettlement(String key) throws Refusal;

  /**
   * Records what became of a charge, once; the same again changes nothing and answers the same. A
   * paid one is settled where its answer is kept, and is paid otherwise; so is the payment that it
   * buys. One that was not paid is free again.
   *
   * @throws Objection when there is no such charge, a call is working on it, or it is decided
   *     otherwise
   */
  ChargeView decide(String key, Decision decision) throws Objection, Refusal;
}
