package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Claim;
import java.util.Optional;

/** What a claim came to inside its transaction; both kinds are committed. */
record ClaimDecision(Optional<Claim> claim, Optional<Refusal> refusal) {

  static ClaimDecision of(Claim claim) {
    return new ClaimDecision(Optional.of(claim), Optional.empty());
  }

  static ClaimDecision of(Refusal refusal) {
    return new ClaimDecision(Optional.empty(), Optional.of(refusal));
  }

  static ClaimDecision of(String word) {
    return of(Refusal.of(word));
  }
}
