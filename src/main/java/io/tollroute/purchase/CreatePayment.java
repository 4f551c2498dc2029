package io.tollroute.purchase;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.corridor.IdempotencyKey;
import io.tollroute.input.InputSlots;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.TokenBook;
import io.tollroute.ledger.TokenHash;
import io.tollroute.seal.AnswerSeal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Creates the payment and shows it with its token, this once. Sent again with the same {@code
 * Idempotency-Key}, it shows what was created then, as it stands now.
 */
final class CreatePayment implements Processor {

  private final TokenBook book;
  private final PaymentDocument document;
  private final Instructions instructions;
  private final AnswerSeal seal;
  private final ToldAgain told;

  CreatePayment(
      TokenBook book,
      PaymentDocument document,
      Instructions instructions,
      AnswerSeal seal,
      ToldAgain told) {
    this.book = book;
    this.document = document;
    this.instructions = instructions;
    this.seal = seal;
    this.told = told;
  }

  /**
   * Makes the payment's document, with the provider's instructions from the message body, the
   * message.
   *
   * @throws Refusal {@code invalid_idempotency_key}, {@code idempotency_key_used} or {@code
   *     ledger_unavailable}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    NewToken made = CorridorSlots.SELLS.of(exchange);
    ObjectNode shown = document.pending(made);
    shown.put("token", PurchaseSlots.TOKEN.of(exchange));
    instructions.addTo(shown, exchange);
    byte[] answer = shown.toString().getBytes(StandardCharsets.UTF_8);
    Object header = exchange.getMessage().getHeader(IdempotencyKey.HEADER);
    if (header == null) {
      book.create(made, Optional.empty());
    } else {
      answer = named(exchange, made, answer, IdempotencyKey.read(header));
    }
    exchange.getMessage().removeHeaders("*");
    exchange.getMessage().setBody(answer);
  }

  private byte[] named(Exchange exchange, NewToken made, byte[] answer, String key) throws Refusal {
    byte[] secret = key.getBytes(StandardCharsets.US_ASCII);
    byte[] request = InputSlots.CANONICAL.of(exchange);
    String name = TokenHash.of("creation:" + key).hex();
    String fingerprint = TokenHash.of(new String(request, StandardCharsets.UTF_8)).hex();
    Optional<byte[]> earlier =
        book.create(
            made,
            Optional.of(
                new TokenBook.Named(
                    name,
                    fingerprint,
                    seal.seal(answer, name, secret, request),
                    made.expiresAt())));
    if (earlier.isEmpty()) {
      return answer;
    }
    CorridorSlots.CLAIMED.put(exchange, "replay");
    return told.now(seal.open(earlier.get(), name, secret, request));
  }
}
