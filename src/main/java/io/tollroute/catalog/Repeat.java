package io.tollroute.catalog;

/** What a request is that is sent again with the same token while the first answer is kept. */
public enum Repeat {
  /** The same call: it gets the same answer and costs nothing. */
  SAME,

  /** A new call, as the answers change by themselves. */
  NEW
}
