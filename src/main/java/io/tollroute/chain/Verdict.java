package io.tollroute.chain;

/** What the chain says of an authorization. */
public sealed interface Verdict {

  /** It has paid, in this transaction. */
  record Paid(String transaction) implements Verdict {}

  /** It has paid nobody, or somebody else, and never will pay. */
  record NotPaid() implements Verdict {}

  /**
   * It cannot be said, now or by this node.
   *
   * @param why in words for the operator
   * @param searchedTo number of the block up to which its log was looked for in vain; 0 when the
   *     next search is to begin anew
   */
  record Undecided(String why, long searchedTo) implements Verdict {}
}
