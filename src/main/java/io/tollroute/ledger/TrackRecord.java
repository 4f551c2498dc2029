package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.AnsweredCalls.Answered;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the ledger knows of how services did lately, for whoever looks for one: read from time to
 * time, so that nobody waits for the ledger who looks. While it does not answer nothing is known.
 */
public final class TrackRecord {

  /** How many days are counted (UTC), of which the last is the present one. */
  public static final int DAYS = 30;

  private static final long DAY_SECONDS = 24L * 3600;

  /** A charge that was paid before its answer may be answered on the day after. */
  private static final int OPEN_DAYS = 2;

  private record Past(long today, Map<String, Answered> answered) {}

  private final AnsweredCalls calls;
  private final Clock clock;
  private Optional<Past> past = Optional.empty();
  private volatile Map<String, Answered> answered = Map.of();

  /** Of what {@code calls} counts. */
  public TrackRecord(AnsweredCalls calls, Clock clock) {
    this.calls = calls;
    this.clock = clock;
  }

  /** What is known, by the id of a service; the same object as long as it does not change. */
  public Map<String, Answered> answered() {
    return answered;
  }

  /** Reads it anew. */
  public void refresh() {
    Map<String, Answered> now;
    try {
      now = Map.copyOf(count(clock.instant().getEpochSecond() / DAY_SECONDS));
    } catch (Refusal unavailable) {
      now = Map.of();
    }
    if (!now.equals(answered)) {
      answered = now;
    }
  }

  private Map<String, Answered> count(long today) throws Refusal {
    long open = today - OPEN_DAYS + 1;
    Optional<Past> known = past.filter(before -> before.today() == today);
    if (known.isEmpty()) {
      Map<String, Answered> earlier = new HashMap<>();
      // day by day: calls that are paid meanwhile wait for one of them at most
      for (long day = today - DAYS + 1; day < open; day++) {
        add(calls.between(day * DAY_SECONDS, (day + 1) * DAY_SECONDS), earlier);
      }
      known = Optional.of(new Past(today, earlier));
      past = known;
    }
    Map<String, Answered> all = new HashMap<>(known.get().answered());
    add(calls.between(open * DAY_SECONDS, (today + 1) * DAY_SECONDS), all);
    return all;
  }

  private static void add(Map<String, Answered> some, Map<String, Answered> all) {
    some.forEach((service, more) -> all.merge(service, more, Answered::and));
  }
}
