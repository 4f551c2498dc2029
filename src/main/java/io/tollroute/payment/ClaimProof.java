package io.tollroute.payment;

import io.tollroute.call.Call;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Catalog;
import io.tollroute.catalog.Service;
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
  private final SettlementSeal settlements;
  private final Lease lease;
  private final boolean recognized;

  private ClaimProof(
      Ledger ledger, AnswerSeal seal, SettlementSeal settlements, Lease lease, boolean recognized) {
    this.ledger = ledger;
    this.seal = seal;
    this.settlements = settlements;
    this.lease = lease;
    this.recognized = recognized;
  }

  /**
   * Claims in {@code ledger}, for as long as {@code lease} says; {@code seal} opens answers kept by
   * an earlier call.
   */
  public ClaimProof(Ledger ledger, AnswerSeal seal, SettlementSeal settlements, Lease lease) {
    this(ledger, seal, settlements, lease, false);
  }

  /** The same for proofs that are known to be of the payer whom they name. */
  public ClaimProof ofRecognized() {
    return new ClaimProof(ledger, seal, settlements, lease, true);
  }

  /**
   * Fills the charge and says what it was found to be and what comes first for it. Where the payer
   * has paid before with another proof, it holds nothing and says {@code named}.
   *
   * @throws Refusal as {@link Ledger#claim}, or {@code settlement_unknown} when the claim may have
   *     begun a settlement without our knowing
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Proof proof = Payments.PROOF.of(exchange);
    byte[] request = Input.CANONICAL.of(exchange);
    Service service = Catalog.SERVICE.of(exchange);
    Deal deal = deal(exchange, service, proof);
    Claim claim =
        claim(
            new ClaimRequest(
                proof,
                service.id(),
                fingerprint(service.id(), request),
                Call.REQUEST_ID.of(exchange),
                deal,
                service.repeat() == Service.Repeat.SAME,
                recognized,
                lease.ofWork(service, proof),
                () -> settlements.seal(proof)));
    Payments.IN_DOUBT.put(exchange, false);
    if (claim instanceof Claim.PaidBefore) {
      found(exchange, "named", "answer");
      return;
    }
    if (claim instanceof Claim.Replayed replayed) {
      if (!recognized && isOfAnother(replayed, proof, request)) {
        found(exchange, "named", "answer");
        return;
      }
      Payments.ANSWER.put(exchange, open(replayed, proof, request));
      Payments.REPLAYED.put(exchange, replayed.charge().key());
      Payments.RECEIPT.put(exchange, replayed.receipt());
      found(exchange, "replay", "answer");
      return;
    }
    if (claim instanceof Claim.Resumed resumed) {
      boolean answered = resumed.sealedAnswer().length > 0;
      if (answered) {
        Payments.ANSWER.put(exchange, open(resumed, proof, request));
      }
      Payments.IN_DOUBT.put(exchange, resumed.inDoubt());
      found(exchange, "resume", answered ? "answer" : "settlement");
    } else if (claim instanceof Claim.Owed owed) {
      Payments.RECEIPT.put(exchange, owed.receipt());
      found(exchange, "owed", "settlement");
    } else {
      found(exchange, "new", deal.settlesFirst() ? "settlement" : "answer");
    }
    Payments.CHARGE.put(exchange, claim.charge());
  }

  /** A claim may begin a settlement, which the reconciler ends; so may one whose word was lost. */
  private Claim claim(ClaimRequest request) throws Refusal {
    try {
      return ledger.claim(request);
    } catch (Refusal refusal) {
      boolean inDoubt = refusal.reason().filter(Commits.IN_DOUBT::equals).isPresent();
      throw inDoubt && request.proof().settlement().length > 0
          ? Refusal.of("settlement_unknown").causedBy(refusal)
          : refusal;
    }
  }

  private static void found(Exchange exchange, String claimed, String first) {
    Payments.CLAIMED.put(exchange, claimed);
    Payments.FIRST.put(exchange, first);
  }

  /**
   * What was offered is what is bought, whatever it costs now. A token was paid before it came, so
   * there is nothing to settle first.
   */
  private static Deal deal(Exchange exchange, Service service, Proof proof) {
    Quote quote = proof.quote().orElse(new Quote(service.price(), service.settlement()));
    return new Deal(
        quote.price().cents(),
        quote.price().currency(),
        quote.settlement() == Service.Settlement.FIRST && proof.prepaid().isEmpty(),
        Payments.BUYS.find(exchange).map(Payment::id));
  }

  private byte[] open(Claim.Replayed replayed, Proof proof, byte[] request) throws Refusal {
    String key = replayed.charge().key();
    boolean own = proof.prepaid().isPresent() || key.equals(proof.key());
    return own && !(recognized && isOfAnother(replayed, proof, request))
        ? seal.open(replayed.sealedAnswer(), key, proof.secret(), request)
        : seal.openNamed(replayed.sealedAnswer(), key, proof, request);
  }

  /** Whether the answer was made for another proof of the same name, be it owed for this one. */
  private boolean isOfAnother(Claim.Replayed replayed, Proof proof, byte[] request) {
    String key = replayed.charge().key();
    return key.equals(proof.key()) && seal.isOfAnother(replayed.sealedAnswer(), proof, request);
  }

  /** Who cannot open the answer is not its buyer, and must leave the charge as it was. */
  private byte[] open(Claim.Resumed resumed, Proof proof, byte[] request) throws Refusal {
    try {
      return seal.open(resumed.sealedAnswer(), resumed.charge().key(), proof.secret(), request);
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
