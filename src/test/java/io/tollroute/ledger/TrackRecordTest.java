package io.tollroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.AnsweredCalls.Answered;
import io.tollroute.sandbox.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is known of how a service did lately")
class TrackRecordTest {

  private static final long DAY = 86_400;

  private final MutableClock clock = new MutableClock();
  private final Books books = new Books();
  private final TrackRecord record = new TrackRecord(books, books, clock);

  /** One second of each call. */
  private static final class Books implements AnsweredCalls, Probes {

    private final List<Long> calls = new ArrayList<>();
    private final Map<String, Long> unanswered = new HashMap<>();
    private final Map<String, Long> failed = new HashMap<>();
    private boolean away;
    private long longest;
    private int asked;

    @Override
    public Map<String, Answered> between(long from, long until) throws Refusal {
      if (away) {
        throw Refusal.of("ledger_unavailable");
      }
      asked++;
      longest = Math.max(longest, until - from);
      Map<String, Answered> found = new HashMap<>();
      calls.stream()
          .filter(at -> at >= from && at < until)
          .forEach(at -> found.merge("service", new Answered(1, at), Answered::and));
      return found;
    }

    @Override
    public Map<String, Long> unanswered(long from, long until) throws Refusal {
      if (away) {
        throw Refusal.of("ledger_unavailable");
      }
      return unanswered;
    }

    @Override
    public Map<String, Long> failed(long from) {
      return failed;
    }

    @Override
    public boolean take(String service, long begunAt, long pauseSeconds, long leaseSeconds) {
      return false;
    }

    @Override
    public void ended(String service, long begunAt, Last last) {
      // nobody takes one here
    }

    @Override
    public Map<String, Last> last() {
      return Map.of();
    }
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private Map<String, Answered> known() {
    record.refresh();
    return record.answered();
  }

  @Test
  @DisplayName("is nothing before the first look, and for a service without a call")
  void nothing() {
    assertThat(record.answered()).isEmpty();
    assertThat(known()).isEmpty();
  }

  @Test
  @DisplayName("is of thirty days, of which today is one")
  void days() {
    long midnight = now() - now() % DAY;
    books.calls.addAll(List.of(now(), midnight - 29 * DAY, midnight - 29 * DAY - 1));

    assertThat(known()).isEqualTo(Map.of("service", new Answered(2, now())));
    clock.advance(Duration.ofDays(1));
    assertThat(known()).isEqualTo(Map.of("service", new Answered(1, now() - DAY)));
    clock.advance(Duration.ofDays(29));
    assertThat(known()).isEmpty();
  }

  @Test
  @DisplayName("takes in what was paid yesterday and answered today")
  void late() {
    assertThat(known()).isEmpty();
    books.calls.add(now() - DAY);

    assertThat(known()).isEqualTo(Map.of("service", new Answered(1, now() - DAY)));
  }

  @Test
  @DisplayName("is the same object as long as nothing changes")
  void same() {
    books.calls.add(now());
    Map<String, Answered> first = known();

    assertThat(known()).isSameAs(first);
    books.calls.add(now());
    assertThat(known()).isNotEqualTo(first);
  }

  @Test
  @DisplayName("asks for two days at most at a time, and for what is long past once a day")
  void gently() {
    known();
    int first = books.asked;
    known();

    assertThat(books.longest).isEqualTo(2 * DAY);
    assertThat(first).isEqualTo(TrackRecord.DAYS - 1);
    assertThat(books.asked).isEqualTo(first + 1);
  }

  @Test
  @DisplayName("counts what is long past again when something of it may have been paid back")
  void paidBack() {
    long longPast = now() - 9 * DAY;
    books.calls.addAll(List.of(longPast, now()));
    assertThat(known()).isEqualTo(Map.of("service", new Answered(2, now())));

    books.calls.remove(longPast);
    books.unanswered.put("service", 1L);

    assertThat(known()).isEqualTo(Map.of("service", new Answered(1, now())));
    assertThat(record.known().unanswered()).isEqualTo(Map.of("service", 1L));
    int asked = books.asked;
    known();
    assertThat(books.asked).isEqualTo(asked + 1);
  }

  @Test
  @DisplayName("says when it was read, and nothing of it while the ledger does not answer")
  void read() {
    assertThat(record.known().at()).isEmpty();
    known();
    assertThat(record.known().at()).contains(clock.instant());

    books.away = true;
    known();
    assertThat(record.known().at()).isEmpty();
  }

  @Test
  @DisplayName("is nothing while the ledger does not answer, and there again when it does")
  void away() {
    books.calls.add(now());
    assertThat(known()).isNotEmpty();

    books.away = true;
    assertThat(known()).isEmpty();
    books.away = false;
    assertThat(known()).isEqualTo(Map.of("service", new Answered(1, now())));
  }
}
