package io.tollroute.purchase;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.PrepaidToken;
import io.tollroute.ledger.TokenBook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A payment's document that was given before: told again, it says how the payment stands now. */
final class ToldAgain {

  private final ObjectMapper json = new ObjectMapper();
  private final TokenBook book;
  private final PaymentDocument document;

  ToldAgain(TokenBook book, PaymentDocument document) {
    this.book = book;
    this.document = document;
  }

  /**
   * The document with its token, as of now; how to pay is left out when there is nothing to pay.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  byte[] now(byte[] given) throws Refusal {
    ObjectNode told = read(given);
    Optional<PrepaidToken> payment = book.find(told.path("paymentId").asText());
    if (payment.isEmpty()) {
      return given;
    }
    ObjectNode now = document.of(payment.get());
    boolean wasPending = isPending(told);
    take(now, told, "status", "remainingCalls");
    if (wasPending && !isPending(told)) {
      take(now, told, "expiresAt", "paidAt");
      told.retain(Stream.concat(Stream.of("token"), names(now)).toList());
    }
    return told.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isPending(ObjectNode payment) {
    return payment.path("status").asText().equals("pending");
  }

  private static void take(ObjectNode from, ObjectNode to, String... fields) {
    for (String field : fields) {
      to.set(field, from.get(field));
    }
  }

  private static Stream<String> names(ObjectNode payment) {
    return payment.properties().stream().map(Map.Entry::getKey);
  }

  private ObjectNode read(byte[] given) {
    try {
      return (ObjectNode) json.readTree(given);
    } catch (IOException e) {
      throw new UncheckedIOException("a document of our own is no JSON", e);
    }
  }
}
