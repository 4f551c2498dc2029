package io.tollroute.log;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Says the same thing once and then by the hour. What is held back in between is counted, and said
 * with the next line of its kind or by {@link #tell()}, whichever comes first.
 */
public final class SparseLog {

  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

  /** Kinds told apart at once; what comes beyond counts as one more. */
  private static final int MOST_KINDS = 500;

  private static final String BEYOND = "beyond";

  private final Map<String, Said> said = new ConcurrentHashMap<>();
  private final Clock clock;

  /** A line as it was last said or held back; {@code held} like it since it was said. */
  private record Said(long at, long held, Logger log, Level level, String line) {

    Said again(String next) {
      return new Said(at, held + 1, log, level, next);
    }

    void say(long like) {
      if (like == 0) {
        log.atLevel(level).log("{}", line);
      } else {
        log.atLevel(level).log("{} ({} more like it in the last hour)", line, like);
      }
    }
  }

  /** Counts the hours by {@code clock}. */
  public SparseLog(Clock clock) {
    this.clock = clock;
  }

  /** Says {@code line}, unless something of this {@code kind} was said in the last hour. */
  public void info(Logger log, String kind, String line) {
    note(log, Level.INFO, kind, line);
  }

  /** Warns with {@code line}, unless something of this {@code kind} was said in the last hour. */
  public void warn(Logger log, String kind, String line) {
    note(log, Level.WARN, kind, line);
  }

  /** Raises the alarm with {@code line}, unless this {@code kind} was said in the last hour. */
  public void error(Logger log, String kind, String line) {
    note(log, Level.ERROR, kind, line);
  }

  private void note(Logger log, Level level, String kind, String line) {
    long now = clock.millis();
    String key = said.containsKey(kind) || said.size() < MOST_KINDS ? kind : BEYOND;
    Said[] before = new Said[1];
    said.compute(
        key,
        (same, last) -> {
          before[0] = last;
          return last == null || isOver(last, now)
              ? new Said(now, 0, log, level, line)
              : last.again(line);
        });
    if (before[0] == null || isOver(before[0], now)) {
      new Said(now, 0, log, level, line).say(before[0] == null ? 0 : before[0].held());
    }
  }

  /** Says what was held back for an hour, and forgets what has not come again. */
  public void tell() {
    long now = clock.millis();
    Map<String, Said> due = new LinkedHashMap<>();
    for (String kind : said.keySet()) {
      said.computeIfPresent(
          kind,
          (same, last) -> {
            if (!isOver(last, now)) {
              return last;
            }
            due.put(kind, last);
            return last.held() == 0
                ? null
                : new Said(now, 0, last.log(), last.level(), last.line());
          });
    }
    due.values().stream().filter(last -> last.held() > 0).forEach(last -> last.say(last.held()));
  }

  /** A clock that was set back ends the hour, so that nothing is silenced for longer. */
  private static boolean isOver(Said last, long now) {
    return now - last.at() >= HOUR_MILLIS || now < last.at();
  }
}
