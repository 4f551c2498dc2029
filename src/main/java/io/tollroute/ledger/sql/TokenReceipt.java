package io.tollroute.ledger.sql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tollroute.ledger.PrepaidToken;
import java.time.Instant;

/** What the receipt of a call says of the token that paid for it: how it stands now. */
final class TokenReceipt {

  private TokenReceipt() {}

  /** The receipt as JSON; {@code now} is in seconds since the epoch. */
  static String of(PrepaidToken payment, long now) {
    if (payment.isFree()) {
      return JsonNodeFactory.instance
          .objectNode()
          .put("remainingCalls", payment.remaining(now))
          .put("until", Instant.ofEpochSecond(payment.expiresAt()).toString())
          .toString();
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("paymentId", payment.id())
        .put("remainingCalls", payment.remaining(now))
        .put("status", payment.status(now))
        .toString();
  }
}
