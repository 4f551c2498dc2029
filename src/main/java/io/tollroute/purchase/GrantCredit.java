package io.tollroute.purchase;

import io.tollroute.call.Refusal;
import io.tollroute.payment.NewPayment;
import io.tollroute.payment.Payment;
import io.tollroute.payment.PaymentBook;
import io.tollroute.payment.Payments;
import io.tollroute.payment.TokenHash;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Gives the payer of a charge that has no answer a paid token instead. */
final class GrantCredit implements Processor {

  private final PaymentBook book;
  private final PaymentDocument document;
  private final MakePayment maker;

  GrantCredit(PaymentBook book, PaymentDocument document, MakePayment maker) {
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
    Payment credit =
        book.credit(
            Payments.CREDIT.of(exchange),
            new NewPayment(
                maker.id(), TokenHash.of(token), "", 0, "", 1, "credit", Optional.empty(), 0));
    exchange.getMessage().removeHeaders("*");
    exchange
        .getMessage()
        .setBody(
            document.of(credit).put("token", token).toString().getBytes(StandardCharsets.UTF_8));
  }
}
