package io.tollroute.ledger;

import java.util.Optional;

/**
 * A payment that is about to be created: calls of one service at a price that stays.
 *
 * @param token hash of the token that stands for it
 * @param micros price of one call in millionths of the currency
 * @param units for how many units of input each call is; empty where the price does not go by one
 * @param provider the payment provider, as in the route {@code open-payment-<provider>}
 * @param payer who alone may pay it; anybody when empty
 * @param expiresAt seconds since the epoch up to which it must be paid
 */
public record NewToken(
    String id,
    TokenHash token,
    String service,
    long micros,
    String currency,
    int calls,
    Optional<Integer> units,
    String provider,
    Optional<String> payer,
    long expiresAt) {

  /** The same under another id. */
  public NewToken under(String otherId) {
    return new NewToken(
        otherId, token, service, micros, currency, calls, units, provider, payer, expiresAt);
  }
}
