package io.tollroute.purchase;

import io.tollroute.call.Refusal;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PrepaidToken;
import io.tollroute.ledger.TokenBook;
import io.tollroute.ledger.TokenHash;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Gives the payer of a charge that has no answer a paid token instead. */
final class GrantCredit implements Processor {

  private final TokenBook book;
  private final PaymentDocument document;
  private final MakePayment maker;

  GrantCredit(TokenBook book, PaymentDocument document, MakePayment maker) {
    this.book = book;
    this.document = document;
    this.maker = maker;
  }

  /**
   * Makes the payment with its token the message. Asked again before the token is used, it shows
   * another token, and the one before is good for nothing: so a lost answer costs nothing.
   *
   * @throws Refusal {@code unknown_credit}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    String token = maker.token();
    PrepaidToken credit =
        book.credit(
            CorridorSlots.CREDIT.of(exchange),
            new NewToken(
                maker.id(),
                TokenHash.of(token),
                "",
                0,
                "",
                1,
                Optional.empty(),
                "credit",
                Optional.empty(),
                0));
    exchange.getMessage().removeHeaders("*");
    exchange
        .getMessage()
        .setBody(
            document.of(credit).put("token", token).toString().getBytes(StandardCharsets.UTF_8));
  }
}
