package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.input.Input;
import io.tollroute.payment.Payments;
import java.nio.charset.StandardCharsets;
import java.security.SignatureException;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/**
 * Proof that a caller is the wallet that made a payment: a signature over a message of ours that
 * names the payment and ends soon (EIP-191, personal_sign). Nothing is remembered between giving
 * the message out and reading the signature; a credit is given once, whoever asks how often.
 */
public final class WalletChallenge {

  private static final long VALID_SECONDS = 600;

  private final X402Settings settings;
  private final Clock clock;

  /** Asks for payments made under {@code settings}. */
  public WalletChallenge(X402Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Makes the message to be signed for the payment of the input the answer. */
  public void give(Exchange exchange) {
    JsonNode input = Input.INPUT.of(exchange);
    Instant until = clock.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(VALID_SECONDS);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("message", message(key(input), until));
    answer.put("until", until.toString());
    exchange.getMessage().setBody(answer.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Fills the key of the payment whose wallet has signed.
   *
   * @throws Refusal {@code credit_refused} when it has not, or too long ago
   */
  public void check(Exchange exchange) throws Refusal {
    JsonNode input = Input.INPUT.of(exchange);
    Instant until = until(input.path("until").asText());
    Instant now = clock.instant();
    boolean inTime = until.isAfter(now) && !until.isAfter(now.plusSeconds(VALID_SECONDS));
    String signer = signer(message(key(input), until), input.path("signature").asText());
    if (!inTime || !signer.equalsIgnoreCase(input.path("payer").asText())) {
      throw Refusal.of("credit_refused");
    }
    Payments.CREDIT.put(exchange, key(input));
  }

  private String key(JsonNode input) {
    return X402Payment.key(
        settings.network(),
        settings.asset(),
        input.path("payer").asText().toLowerCase(Locale.ROOT),
        input.path("nonce").asText().toLowerCase(Locale.ROOT));
  }

  private String message(String key, Instant until) {
    return "I made a payment to "
        + settings.publicUrl()
        + " and ask for a token instead of its answer.\npayment: "
        + key
        + "\nuntil: "
        + until;
  }

  private static Instant until(String text) throws Refusal {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw Refusal.of("credit_refused").causedBy(e);
    }
  }

  private static String signer(String message, String signature) throws Refusal {
    byte[] bytes = HexFormat.of().parseHex(signature.substring(2));
    byte[] r = Arrays.copyOfRange(bytes, 0, 32);
    byte[] s = Arrays.copyOfRange(bytes, 32, 64);
    try {
      return "0x"
          + Keys.getAddress(
              Sign.signedPrefixedMessageToKey(
                  message.getBytes(StandardCharsets.UTF_8),
                  new Sign.SignatureData(bytes[64], r, s)));
    } catch (SignatureException | RuntimeException e) {
      // the library throws both at numbers that are no signature
      throw Refusal.of("credit_refused").causedBy(e);
    }
  }
}
