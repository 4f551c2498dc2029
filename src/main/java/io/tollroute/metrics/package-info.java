/**
 * What the process counts and measures for its operator, as Prometheus reads it (docs/metrics.md).
 * Labels come from our own vocabulary and are bounded; nothing of a payer, a token or an input is
 * in any of them. Counting never fails a call.
 */
package io.tollroute.metrics;
