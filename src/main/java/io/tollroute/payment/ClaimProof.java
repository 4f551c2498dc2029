package io.tollroute.payment;

import io.tollroute.call.Call;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Catalog;
import io.tollroute.input.Input;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Claims the proof for the request, so that of many copies of one payment one does the work. What
 * was done before is taken up where it stopped.
 */
public final class ClaimProof implements Processor {

  private final Ledger ledger;
  private final AnswerSeal seal;

  /** Claims in {@code ledger}; {@code seal} opens answers kept by an earlier call. */
  public ClaimProof(Ledger ledger, AnswerSeal seal) {
    this.ledger = ledger;
    this.seal = seal;
  }

  /**
   * Fills the charge and says whether the call is {@code new}, a {@code resume} or a {@code
   * replay}.
   *
   * @throws Refusal as {@link Ledger#claim}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Proof proof = Payments.PROOF.of(exchange);
    byte[] request = Input.CANONICAL.of(exchange);
    String service = Catalog.SERVICE.of(exchange).id();
    Claim claim =
        ledger.claim(
            new ClaimRequest(
                proof, service, fingerprint(service, request), Call.REQUEST_ID.of(exchange)));
    if (claim instanceof Claim.Replayed replayed) {
      Payments.ANSWER.put(exchange, seal.open(replayed.sealedAnswer(), proof, request));
      Payments.RECEIPT.put(exchange, replayed.receipt());
      Payments.CLAIMED.put(exchange, "replay");
      return;
    }
    if (claim instanceof Claim.Resumed resumed) {
      Payments.ANSWER.put(exchange, open(resumed, proof, request));
      Payments.IN_DOUBT.put(exchange, resumed.inDoubt());
      Payments.CLAIMED.put(exchange, "resume");
    } else {
      Payments.IN_DOUBT.put(exchange, false);
      Payments.CLAIMED.put(exchange, "new");
    }
    Payments.CHARGE.put(exchange, claim.charge());
  }

  /** Who cannot open the answer is not its buyer, and must leave the charge as it was. */
  private byte[] open(Claim.Resumed resumed, Proof proof, byte[] request) throws Refusal {
    try {
      return seal.open(resumed.sealedAnswer(), proof, request);
    } catch (Refusal stranger) {
      if (resumed.inDoubt()) {
        ledger.unknown(resumed.charge());
      } else {
        ledger.release(resumed.charge());
      }
      throw stranger;
    }
  }

  /** Hash of what is asked for, the same for all addresses of a service. */
  private static String fingerprint(String service, byte[] request) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(service.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
      return HexFormat.of().formatHex(digest.digest(request));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
