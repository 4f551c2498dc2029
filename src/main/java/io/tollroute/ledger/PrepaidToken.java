package io.tollroute.ledger;

import java.util.Locale;
import java.util.Optional;

/**
 * What was bought with {@code POST /api/payments}, without its token.
 *
 * @param micros price of one call in millionths of the currency
 * @param units for how many units of input each call is; empty where the price does not go by one
 * @param used calls spent or in flight
 * @param payer who paid, or who alone may pay
 * @param createdAt seconds since the epoch, as are all times here
 * @param expiresAt until when it must be paid, and once it is, until when it is good
 */
public record PrepaidToken(
    String id,
    String service,
    long micros,
    String currency,
    int calls,
    Optional<Integer> units,
    int used,
    State state,
    String provider,
    Optional<String> payer,
    long createdAt,
    long expiresAt,
    Optional<Long> paidAt) {

  /** States as stored; whether it is used up or too old follows from numbers. */
  public enum State {
    PENDING,
    PAID,
    REFUND_DUE,
    REFUNDED
  }

  /**
   * Calls that it is still good for, once it is paid: none when it has expired or was paid back.
   *
   * @param now seconds since the epoch
   */
  public int remaining(long now) {
    return switch (status(now)) {
      case "pending", "paid" -> calls - used;
      default -> 0;
    };
  }

  /** Whether it was given for nothing. */
  public boolean isFree() {
    return micros == 0;
  }

  /** What it costs in all, in millionths of the currency. */
  public long totalMicros() {
    return micros * calls;
  }

  /**
   * The status that buyers are told: {@code pending}, {@code paid}, {@code exhausted}, {@code
   * expired}, {@code refund_due} or {@code refunded}.
   *
   * @param now seconds since the epoch
   */
  public String status(long now) {
    boolean over = expiresAt <= now;
    return switch (state) {
      case PENDING -> over ? "expired" : "pending";
      case PAID -> used == calls ? "exhausted" : over ? "expired" : "paid";
      case REFUND_DUE, REFUNDED -> state.name().toLowerCase(Locale.ROOT);
    };
  }
}
