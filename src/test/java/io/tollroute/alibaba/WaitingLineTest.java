package io.tollroute.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("In the line of those who wait for a rate")
class WaitingLineTest {

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  /** Milliseconds between two moments of a day. */
  private static final int STEP = 5;

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Alibaba's usual two calls a second. */
  private final WaitingLine line = new WaitingLine(Duration.ofMillis(500), 2, PATIENCE);

  private long now = Long.MAX_VALUE - SECOND;

  private Waiter arrive(String holder) {
    return line.arrive(holder, now);
  }

  /** A turn that comes in so many milliseconds. */
  private void turnIn(long millis) {
    line.turnAt(now + millis * MILLI, now);
  }

  private void pass(long millis) {
    now += millis * MILLI;
    line.advance(now);
  }

  @Test
  void a_turn_that_is_there_is_given_at_once() {
    Waiter waiter = arrive("a");
    assertThat(line.lacksTurn()).isTrue();

    turnIn(0);
    pass(0);

    assertThat(waiter.hasPassed()).isTrue();
    assertThat(line.lacksTurn()).isFalse();
    assertThat(line.size()).isZero();
  }

  @Test
  void a_turn_is_given_when_it_comes_and_not_before() {
    Waiter waiter = arrive("a");
    turnIn(500);

    pass(499);
    assertThat(waiter.waits()).isTrue();
    assertThat(line.quietFor(waiter, now)).isEqualTo(MILLI);
    pass(1);

    assertThat(waiter.hasPassed()).isTrue();
  }

  @Test
  void a_call_waits_for_a_second_and_is_refused_then() {
    Waiter waiter = arrive("a");

    pass(999);
    assertThat(waiter.waits()).isTrue();
    pass(1);

    assertThat(waiter.waits()).isFalse();
    assertThat(waiter.hasPassed()).isFalse();
  }

  @Test
  void when_no_turn_comes_in_time_all_are_refused_at_once() {
    List<Waiter> all = List.of(arrive("a"), arrive("b"));

    line.noTurn();

    assertThat(all).noneMatch(Waiter::waits).noneMatch(Waiter::hasPassed);
  }

  @Test
  void no_more_wait_than_will_have_a_turn_in_a_second() {
    Waiter first = arrive("a");
    Waiter second = arrive("b");
    Waiter third = arrive("c");
    turnIn(500);

    assertThat(List.of(first, second)).allMatch(Waiter::waits);
    assertThat(third.waits()).isFalse();
    assertThat(arrive("d").waits()).isFalse();
  }

  @Test
  void one_holder_waits_in_half_of_the_places() {
    arrive("a");
    turnIn(500);

    assertThat(arrive("a").waits()).as("a second call of his").isFalse();
    assertThat(arrive("b").waits()).as("a call of another").isTrue();
  }

  @Test
  void somebody_new_comes_before_the_next_turn_of_one_who_has_just_had_his() {
    Waiter had = arrive("flood");
    turnIn(0);
    pass(0);
    assertThat(had.hasPassed()).isTrue();
    Waiter again = arrive("flood");
    turnIn(500);
    Waiter newcomer = arrive("new");

    pass(500);

    assertThat(newcomer.hasPassed()).isTrue();
    assertThat(again.waits()).isTrue();
    turnIn(400);
    pass(400);
    assertThat(again.hasPassed()).isTrue();
  }

  @Test
  void somebody_new_takes_the_place_of_whoever_would_have_been_last() {
    for (String holder : List.of("a", "b")) {
      arrive(holder);
      turnIn(0);
      pass(0);
    }
    Waiter a = arrive("a");
    Waiter b = arrive("b");
    turnIn(500);
    assertThat(List.of(a, b)).allMatch(Waiter::waits);

    Waiter newcomer = arrive("new");

    assertThat(newcomer.waits()).isTrue();
    assertThat(a.waits()).isTrue();
    assertThat(b.waits()).isFalse();
    pass(500);
    assertThat(newcomer.hasPassed()).isTrue();
  }

