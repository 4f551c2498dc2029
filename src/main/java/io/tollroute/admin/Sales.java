package io.tollroute.admin;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Journal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What came in on each of the last days, by the journal. The ledger is asked for a day at a time,
 * so that no call waits longer than that takes, and for a day that is over only once.
 */
final class Sales {

  /** Days that are shown. */
  static final int DAYS = 30;

  /**
   * What was paid just before midnight may be written down after it, by another replica's clock.
   */
  private static final long LATE_SECONDS = 60;

  private final Map<LocalDate, List<Journal.Sum>> over = new ConcurrentHashMap<>();
  private final Journal journal;
  private final Clock clock;

  Sales(Journal journal, Clock clock) {
    this.journal = journal;
    this.clock = clock;
  }

  /**
   * A day in UTC.
   *
   * @param sums what came in and went back, by currency
   */
  record Day(LocalDate date, List<Journal.Sum> sums) {

    /** What came in of a currency, in millionths of it. */
    long received(String currency) {
      return sums.stream()
          .filter(sum -> sum.currency().equals(currency))
          .mapToLong(Journal.Sum::receivedMicros)
          .sum();
    }
  }

  /** The last days, today at the end. */
  List<Day> days() throws Refusal {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    LocalDate first = today.minusDays(DAYS - 1L);
    over.keySet().removeIf(day -> day.isBefore(first) || day.isAfter(today));
    List<Day> days = new ArrayList<>();
    for (LocalDate day = first; !day.isAfter(today); day = day.plusDays(1)) {
      days.add(new Day(day, sums(day)));
    }
    return days;
  }

  private List<Journal.Sum> sums(LocalDate day) throws Refusal {
    List<Journal.Sum> known = over.get(day);
    if (known != null) {
      return known;
    }
    long end = begin(day.plusDays(1));
    List<Journal.Sum> sums = journal.sums(begin(day), end);
    if (clock.instant().getEpochSecond() >= end + LATE_SECONDS) {
      over.put(day, sums);
    }
    return sums;
  }

  private static long begin(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
  }
}
