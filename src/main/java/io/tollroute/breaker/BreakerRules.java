package io.tollroute.breaker;

/**
 * When a circuit breaker opens and for how long.
 *
 * @param on whether there are any; without, everybody is called whatever came of it before
 * @param calls how many of the last calls are judged; of fewer nothing is said
 * @param failurePercent how many of a hundred of them may fail before the breaker opens
 * @param openSeconds how long nobody is called then, in seconds
 */
public record BreakerRules(boolean on, int calls, int failurePercent, int openSeconds) {}
