package io.tollroute.corridor;

import io.tollroute.call.CallSlots;
import io.tollroute.ledger.PaymentProof;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Tells a provider's side which calls are of one holder, and not who that is: a keyed hash of the
 * holder, with a key that this process draws at its start and shows nobody.
 */
public final class NameShare implements Processor {

  private static final String HASH = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final int SHOWN_BYTES = 16;

  private final SecretKeySpec key;

  /** Draws the key from {@code random}. */
  public NameShare(SecureRandom random) {
    byte[] drawn = new byte[KEY_BYTES];
    random.nextBytes(drawn);
    this.key = new SecretKeySpec(drawn, HASH);
  }

  /** Names the share of whoever holds the call's proof, where it has one. */
  @Override
  public void process(Exchange exchange) {
    CorridorSlots.PROOF
        .find(exchange)
        .map(PaymentProof::holder)
        .ifPresent(holder -> CallSlots.SHARE.put(exchange, name(holder)));
  }

  private String name(String holder) {
    try {
      Mac mac = Mac.getInstance(HASH);
      mac.init(key);
      byte[] hash = mac.doFinal(holder.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(hash, SHOWN_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HASH, e);
    }
  }
}
