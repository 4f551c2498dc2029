package io.tollroute.payment;

import io.tollroute.call.Refusal;
import java.util.Optional;

/** What a claim came to inside its transaction; both kinds are committed. */
record Verdict(Optional<Claim> claim, Optional<Refusal> refusal) {

  static Verdict of(Claim claim) {
    return new Verdict(Optional.of(claim), Optional.empty());
  }

  static Verdict of(Refusal refusal) {
    return new Verdict(Optional.empty(), Optional.of(refusal));
  }

  static Verdict of(String word) {
    return of(Refusal.of(word));
  }
}
