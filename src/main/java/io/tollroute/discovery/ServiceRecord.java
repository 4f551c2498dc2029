package io.tollroute.discovery;

import io.tollroute.catalog.Service;
import io.tollroute.ledger.AnsweredCalls.Answered;
import io.tollroute.ledger.Waits;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Optional;

/**
 * What the books say of a service's calls lately.
 *
 * @param answered calls that were answered and paid
 * @param unanswered calls that were paid and are not answered for their money
 * @param failed calls that failed by no fault of their buyers', and were not charged
 * @param last when the last of the answered was paid
 * @param waits how long buyers waited for the answered
 */
record ServiceRecord(
    long answered, long unanswered, long failed, Optional<Instant> last, Waits waits) {

  private static final int DECIMALS = 4;

  static ServiceRecord of(Service service, Standing standing) {
    Optional<Answered> answered = Optional.ofNullable(standing.answered().get(service.id()));
    return new ServiceRecord(
        answered.map(Answered::count).orElse(0L),
        standing.unanswered().getOrDefault(service.id(), 0L),
        standing.failed().getOrDefault(service.id(), 0L),
        answered.map(Answered::lastAt).map(Instant::ofEpochSecond),
        answered.map(Answered::waits).orElse(Waits.NONE));
  }

  /** By how many calls it is known. */
  long sample() {
    return answered + unanswered + failed;
  }

  /** How many of the calls with a good payment were answered, from 0 to 1. */
  Optional<BigDecimal> rate() {
    return sample() > 0
        ? Optional.of(
            BigDecimal.valueOf(answered)
                .divide(BigDecimal.valueOf(sample()), DECIMALS, RoundingMode.HALF_EVEN)
                .stripTrailingZeros())
        : Optional.empty();
  }
}
