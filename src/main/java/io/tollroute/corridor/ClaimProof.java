package io.tollroute.corridor;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Product;
import io.tollroute.catalog.Repeat;
import io.tollroute.catalog.SettlementOrder;
import io.tollroute.input.InputSlots;
import io.tollroute.ledger.ChargeTerms;
import io.tollroute.ledger.Claim;
import io.tollroute.ledger.ClaimRequest;
import io.tollroute.ledger.Lease;
import io.tollroute.ledger.Ledger;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.PrepaidToken;
import io.tollroute.ledger.Quote;
import io.tollroute.seal.AnswerSeal;
import io.tollroute.seal.SettlementSeal;
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
    PaymentProof proof = CorridorSlots.PROOF.of(exchange);
    byte[] request = InputSlots.CANONICAL.of(exchange);
    Product product = CatalogueSlots.PRODUCT.of(exchange);
    ChargeTerms terms = terms(exchange, product, proof);
    Claim claim =
        claim(
            new ClaimRequest(
                proof,
                product.id(),
                fingerprint(product.id(), request),
                CallSlots.REQUEST_ID.of(exchange),
                CallSlots.SURFACE.find(exchange).filter("mcp"::equals).orElse("http"),
                terms,
                product.repeat() == Repeat.SAME,
                recognized,
                CorridorSlots.ALONE.find(exchange).orElse(false),
                InputSlots.OBJECTION.find(exchange),
                lease.ofWork(product, proof),
                before -> sealed(proof, before)));
    CorridorSlots.IN_DOUBT.put(exchange, false);
    if (claim instanceof Claim.PaidBefore) {
      found(exchange, "named", "answer");
      return;
    }
    if (claim instanceof Claim.Working working) {
      CorridorSlots.JOB.put(exchange, working.sealedWork());
      if (!working.receipt().isEmpty()) {
        CorridorSlots.RECEIPT.put(exchange, working.receipt());
      }
      found(exchange, "working", "answer");
      return;
    }
    if (claim instanceof Claim.Replayed replayed) {
      if (!recognized && isOfAnother(replayed, proof, request)) {
        found(exchange, "named", "answer");
        return;
      }
      CorridorSlots.ANSWER.put(exchange, open(replayed, proof, request));
      CorridorSlots.REPLAYED.put(exchange, replayed.charge().key());
      CorridorSlots.RECEIPT.put(exchange, replayed.receipt());
      found(exchange, "replay", "answer");
      return;
    }
    if (claim instanceof Claim.Resumed resumed) {
      settlements
          .open(resumed.sealedSettlement(), proof.key())
          .ifPresent(settlement -> CorridorSlots.PROOF.put(exchange, proof.settling(settlement)));
      boolean answered = resumed.sealedAnswer().length > 0;
      if (answered) {
        CorridorSlots.ANSWER.put(exchange, open(resumed, proof, request));
      }
      CorridorSlots.IN_DOUBT.put(exchange, resumed.inDoubt());
      found(exchange, "resume", answered ? "answer" : "settlement");
    } else if (claim instanceof Claim.Owed owed) {
      CorridorSlots.RECEIPT.put(exchange, owed.receipt());
      found(exchange, "owed", "settlement");
    } else {
      found(exchange, "new", terms.settlesFirst() ? "settlement" : "answer");
    }
    CorridorSlots.CHARGE.put(exchange, claim.charge());
  }

  /** What is settling is sent as it was; what cannot be opened any more is sealed anew. */
  private byte[] sealed(PaymentProof proof, byte[] before) {
    return settlements.open(before, proof.key()).isPresent() ? before : settlements.seal(proof);
  }

  /** A claim may begin a settlement, which the reconciler ends; so may one whose word was lost. */
  private Claim claim(ClaimRequest request) throws Refusal {
    try {
      return ledger.claim(request);
    } catch (Refusal refusal) {
      boolean inDoubt = refusal.reason().filter(Ledger.IN_DOUBT::equals).isPresent();
      throw inDoubt && request.proof().settlement().length > 0
          ? Refusal.of("settlement_unknown").causedBy(refusal)
          : refusal;
    }
  }

  private static void found(Exchange exchange, String claimed, String first) {
    CorridorSlots.CLAIMED.put(exchange, claimed);
    CatalogueSlots.FIRST.put(exchange, first);
  }

  /**
   * What was offered is what is bought, whatever it costs now. A token was paid before it came, so
   * there is nothing to settle first.
   */
  private static ChargeTerms terms(Exchange exchange, Product product, PaymentProof proof) {
    Quote quote = proof.quote().orElse(new Quote(product.price(), product.settles()));
    return new ChargeTerms(
        quote.price().micros(),
        quote.price().currency(),
        quote.settles() == SettlementOrder.FIRST && proof.prepaid().isEmpty(),
        CorridorSlots.BUYS.find(exchange).map(PrepaidToken::id),
        product.units());
  }

  private byte[] open(Claim.Replayed replayed, PaymentProof proof, byte[] request) throws Refusal {
    String key = replayed.charge().key();
    boolean own = proof.prepaid().isPresent() || key.equals(proof.key());
    return own && !(recognized && isOfAnother(replayed, proof, request))
        ? seal.open(replayed.sealedAnswer(), key, proof.secret(), request)
        : seal.openNamed(replayed.sealedAnswer(), key, proof, request);
  }

  /** Whether the answer was made for another proof of the same name, be it owed for this one. */
  private boolean isOfAnother(Claim.Replayed replayed, PaymentProof proof, byte[] request) {
    String key = replayed.charge().key();
    return key.equals(proof.key()) && seal.isOfAnother(replayed.sealedAnswer(), proof, request);
  }

  /** Who cannot open the answer is not its buyer, and must leave the charge as it was. */
  private byte[] open(Claim.Resumed resumed, PaymentProof proof, byte[] request) throws Refusal {
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

  /** Hash of what is asked for, the same for all addresses of a product. */
  private static String fingerprint(String product, byte[] request) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(product.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
      return HexFormat.of().formatHex(digest.digest(request));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