  @Test
  void who_was_refused_comes_before_those_who_have_had_a_turn_since() {
    arrive("a");
    arrive("b");
    Waiter refused = arrive("late");
    turnIn(500);
    assertThat(refused.waits()).isFalse();
    pass(500);
    turnIn(499);
    pass(499);
    arrive("a");
    turnIn(500);
    pass(500);
    Waiter other = arrive("c");
    turnIn(500);

    Waiter again = arrive("late");
    pass(500);

    assertThat(again.hasPassed()).isTrue();
    assertThat(other.hasPassed()).isFalse();
  }

  @Test
  void nobody_saves_up_turns_by_staying_away_after_he_was_refused() {
    arrive("a");
    arrive("b");
    Waiter refused = arrive("away");
    turnIn(500);
    assertThat(refused.waits()).isFalse();
    for (int i = 0; i < 100; i++) {
      pass(500);
      arrive("a");
      turnIn(400);
    }
    pass(500);

    List<String> order = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Map<String, Waiter> both = new HashMap<>();
      both.put("away", arrive("away"));
      both.put("a", arrive("a"));
      turnIn(500);
      pass(500);
      both.forEach(
          (holder, waiter) -> {
            if (waiter.hasPassed()) {
              order.add(holder);
            }
            line.leave(waiter);
          });
    }

