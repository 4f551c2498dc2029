package io.tollroute.corridor;

import io.tollroute.call.PaymentCarrier;
import java.util.List;
import java.util.Optional;

/**
 * A way to pay for a call: all that the rest of the house asks about one. What it does with a
 * payment stands in routes ({@code verify-<name>}, {@code settle-<name>} and the like).
 *
 * @param carrier its name, and where its words travel
 * @param prepaid whether its money came in before the call, so that nothing is settled with it
 * @param readers of the headers that carry its proofs
 * @param restorer makes a proof again from what is kept of it; without one it begins no jobs
 * @param terms what it adds to a 402
 * @param account who is paid with it, where a document of ours says so
 */
public record PaymentMethod(
    PaymentCarrier carrier,
    boolean prepaid,
    List<ProofReader> readers,
    Optional<ProofRestorer> restorer,
    PaymentTerms terms,
    Optional<Account> account) {

  /**
   * Who is paid.
   *
   * @param mover who moves the money, for example {@code x402_facilitator}
   * @param payTo where it arrives
   */
  public record Account(String mover, String payTo) {}

  /** As in the names of its routes. */
  public String name() {
    return carrier.method();
  }
}
