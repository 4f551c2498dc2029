package io.tollroute.answer;

import java.util.Optional;

/**
 * What an error word stands for.
 *
 * @param word the stable word
 * @param status HTTP status
 * @param message the usual sentence for a person
 * @param charged whether this request moved the buyer's money: no, yes or unknown
 * @param retryable whether the same request can succeed later
 * @param patience how long to wait, where waiting helps
 */
public record ErrorWord(
    String word,
    int status,
    String message,
    String charged,
    boolean retryable,
    Optional<Patience> patience) {}
