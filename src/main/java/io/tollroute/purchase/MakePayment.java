package io.tollroute.purchase;

import io.tollroute.call.TokenShape;
import io.tollroute.catalog.Price;
import io.tollroute.payment.NewPayment;
import io.tollroute.payment.Payments;
import io.tollroute.payment.Proof;
import io.tollroute.payment.Quote;
import io.tollroute.payment.TokenHash;
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
    Purchase purchase = Purchases.PURCHASE.of(exchange);
    // what comes with a payment is bought at the price that the payment was made for
    Optional<Price> paid = Payments.PROOF.find(exchange).flatMap(Proof::quote).map(Quote::price);
    Price price = purchase.service().price();
    long cents =
        paid.map(total -> (long) total.cents() / purchase.calls()).orElse((long) price.cents());
    String token = token();
    Purchases.TOKEN.put(exchange, token);
    Payments.SELLS.put(
        exchange,
        new NewPayment(
            id(),
            TokenHash.of(token),
            purchase.service().id(),
            cents,
            paid.orElse(price).currency(),
            purchase.calls(),
            purchase.provider(),
            purchase.payer(),
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
