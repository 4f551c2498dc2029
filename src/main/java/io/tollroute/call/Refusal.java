package io.tollroute.call;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The end of a call that has no answer: a stable error word and what the buyer may be told about
 * it.
 *
 * <p>The word decides everything else (status, sentence, whether money moved); the table of words
 * is {@code errors.yaml}. A refusal is an outcome and not a defect, so it carries no stack trace.
 */
public final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private static final int LONGEST_WAIT_SECONDS = 3600;

  private final String word;
  private final String sentence;
  private final String param;
  private final String reason;
  private final Integer retryAfter;
  private boolean told;

  private Refusal(
      String word,
      String sentence,
      String param,
      String reason,
      Integer retryAfter,
      Throwable cause) {
    super(word, cause, false, false);
    this.word = word;
    this.sentence = sentence;
    this.param = param;
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  /** A refusal with nothing but its word. */
  public static Refusal of(String word) {
    return new Refusal(word, null, null, null, null, null);
  }

  /**
   * The same refusal pointing at the part of the request that is wrong (a JSON pointer, RFC 6901).
   */
  public Refusal at(String pointer) {
    return new Refusal(word, sentence, pointer, reason, retryAfter, getCause());
  }

  /**
   * The same refusal with a sentence of our own instead of the word's usual one; never foreign
   * text.
   */
  public Refusal saying(String ownSentence) {
    return new Refusal(word, ownSentence, param, reason, retryAfter, getCause());
  }

  /**
   * The same refusal with the code of the party that refused: an x402 reason or an upstream code.
   */
  public Refusal because(String code) {
    return new Refusal(word, sentence, param, code, retryAfter, getCause());
  }

  /**
   * The same refusal with the seconds after which another try may succeed, from 1 to 3600; what is
   * out of that becomes the nearest.
   */
  public Refusal retryAfter(int seconds) {
    int bounded = Math.max(1, Math.min(LONGEST_WAIT_SECONDS, seconds));
    return new Refusal(word, sentence, param, reason, bounded, getCause());
  }

  /** The same refusal with what caused it, for the log only. */
  public Refusal causedBy(Throwable cause) {
    return new Refusal(word, sentence, param, reason, retryAfter, cause);
  }

  /** The same refusal when the log has been told what caused it. */
  public Refusal told() {
    Refusal same = new Refusal(word, sentence, param, reason, retryAfter, getCause());
    same.told = true;
    return same;
  }

  /** Whether the log has been told what caused it. */
  public boolean isTold() {
    return told;
  }

  /** The stable error word, a key of {@code errors.yaml}. */
  public String word() {
    return word;
  }

  /** Our own sentence for the buyer, when it says more than the word's usual one. */
  public Optional<String> sentence() {
    return Optional.ofNullable(sentence);
  }

  /** JSON pointer into the request body. */
  public Optional<String> param() {
    return Optional.ofNullable(param);
  }

  /** Code of the party that refused, for example {@code invalid_exact_evm_signature}. */
  public Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  /** Seconds after which another try may succeed, where the word's usual ones are not meant. */
  public OptionalInt retryAfter() {
    return retryAfter == null ? OptionalInt.empty() : OptionalInt.of(retryAfter);
  }
}
