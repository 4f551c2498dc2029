package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PrepaidToken;
import io.tollroute.ledger.TokenHash;
import io.tollroute.testing.AtOnce;
import io.tollroute.testing.ShiftedClock;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SqlTokensTest {

  private static final long DAY = 24 * 3600;

  private final ShiftedClock clock = new ShiftedClock(Clock.systemUTC());

  @ParameterizedTest
  @EnumSource
  @DisplayName("calls for nothing are given once for a name, and forgotten a day after their end")
  void allowance(LedgerPlace.Kind kind) throws Exception {
    Transactions transactions = LedgerPlace.emptied(kind);
    SqlTokens tokens = new SqlTokens(transactions, clock, 365 * DAY);
    SqlRecovery recovery = new SqlRecovery(transactions, clock, 60, 900);

    PrepaidToken given = tokens.allow(free("one", 3), List.of("free_one")).orElseThrow();
    PrepaidToken again = tokens.allow(free("one", 5), List.of("free_one")).orElseThrow();
    PrepaidToken other = tokens.allow(free("two", 5), List.of("free_two")).orElseThrow();
    clock.advance(Duration.ofSeconds(DAY + 3600));
    recovery.eraseExpired();
    Optional<PrepaidToken> kept = tokens.find(given.id());
    clock.advance(Duration.ofSeconds(DAY));
    recovery.eraseExpired();

    assertThat(given.calls()).isEqualTo(3);
    assertThat(given.status(clock.instant().getEpochSecond() - 2 * DAY)).isEqualTo("paid");
    assertThat(given.isFree()).isTrue();
    assertThat(again).isEqualTo(given);
    assertThat(other.calls()).isEqualTo(5);
    assertThat(kept).contains(given);
    assertThat(tokens.find(given.id())).isEmpty();
    assertThat(tokens.find(other.id())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "where there are two places, a third name has no calls for nothing, though it asks at the same time")
  void places(LedgerPlace.Kind kind) throws Exception {
    SqlTokens tokens = new SqlTokens(LedgerPlace.emptied(kind), clock, 365 * DAY);
    List<String> places = List.of("free_first", "free_second");
    List<Callable<Boolean>> asked = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String name = "name " + i % 6;
      asked.add(() -> tokens.allow(free(name, 3), places).isPresent());
    }

    List<Boolean> given = AtOnce.run(asked, 30);

    Set<String> names = new TreeSet<>();
    for (int i = 0; i < 6; i++) {
      if (tokens.allow(free("name " + i, 3), places).isPresent()) {
        names.add("name " + i);
      }
    }
    assertThat(given).contains(true, false);
    assertThat(names).hasSize(2);
    assertThat(tokens.find("free_first")).isPresent();
    assertThat(tokens.find("free_second")).isPresent();
    assertThat(tokens.allow(free("name 6", 3), List.of("free_other"))).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a price of millionths is kept to the millionth, and so is for how much a call is")
  void fine(LedgerPlace.Kind kind) throws Exception {
    SqlTokens tokens = new SqlTokens(LedgerPlace.emptied(kind), clock, 365 * DAY);
    NewToken order =
        new NewToken(
            "pay_fine",
            TokenHash.of("fine"),
            "service",
            999_999_999_999L,
            "USD",
            7,
            Optional.of(12),
            "x402",
            Optional.empty(),
            clock.instant().getEpochSecond() + DAY);

    tokens.create(order, Optional.empty());

    PrepaidToken found = tokens.find("pay_fine").orElseThrow();
    assertThat(found.micros()).isEqualTo(999_999_999_999L);
    assertThat(found.totalMicros()).isEqualTo(6_999_999_999_993L);
    assertThat(found.units()).contains(12);
  }

  private NewToken free(String name, int calls) {
    return new NewToken(
        "free_" + name,
        TokenHash.of(name),
        "service",
        0,
        "USD",
        calls,
        Optional.empty(),
        "free",
        Optional.empty(),
        clock.instant().getEpochSecond() + DAY);
  }
}
