package io.tollroute.purchase;

import io.tollroute.call.TokenShape;
import io.tollroute.catalog.Price;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.Quote;
import io.tollroute.ledger.TokenHash;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Draws the id and the token of a payment that is to be created. */
final class MakePayment implements Processor {

  private static final int TOKEN_BYTES = 32;
  private static final int ID_BYTES = 18;

  private final SecureRandom random;
  private final Clock clock;
  private final long pendingSeconds;

  MakePayment(SecureRandom random, Clock clock, long pendingSeconds) {
    this.random = random;
    this.clock = clock;
    this.pendingSeconds = pendingSeconds;
  }

  @Override
  public void process(Exchange exchange) {
    TokenOrder order = PurchaseSlots.PURCHASE.of(exchange);
    // what comes with a payment is bought at the price that the payment was made for
    Optional<Price> paid =
        CorridorSlots.PROOF.find(exchange).flatMap(PaymentProof::quote).map(Quote::price);
    Price price = order.service().tariff().inToken(order.calls(), order.units().orElse(0));
    long micros = paid.map(total -> total.micros() / order.calls()).orElse(price.micros());
    String token = token();
    PurchaseSlots.TOKEN.put(exchange, token);
    CorridorSlots.SELLS.put(
        exchange,
        new NewToken(
            id(),
            TokenHash.of(token),
            order.service().id(),
            micros,
            paid.orElse(price).currency(),
            order.calls(),
            order.units(),
            order.provider(),
            order.payer(),
            clock.instant().getEpochSecond() + pendingSeconds));
  }

  /** A token of 256 random bits. */
  String token() {
    return TokenShape.PREFIX + draw(TOKEN_BYTES);
  }

  /** An id that nobody can guess. */
  String id() {
    return "pay_" + draw(ID_BYTES);
  }

  private String draw(int bytes) {
    byte[] drawn = new byte[bytes];
    random.nextBytes(drawn);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
  }
}
