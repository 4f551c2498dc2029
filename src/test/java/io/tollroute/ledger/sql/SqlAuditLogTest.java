package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollroute.ledger.AuditLog;
import io.tollroute.ledger.AuditLog.Entry;
import io.tollroute.ledger.AuditLog.Filter;
import io.tollroute.ledger.AuditLog.Intent;
import io.tollroute.ledger.BackofficePage;
import io.tollroute.ledger.Objection;
import io.tollroute.sandbox.MutableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "{0}")
@EnumSource(LedgerPlace.Kind.class)
@DisplayName("The log of what operators did")
class SqlAuditLogTest {

  private final MutableClock clock = new MutableClock();

  @Parameter private LedgerPlace.Kind kind;
  private AuditLog log;

  @BeforeEach
  void open() throws Exception {
    log = new SqlAuditLog(LedgerPlace.emptied(kind), clock, new SecureRandom());
  }

  private static Intent refund(String object) {
    return new Intent("token", "page", "refund", object, "cents 20; note sorry");
  }

  private List<Entry> all(Filter filter) throws Exception {
    List<Entry> all = new ArrayList<>();
    for (Optional<Filter> next = Optional.of(filter); next.isPresent(); ) {
      BackofficePage<Entry> page = log.entries(next.get());
      all.addAll(page.rows());
      next = page.next().map(filter::from);
    }
    return all;
  }

  private static Filter everything(int limit) {
    return new Filter(Optional.empty(), 0, Long.MAX_VALUE, limit, Optional.empty());
  }

  @Test
  @DisplayName("has an action from before it is done, and its outcome when it is over")
  void twoSteps() throws Exception {
    String id = log.begin(refund("pay_1"));

    assertThat(all(everything(10)))
        .containsExactly(new Entry(id, clock.millis(), refund("pay_1"), Optional.empty(), ""));
    long began = clock.millis();
    clock.advance(Duration.ofSeconds(3));
    log.end(id, "refused", "It was refunded before.");

    assertThat(all(everything(10)))
        .containsExactly(
            new Entry(
                id, began, refund("pay_1"), Optional.of("refused"), "It was refunded before."));
  }

  @Test
  @DisplayName("takes an outcome once: what is written stays")
  void once() throws Exception {
    String id = log.begin(refund("pay_1"));
    log.end(id, "done", "");

    assertThatThrownBy(() -> log.end(id, "refused", "no")).isNotNull();
    assertThat(all(everything(10)).get(0).outcome()).contains("done");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 500})
  @DisplayName("is read newest first, in pages of any size, by object and by time")
  void pages(int limit) throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      ids.add(0, log.begin(refund(i % 2 == 0 ? "pay_even" : "pay_odd")));
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(all(everything(limit))).extracting(Entry::id).isEqualTo(ids);
    assertThat(all(Filter.of("pay_odd", limit)))
        .extracting(Entry::id)
        .containsExactly(ids.get(1), ids.get(3), ids.get(5));
    long now = clock.instant().getEpochSecond();
    assertThat(all(new Filter(Optional.empty(), now - 3, now - 1, limit, Optional.empty())))
        .extracting(Entry::id)
        .containsExactly(ids.get(1), ids.get(2));
  }

  @Test
  @DisplayName("cuts what is too long, and refuses a page that cannot be")
  void bounds() throws Exception {
    log.begin(
        new Intent("w".repeat(999), "s".repeat(99), "a".repeat(99), "o\0k", "d".repeat(9999)));

    Intent kept = all(everything(10)).get(0).intent();
    assertThat(kept.who()).hasSize(128);
    assertThat(kept.object()).isEqualTo("ok");
    assertThat(kept.detail()).hasSize(1000);
    for (int limit : new int[] {0, -1, 501}) {
      assertThatThrownBy(() -> log.entries(everything(limit))).isInstanceOf(Objection.class);
    }
    assertThatThrownBy(() -> log.entries(everything(5).from("1'; DROP TABLE charge")))
        .isInstanceOf(Objection.class);
  }

  @Test
  @DisplayName("nothing in the product changes or erases a row of it")
  void appendOnly() throws Exception {
    try (var files = Files.walk(Path.of("src/main"))) {
      List<Path> read = files.filter(file -> file.toString().matches(".*\\.(java|sql)")).toList();
      assertThat(read).hasSizeGreaterThan(100);
      for (Path file : read) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContainPattern("(?i)(UPDATE|DELETE FROM|DROP TABLE|TRUNCATE) +operator_");
      }
    }
  }
}
