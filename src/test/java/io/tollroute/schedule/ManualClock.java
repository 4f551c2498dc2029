package io.tollroute.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands until it is moved. */
final class ManualClock extends Clock {

  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  private volatile Instant now = START;

  void reset() {
    now = START;
  }

  void advance(long seconds) {
    now = now.plus(Duration.ofSeconds(seconds));
  }

  long seconds() {
    return now.getEpochSecond();
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
