package io.tollroute.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.sql.RewritingTransactions;
import io.tollroute.ledger.sql.Transactions;
import io.tollroute.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A thousand histories. One that fails names its seed; {@code -Dtollroute.schedule.seed=<seed>}
 * plays that one alone and fails with its steps or passes.
 */
class RandomSchedulesIT {

  private static final String SEED = "tollroute.schedule.seed";
  private static final int SCHEDULES = Integer.getInteger("tollroute.schedules", 1000);

  /** What must have happened somewhere, or the schedules show nothing. */
  private static final List<String> WORTH_HAVING =
      List.of(
          "crash",
          "reconciler crash",
          "lapse",
          "lost reply",
          "settled and called failed",
          "price change",
          "sold AFTER",
          "sold FIRST",
          "sold JOB",
          "goes on",
          "sold TOKEN",
          "sold what was ordered",
          "sold USE",
          "answer_owed",
          "ended REFUND_DUE",
          "ended CREDITED",
          "ended ANSWERED",
          "settlement_refused",
          "settlement_unknown",
          "payment_in_progress",
          "payment_used",
          "idempotency_key_used",
          "facilitator_unavailable",
          "ledger_unavailable");

  /** An invariant that is broken, and not only an answer that nobody expected. */
  private static final String ANY = "(?!surprise |who had lost the lease ).*";

  @TempDir Path folder;

  @Test
  @DisplayName("the invariants hold after each of a thousand random schedules")
  void holds() throws Exception {
    Optional<Long> one = Optional.ofNullable(Long.getLong(SEED));
    long[] seeds = one.map(LongStream::of).orElse(LongStream.range(0, SCHEDULES)).toArray();
    Map<String, Integer> seen = new TreeMap<>();
    try (Stage stage = Stage.open(folder)) {
      for (long seed : seeds) {
        Schedule.Outcome outcome = stage.play(seed);
        outcome.seen().forEach((what, times) -> seen.merge(what, times, Integer::sum));
        assertThat(outcome.violations())
            .as("-D%s=%d%n%s", SEED, seed, String.join("\n", outcome.trace()))
            .isEmpty();
      }
    }
    if (one.isEmpty()) {
      assertThat(seen).containsKeys(WORTH_HAVING.toArray(String[]::new));
      assertThat(seen.get("settled and called failed")).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("brokenLedgers")
  @DisplayName("the same check catches a ledger that is broken on purpose")
  void catches(List<String> changes, UnaryOperator<String> rewriting, String violation)
      throws Exception {
    Store store = Store.fresh();
    for (String change : changes) {
      store.execute(change);
    }
    try (Stage stage = Stage.open(store, real -> broken(store, real, rewriting), folder)) {
      assertThat(firstViolations(stage)).anyMatch(found -> found.matches(violation));
    }
  }

  @Test
  @DisplayName("the same check catches a reader that believes every failed settlement")
  void catchesCredulity() throws Exception {
    try (Stage stage = Stage.open(folder, Credulous::new)) {
      assertThat(firstViolations(stage)).anyMatch(found -> found.matches(ANY));
    }
  }

  /** Reads each failure as one that excludes that money moved. */
  private record Credulous(Processor reader) implements Processor {
    @Override
    public void process(Exchange exchange) throws Exception {
      String said = exchange.getMessage().getBody(String.class);
      exchange
          .getMessage()
          .setBody(
              said == null
                  ? null
                  : said.replaceAll(
                      "transaction_failed|unexpected_settle_error", "insufficient_funds"));
      reader.process(exchange);
    }
  }

  private static List<String> firstViolations(Stage stage) {
    return LongStream.range(0, SCHEDULES)
        .mapToObj(seed -> violations(stage, seed))
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private static List<String> violations(Stage stage, long seed) {
    try {
      return stage.play(seed).violations();
    } catch (SQLException | IOException | Refusal e) {
      throw new IllegalStateException(e);
    }
  }

  private static Transactions broken(
      Store store, Transactions real, UnaryOperator<String> rewriting) {
    real.close();
    try {
      return new RewritingTransactions(PostgresServer.connect(store.url()), rewriting);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<Arguments> brokenLedgers() {
    UnaryOperator<String> asItIs = UnaryOperator.identity();
    return Stream.of(
        argumentSet(
            "no unique key",
            List.of("ALTER TABLE charge DROP CONSTRAINT charge_pkey"),
            asItIs,
            ANY),
        argumentSet(
            "no fencing",
            List.of(),
            rewriting("AND fence = ?", "AND (fence = ? OR TRUE)"),
            "who had lost the lease .*"),
        argumentSet(
            "release after settle",
            List.of(),
            rewriting(
                "SET lease_until = 0, updated_at = ? WHERE",
                "SET state = 'RELEASED', lease_until = 0, updated_at = ? WHERE"),
            ANY),
        argumentSet(
            "release of what may have been settled",
            List.of(),
            rewriting("SET state = 'UNKNOWN', unknown_at", "SET state = 'RELEASED', unknown_at"),
            ANY),
        argumentSet(
            "a use that does not come back",
            List.of(),
            rewriting("SET used = used - 1", "SET used = used - 0"),
            "[0-9]+ charges for .*"),
        argumentSet(
            "two uses for one request",
            List.of("ALTER TABLE charge DROP CONSTRAINT charge_identifier_key"),
            rewriting(
                "payment = ? AND fingerprint = ? AND (",
                "payment = ? AND fingerprint = ? AND FALSE AND ("),
            ANY),
        argumentSet(
            "more uses than were bought",
            List.of("ALTER TABLE payment DROP CONSTRAINT payment_check"),
            rewriting("AND used < calls", "AND used <= calls"),
            ANY));
  }

  private static UnaryOperator<String> rewriting(String from, String to) {
    return sql -> sql.replace(from, to);
  }
}
