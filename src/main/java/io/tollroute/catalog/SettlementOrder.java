package io.tollroute.catalog;

/** What comes first, the answer or the buyer's money. */
public enum SettlementOrder {
  /** The money moves after the answer exists. */
  AFTER("answer"),

  /** The money moves before the work is done; a failed call leaves the payment good. */
  FIRST("settlement");

  private final String first;

  SettlementOrder(String first) {
    this.first = first;
  }

  /** What comes first, as the routes call it. */
  public String first() {
    return first;
  }
}
