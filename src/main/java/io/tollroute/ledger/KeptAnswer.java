package io.tollroute.ledger;

import java.util.Optional;

/**
 * An answer to be kept before money moves.
 *
 * @param sealedAnswer the answer, sealed for its buyer
 * @param until seconds since the epoch up to which it must be kept
 * @param sealedSettlement what the settlement sends, sealed, so that it can be sent again without
 *     the buyer; empty when nothing is sent
 * @param upstreamId the provider's id of the call, where it gave one
 * @param sells the payment that is created with the answer, to be paid by the charge
 * @param milliseconds how long its buyer has waited, where it is given as soon as it is kept; empty
 *     where nobody did
 */
public record KeptAnswer(
    byte[] sealedAnswer,
    long until,
    byte[] sealedSettlement,
    Optional<String> upstreamId,
    Optional<NewToken> sells,
    Optional<Long> milliseconds) {}
