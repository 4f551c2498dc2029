package io.tollroute.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Another clock's time, moved on by what a test lets pass. */
public final class ShiftedClock extends Clock {

  private final Clock base;
  private volatile Duration shift = Duration.ZERO;

  public ShiftedClock(Clock base) {
    this.base = base;
  }

  public void advance(Duration time) {
    shift = shift.plus(time);
  }

  @Override
  public Instant instant() {
    return base.instant().plus(shift);
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
