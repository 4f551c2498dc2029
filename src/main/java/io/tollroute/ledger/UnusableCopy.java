package io.tollroute.ledger;

/** What is wrong with a copy of the ledger; the message says it in words. */
public final class UnusableCopy extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says what is wrong. */
  public UnusableCopy(String why) {
    super(why);
  }
}
