package io.tollroute.discovery;

import io.tollroute.catalog.Service;
import io.tollroute.catalog.SettlementOrder;
import io.tollroute.ledger.AnsweredCalls.Answered;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Optional;

/**
 * What the books say of a service's calls lately.
 *
 * @param answered calls that were answered and paid
 * @param unanswered calls that were paid and are not answered for their money
 * @param last when the last of the answered was paid
 * @param paidFirst whether a call is paid before it is worked on, so that one which fails is in the
 *     books
 */
record ServiceRecord(long answered, long unanswered, Optional<Instant> last, boolean paidFirst) {

  private static final int DECIMALS = 4;

  static ServiceRecord of(Service service, Standing standing) {
    Optional<Answered> answered = Optional.ofNullable(standing.answered().get(service.id()));
    return new ServiceRecord(
        answered.map(Answered::count).orElse(0L),
        standing.unanswered().getOrDefault(service.id(), 0L),
        answered.map(Answered::lastAt).map(Instant::ofEpochSecond),
        service.settles() == SettlementOrder.FIRST);
  }

  /** By how many calls it is known. */
  long sample() {
    return answered + unanswered;
  }

  /**
   * How many of the paid calls were answered, from 0 to 1. Of a service that is paid after its
   * answer nothing is told: a call of it that fails is not paid, and leaves the books.
   */
  Optional<BigDecimal> rate() {
    return paidFirst && sample() > 0
        ? Optional.of(
            BigDecimal.valueOf(answered)
                .divide(BigDecimal.valueOf(sample()), DECIMALS, RoundingMode.HALF_EVEN)
                .stripTrailingZeros())
        : Optional.empty();
  }
}
