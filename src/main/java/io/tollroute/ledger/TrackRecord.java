package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.AnsweredCalls.Answered;
import java.time.Clock;
import java.time.Instant;
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

  /**
   * What is known, by the ids of services; one that is missing has none.
   *
   * @param answered calls that were answered and paid; the same object as long as it does not
   *     change
   * @param unanswered how many calls were paid and are not answered for their money
   * @param failed how many calls failed and were not charged, by no fault of their buyers'
   * @param probed the last call of each service that the operator made by the clock
   * @param at when it was read; empty while the ledger does not answer
   */
  public record Known(
      Map<String, Answered> answered,
      Map<String, Long> unanswered,
      Map<String, Long> failed,
      Map<String, Probes.Last> probed,
      Optional<Instant> at) {

    private static final Known NOTHING =
        new Known(Map.of(), Map.of(), Map.of(), Map.of(), Optional.empty());
  }

  private record Past(long today, Map<String, Answered> answered) {}

  private final AnsweredCalls calls;
  private final Probes probes;
  private final Clock clock;
  private Optional<Past> past = Optional.empty();
  private volatile Known known = Known.NOTHING;

  /** Of what {@code calls} counts, and of {@code probes}. */
  public TrackRecord(AnsweredCalls calls, Probes probes, Clock clock) {
    this.calls = calls;
    this.probes = probes;
    this.clock = clock;
  }

  /** What is known, by the id of a service; the same object as long as it does not change. */
  public Map<String, Answered> answered() {
    return known.answered();
  }

  /** All that is known; the same object until it is read anew. */
  public Known known() {
    return known;
  }

  /** Reads it anew. */
  public void refresh() {
    Known now;
    try {
      now = read(clock.instant());
    } catch (Refusal unavailable) {
      now = Known.NOTHING;
    }
    known =
        now.answered().equals(known.answered())
            ? new Known(known.answered(), now.unanswered(), now.failed(), now.probed(), now.at())
            : now;
  }

  private Known read(Instant now) throws Refusal {
    long today = now.getEpochSecond() / DAY_SECONDS;
    Map<String, Long> unanswered =
        Map.copyOf(calls.unanswered((today - DAYS + 1) * DAY_SECONDS, (today + 1) * DAY_SECONDS));
    if (!unanswered.equals(known.unanswered())) {
      // what is paid back was answered before, and may be of a day that is counted already
      past = Optional.empty();
    }
    Map<String, Long> failed = Map.copyOf(calls.failed(today - DAYS + 1));
    return new Known(
        Map.copyOf(count(today)), unanswered, failed, Map.copyOf(probes.last()), Optional.of(now));
  }

  private Map<String, Answered> count(long today) throws Refusal {
    long open = today - OPEN_DAYS + 1;
    Optional<Past> before = past.filter(counted -> counted.today() == today);
    if (before.isEmpty()) {
      Map<String, Answered> earlier = new HashMap<>();
      // day by day: calls that are paid meanwhile wait for one of them at most
      for (long day = today - DAYS + 1; day < open; day++) {
        add(calls.between(day * DAY_SECONDS, (day + 1) * DAY_SECONDS), earlier);
      }
      before = Optional.of(new Past(today, earlier));
      past = before;
    }
    Map<String, Answered> all = new HashMap<>(before.get().answered());
    add(calls.between(open * DAY_SECONDS, (today + 1) * DAY_SECONDS), all);
    return all;
  }

  private static void add(Map<String, Answered> some, Map<String, Answered> all) {
    some.forEach((service, more) -> all.merge(service, more, Answered::and));
  }
}
