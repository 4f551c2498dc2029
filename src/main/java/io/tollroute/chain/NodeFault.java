package io.tollroute.chain;

/** A node of the chain that did not say what it was asked, or that is not to be believed. */
public final class NodeFault extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Kind {
    /** No answer, or none that is JSON-RPC. */
    SILENT,
    /** It has answered with an error, as it does for more blocks than it looks through at once. */
    REFUSED,
    /** The contract that it has asked has taken the question back. */
    REVERTED,
    /** It does not know what it was asked for, or has written it as no node does. */
    UNKNOWN,
    /** It is a node of another chain, or several nodes that do not agree. */
    WRONG_CHAIN,
    /** It was asked often and long enough for one time. */
    ENOUGH
  }

  private final Kind kind;

  /** Says why, in words for the operator. */
  public NodeFault(Kind kind, String sentence) {
    super(sentence, null, false, false);
    this.kind = kind;
  }

  /** What kind of fault it is. */
  public Kind kind() {
    return kind;
  }
}
