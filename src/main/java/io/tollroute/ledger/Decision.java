package io.tollroute.ledger;

import java.util.Optional;

/**
 * What became of a charge whose outcome was not known, as an operator has it.
 *
 * @param paid whether its money came in
 * @param how by what it is known
 * @param transaction that moved the money, where it is known
 * @param network on which that would be; empty where the payment method has none
 * @param by who says so; empty when that is not told
 * @param reason why, in the operator's words
 */
public record Decision(
    boolean paid, How how, Optional<String> transaction, String network, String by, String reason) {

  /** By what a decision is known. */
  public enum How {
    /** The chain's node shows it. */
    NODE,
    /** The operator says so. */
    WORD
  }
}
