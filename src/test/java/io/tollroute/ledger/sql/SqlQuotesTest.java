package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.ledger.QuoteBook;
import io.tollroute.ledger.QuoteBook.Offered;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.ShiftedClock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlQuotesTest {

  private static final Offered OLD = new Offered("face", "{\"price\":\"0.20\"}", 300);
  private static final Offered NEW = new Offered("face", "{\"price\":\"0.30\"}", 200);
  private static final Offered OTHER = new Offered("voice", "{\"price\":\"0.20\"}", 300);

  @TempDir Path folder;

  private final ShiftedClock clock = new ShiftedClock(Clock.systemUTC());

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgresql"})
  @DisplayName("Terms stand while they are offered and for their validity after that")
  void stands(String kind) throws Exception {
    try (Transactions transactions = transactions(kind)) {
      QuoteBook one = new SqlQuotes(transactions, clock, "one");
      QuoteBook two = new SqlQuotes(transactions, clock, "two");
      one.open(List.of(OLD, OTHER));
      two.open(List.of(OLD));
      assertThat(two.standing("face")).containsExactly(OLD.terms());
      assertThat(two.standing("voice")).containsExactly(OTHER.terms());
      assertThat(two.standing("nothing")).isEmpty();

      clock.advance(Duration.ofSeconds(10));
      one.open(List.of(NEW));
      one.close(List.of(OLD));
      assertThat(one.standing("face")).containsExactlyInAnyOrder(NEW.terms(), OLD.terms());
      two.close(List.of(OLD));
      clock.advance(Duration.ofSeconds(295));
      assertThat(one.renew()).as("it offers two").isEqualTo(2);
      assertThat(one.standing("face")).containsExactly(NEW.terms(), OLD.terms());
      clock.advance(Duration.ofSeconds(10));
      assertThat(one.standing("face")).containsExactly(NEW.terms());

      one.open(List.of(OLD));
      assertThat(one.renew()).isEqualTo(3);
      clock.advance(Duration.ofSeconds(355));
      assertThat(one.standing()).as("a dead process's").hasSize(2).doesNotContain(NEW.terms());
      clock.advance(Duration.ofSeconds(10));
      assertThat(one.standing()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgresql"})
  @DisplayName("What a process was away for too long to keep is forgotten, and it is told so")
  void forgotten(String kind) throws Exception {
    try (Transactions transactions = transactions(kind)) {
      QuoteBook away = new SqlQuotes(transactions, clock, "away");
      away.open(List.of(OLD, NEW));
      clock.advance(Duration.ofSeconds(1_000));
      assertThat(new SqlQuotes(transactions, clock, "other").renew()).isZero();
      assertThat(away.renew()).isZero();

      away.open(List.of(OLD));
      assertThat(away.renew()).isEqualTo(1);
      assertThat(away.standing("face")).containsExactly(OLD.terms());
    }
  }

  @Test
  @DisplayName("A PostgreSQL database of before gets the table although its own numbers are higher")
  void upgrade() throws Exception {
    String url = PostgresServer.shared().freshDatabase();
    transactions(url, Optional.of(PostgresServer.USERNAME)).close();
    PostgresServer.execute(url, "DROP TABLE quote");
    PostgresServer.execute(url, "ALTER TABLE charge DROP COLUMN pay_to");
    PostgresServer.execute(url, "DELETE FROM flyway_schema_history WHERE version = '7'");

    try (Transactions transactions = transactions(url, Optional.of(PostgresServer.USERNAME))) {
      QuoteBook quotes = new SqlQuotes(transactions, clock, "one");
      quotes.open(List.of(OLD));
      assertThat(quotes.standing()).containsExactly(OLD.terms());
    }
  }

  private Transactions transactions(String kind) throws Exception {
    return kind.equals("sqlite")
        ? transactions("jdbc:sqlite:" + folder.resolve("ledger.db"), Optional.empty())
        : transactions(
            PostgresServer.shared().freshDatabase(), Optional.of(PostgresServer.USERNAME));
  }

  private static Transactions transactions(String url, Optional<String> username) throws Exception {
    return new LedgerDatabase(url, username, Optional.empty()).transactions(4, 20_000);
  }
}