    assertThat(order.stream().filter("a"::equals).count()).isGreaterThanOrEqualTo(4);
  }

  @Test
  void who_leaves_keeps_no_place_and_no_turn_is_lost_with_him() {
    Waiter left = arrive("a");
    Waiter stays = arrive("b");
    turnIn(500);

    line.leave(left);
    pass(500);

    assertThat(left.hasPassed()).isFalse();
    assertThat(stays.hasPassed()).isTrue();
    assertThat(line.size()).isZero();
  }

  @Test
  void a_turn_that_nobody_waits_for_any_more_is_given_up_once() {
    Waiter only = arrive("a");
    turnIn(500);
    assertThat(line.giveUpTurn()).as("while he waits").isFalse();

    line.leave(only);

    assertThat(line.giveUpTurn()).isTrue();
    assertThat(line.giveUpTurn()).isFalse();
  }

  @Test
  void a_turn_goes_to_nobody_whose_patience_ended_before_it_came() {
    Waiter early = arrive("a");
    now += 600 * MILLI;
    Waiter later = arrive("b");
    turnIn(500);

    pass(500);

    assertThat(early.hasPassed()).isFalse();
    assertThat(later.hasPassed()).isTrue();
  }

  @Test
  void a_turn_that_came_in_time_is_given_although_the_clock_went_on() {
    Waiter waiter = arrive("a");
    turnIn(900);

    pass(5_000);

    assertThat(waiter.hasPassed()).isTrue();
  }

  @Test
  void holders_who_come_once_take_no_memory_for_ever() {
    for (int i = 0; i < 5_000; i++) {
      Waiter waiter = arrive("holder " + i);
      turnIn(0);
      pass(0);
      assertThat(waiter.hasPassed()).isTrue();
    }

    assertThat(line)
        .extracting("standings")
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .hasSizeLessThanOrEqualTo(1024);
  }

  /**
   * Two calls a second for so many seconds, told by a clock of the test's. Whoever floods has two
   * new calls there at every moment; the honest ones send one after the other, and come again a
   * second after they were refused.
   */
  private final class Day {

    private final Map<String, Integer> passed = new HashMap<>();
    private final Map<String, Long> longest = new HashMap<>();
    private final Map<String, List<Waiter>> inLine = new HashMap<>();
    private final Map<String, Long> since = new HashMap<>();
    private final Map<String, Long> notBefore = new HashMap<>();
    private final long start = now;
    private double tokens = 2;

    private void live(int seconds, List<String> flooding, List<String> honest, long from) {
      for (long milli = 0; milli < seconds * 1_000L; milli += STEP) {
        now = start + milli * MILLI;
        tokens = Math.min(2, tokens + 0.002 * STEP);
        flooding.forEach(this::flood);
        if (milli >= from) {
          honest.forEach(this::buy);
        }
        turns();
        honest.forEach(this::look);
        flooding.forEach(this::look);
      }
    }

    private void turns() {
      for (int i = 0; i < 4; i++) {
        line.advance(now);
        if (line.lacksTurn()) {
          long wait = tokens >= 1 ? 0 : (long) Math.ceil((1 - tokens) / 0.002) * MILLI;
          if (wait > SECOND) {
            line.noTurn();
          } else {
            tokens -= 1;
            line.turnAt(now + wait, now);
          }
        }
      }
      if (line.giveUpTurn()) {
        tokens += 1;
      }
    }

    private void flood(String holder) {
      List<Waiter> his = inLine.computeIfAbsent(holder, key -> new ArrayList<>());
      for (int i = 0; i < 2; i++) {
        his.add(arrive(holder));
      }
    }

    private void buy(String holder) {
      List<Waiter> his = inLine.computeIfAbsent(holder, key -> new ArrayList<>());
      if (his.isEmpty() && now - notBefore.getOrDefault(holder, now) >= 0) {
        since.putIfAbsent(holder, now);
        his.add(arrive(holder));
      }
    }

    private void look(String holder) {
      List<Waiter> his = inLine.getOrDefault(holder, List.of());
      for (Waiter waiter : List.copyOf(his)) {
        if (waiter.waits()) {
          continue;
        }
        his.remove(waiter);
        if (waiter.hasPassed()) {
          passed.merge(holder, 1, Integer::sum);
          if (since.containsKey(holder)) {
            longest.merge(holder, now - since.remove(holder), Math::max);
          }
        } else if (since.containsKey(holder)) {
          notBefore.put(holder, now + SECOND);
        }
      }
    }

    private int passed(String holder) {
      return passed.getOrDefault(holder, 0);
    }
  }

  @Test
  @DisplayName(
      "one who floods takes half of the rate from another, and the other waits for one turn")
  void flood() {
    Day day = new Day();

    day.live(60, List.of("flood"), List.of("honest"), 5_300);

    assertThat(day.longest.get("honest")).isLessThanOrEqualTo(1_000 * MILLI);
    assertThat(day.passed("honest")).isBetween(50, 120);
    assertThat(day.passed("honest") + day.passed("flood")).isBetween(118, 123);
  }

  @Test
  @DisplayName("one who floods alone has the whole rate")
  void alone() {
    Day day = new Day();

    day.live(60, List.of("flood"), List.of(), 0);

    assertThat(day.passed("flood")).isBetween(118, 123);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6, 10})
  @DisplayName("each of many who flood has his turn, and an honest one waits for one turn of each")
  void many(int flooding) {
    Day day = new Day();
    List<String> holders = IntStream.range(0, flooding).mapToObj(i -> "flood " + i).toList();

    day.live(100, holders, List.of("honest"), 5_300);

    int all = holders.stream().mapToInt(day::passed).sum() + day.passed("honest");
    assertThat(all).as("the rate").isBetween(198, 203);
    // a round, and until he comes again
    long most = (flooding + 1) * SECOND / 2 + 2 * SECOND;
    assertThat(day.longest.get("honest")).as("until he is served").isLessThanOrEqualTo(most);
    assertThat(day.since)
        .as("nobody is left")
        .allSatisfy((who, since) -> assertThat(now - since).isLessThanOrEqualTo(most));
    int share = 200 / (flooding + 1);
    assertThat(holders)
        .allSatisfy(
            holder ->
                assertThat(day.passed(holder)).as(holder).isGreaterThanOrEqualTo(share * 8 / 10));
  }

  @Test
  @DisplayName("honest ones among themselves all get through")
  void honest() {
    Day day = new Day();
    List<String> holders = IntStream.range(0, 8).mapToObj(i -> "honest " + i).toList();

    day.live(100, List.of(), holders, 0);

    assertThat(holders).allSatisfy(holder -> assertThat(day.passed(holder)).isGreaterThan(10));
    assertThat(day.longest.values())
        .allSatisfy(longest -> assertThat(longest).isLessThanOrEqualTo(12 * SECOND));
  }
}
