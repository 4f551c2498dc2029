package io.tollroute.traces;

import io.tollroute.log.SparseLog;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What OpenTelemetry says of itself, as lines of our log: the kind of it and nothing of its text,
 * which may hold an address with a key, or what a collector answered.
 */
final class SendingFaults extends Handler {

  private static final Logger LOG = LoggerFactory.getLogger(SendingFaults.class);

  private final SparseLog log;

  private SendingFaults(SparseLog log) {
    this.log = log;
  }

  /** Has it said in {@code log}, and nowhere else, until what is returned is run. */
  static Runnable hear(SparseLog log) {
    java.util.logging.Logger theirs = java.util.logging.Logger.getLogger("io.opentelemetry");
    SendingFaults faults = new SendingFaults(log);
    theirs.setUseParentHandlers(false);
    theirs.addHandler(faults);
    // holds their logger too: the JDK forgets the settings of one that nobody holds
    return () -> theirs.removeHandler(faults);
  }

  @Override
  public void publish(LogRecord event) {
    if (event.getLevel().intValue() >= Level.WARNING.intValue()) {
      String who = String.valueOf(event.getLoggerName()).replaceFirst(".*\\.", "");
      log.warn(
          LOG,
          "traces " + who,
          "traces do not reach the collector, and are thrown away: source="
              + who
              + (event.getThrown() == null
                  ? ""
                  : " cause=" + event.getThrown().getClass().getName()));
    }
  }

  @Override
  public void flush() {
    // each line is written at once
  }

  @Override
  public void close() {
    // nothing is held
  }
}
