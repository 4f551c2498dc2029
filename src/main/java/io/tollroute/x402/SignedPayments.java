package io.tollroute.x402;

import io.tollroute.call.Refusal;
import io.tollroute.chain.Authorized;
import io.tollroute.ledger.ChargeView;
import io.tollroute.seal.SettlementSeal;
import java.util.Optional;

/** What the payer of a charge has signed, from what the ledger has of it. */
public final class SignedPayments {

  private static final long LONGEST_SECONDS = 24 * 3600;

  private final X402Restorer restorer = new X402Restorer();
  private final SettlementSeal seal;
  private final X402Settings settings;

  /** Opens settlements with {@code seal}. */
  public SignedPayments(SettlementSeal seal, X402Settings settings) {
    this.seal = seal;
    this.settings = settings;
  }

  /**
   * The payment of a charge. Where its settlement is erased, or sealed with a key that is not
   * known, it is what the charge's key and amount say, to our address, good for a day.
   */
  public Optional<Authorized> of(ChargeView charge, Optional<byte[]> sealedSettlement) {
    Optional<byte[]> settlement = sealedSettlement.flatMap(bytes -> seal.open(bytes, charge.key()));
    if (settlement.isPresent()) {
      try {
        return Optional.of(((X402Payment) restorer.restore(settlement.get())).authorized());
      } catch (Refusal unreadable) {
        // an older version wrote it; its key and amount say enough
      }
    }
    if (charge.amount().isEmpty()) {
      return Optional.empty();
    }
    return ProofKey.of(charge.key())
        .map(
            key ->
                new Authorized(
                    key.network(),
                    key.asset(),
                    key.payer(),
                    key.nonce(),
                    settings.payTo(),
                    charge.amount().get(),
                    charge.createdAt() + LONGEST_SECONDS));
  }

  /**
   * From when on, in seconds since the epoch, the operator's word may decide: the validity is over.
   * A wallet may sign for ever; nobody waits longer than a day for that.
   */
  public long over(ChargeView charge, Authorized authorized) {
    return Math.min(authorized.validBefore(), charge.createdAt() + LONGEST_SECONDS);
  }
}
