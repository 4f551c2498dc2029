package io.tollroute.x402;

/**
 * What the terms leave out of the header where they are too long for it, in this order; each also
 * leaves out what those before it do. What moves to the body stands there as a whole, and so does
 * what the header has a part of.
 */
enum TermsCut {
  NOTHING(""),
  OUTPUT_EXAMPLE("say the example of an answer in the body alone"),
  BAZAAR("move the extension bazaar to the body"),
  TAGS("leave out the tags"),
  DESCRIPTION("cut the description to 60 characters"),
  IDENTIFIER("move the extension payment-identifier to the body");

  private final String sentence;

  TermsCut(String sentence) {
    this.sentence = sentence;
  }

  /** Whether this cut leaves out what {@code other} does. */
  boolean includes(TermsCut other) {
    return ordinal() >= other.ordinal();
  }

  /** What it does, as the end of a sentence. */
  String sentence() {
    return sentence;
  }
}
