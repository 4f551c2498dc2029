package io.tollroute.ledger;

/** Why what an operator asked for was not done: a kind for programs and a sentence for a person. */
public final class Objection extends Exception {

  private static final long serialVersionUID = 1L;

  /** Kinds of objection. */
  public enum Kind {
    /** There is no such payment or charge. */
    NOT_FOUND,
    /** Its state does not allow it; nothing was changed. */
    REFUSED,
    /** The question itself is wrong. */
    INVALID,
    /** Somebody who has to be asked does not answer. */
    UNAVAILABLE
  }

  private final Kind kind;

  private Objection(Kind kind, String sentence) {
    super(sentence, null, false, false);
    this.kind = kind;
  }

  /** There is nothing of that name. */
  public static Objection notFound(String sentence) {
    return new Objection(Kind.NOT_FOUND, sentence);
  }

  /** It may not be done. */
  public static Objection refused(String sentence) {
    return new Objection(Kind.REFUSED, sentence);
  }

  /** It cannot be asked like this. */
  public static Objection invalid(String sentence) {
    return new Objection(Kind.INVALID, sentence);
  }

  /** It cannot be done at the moment. */
  public static Objection unavailable(String sentence) {
    return new Objection(Kind.UNAVAILABLE, sentence);
  }

  /** What kind of objection it is. */
  public Kind kind() {
    return kind;
  }
}
