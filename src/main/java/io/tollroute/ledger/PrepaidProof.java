package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.Optional;

/** A proof that moves no money by itself: a use of something that stands in the books already. */
public interface PrepaidProof extends PaymentProof {

  @Override
  default String holder() {
    return key();
  }

  @Override
  default Optional<String> payer() {
    return Optional.empty();
  }

  @Override
  default Optional<String> amount() {
    return Optional.empty();
  }

  @Override
  default byte[] settlement() {
    return new byte[0];
  }

  @Override
  default byte[] memory() {
    return secret();
  }

  /** A use ends with the call; only its kept answer has a time. */
  @Override
  default long validUntil() {
    return 0;
  }

  @Override
  default Optional<Refusal> objection() {
    return Optional.empty();
  }
}
