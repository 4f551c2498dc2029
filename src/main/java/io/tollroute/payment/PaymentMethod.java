package io.tollroute.payment;

import java.util.List;
import java.util.Optional;

/**
 * A way to pay for a call.
 *
 * @param name as in the routes {@code verify-<name>}, {@code settle-<name>} and the like
 * @param prepaid whether its money came in before the call, so that nothing is settled with it
 * @param readers the headers that carry its proofs
 * @param restorer makes a proof again from what its settlement sends; none where nothing is settled
 */
public record PaymentMethod(
    String name, boolean prepaid, List<ProofReader> readers, Optional<ProofRestorer> restorer) {}
