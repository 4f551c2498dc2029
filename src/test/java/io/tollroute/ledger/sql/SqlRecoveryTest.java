package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.ledger.BackofficeFilter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SqlRecoveryTest {

  @TempDir private Path folder;

  static List<String> lookedFor() {
    return List.of(
        SqlRecovery.STALE,
        SqlRecovery.DEAD_USES,
        SqlRecovery.DUE,
        SqlRecovery.UNDECIDED,
        SqlRecovery.ERASE_ANSWERS,
        SqlRecovery.ERASE_CLAIMS,
        SqlRecovery.ERASE_CREATIONS,
        SqlRecovery.ERASE_PENDING,
        SqlRecovery.ERASE_FREE,
        OldCharges.NEXT,
        SqlRecovery.ERASE_PROBES,
        SqlRecovery.ERASE_FAILURES,
        SqlLedger.END_LEASES,
        SqlLedger.UNDECIDED_BEFORE,
        SqlLedger.ALONE,
        SqlLedger.NOT_ALONE,
        SqlPayerHistory.PAID,
        SqlAnsweredCalls.COUNT,
        SqlAnsweredCalls.UNANSWERED,
        SqlAnsweredCalls.FAILED);
  }

  @ParameterizedTest
  @MethodSource("lookedFor")
  @DisplayName(
      "What the reconciler, a start, every claim and the figures for buyers look for is found in an index, however long the ledger is")
  void indexed(String sql) throws SQLException {
    String url = LedgerDatabase.SQLITE + folder.resolve("ledger.db");
    try (Connection connection = new LedgerDatabase(url).open()) {

      List<String> plan = plan(connection, sql);

      assertThat(plan).isNotEmpty();
      assertThat(plan)
          .filteredOn(step -> step.startsWith("SCAN") || step.startsWith("SEARCH"))
          .isNotEmpty()
          .allMatch(
              step -> step.startsWith("SEARCH") && step.contains("INDEX"), "an index is used");
    }
  }

  static List<String> ofAnAccountant() {
    return SqlJournal.STATEMENTS;
  }

  @ParameterizedTest
  @MethodSource("ofAnAccountant")
  @DisplayName("The money of a month is found by its time, however many months there are")
  void byTime(String sql) throws SQLException {
    String url = LedgerDatabase.SQLITE + folder.resolve("ledger.db");
    try (Connection connection = new LedgerDatabase(url).open()) {
      assertThat(plan(connection, sql)).anyMatch(step -> step.matches(".*INDEX.*_at>\\? AND .*"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "transaction, charge_transaction",
    "request, charge_request",
    "payment, charge_payment",
    "settled, charge_created_at"
  })
  @DisplayName("What an operator looks for is found in an index, however long the ledger is")
  void operatorsFilters(String mark, String index) throws Exception {
    Optional<String> none = Optional.empty();
    Optional<String> given = Optional.of("0x" + "ab".repeat(32));
    BackofficeFilter all = BackofficeFilter.everything();
    BackofficeFilter filter =
        new BackofficeFilter(
            none,
            none,
            none,
            all.since(),
            all.until(),
            all.limit(),
            none,
            new BackofficeFilter.Marks(
                mark.equals("transaction") ? given : none,
                mark.equals("request") ? given : none,
                mark.equals("payment") ? given : none,
                mark.equals("settled") ? 5 : 0,
                Long.MAX_VALUE));
    String url = LedgerDatabase.SQLITE + folder.resolve("ledger.db");
    try (Connection connection = new LedgerDatabase(url).open()) {
      assertThat(plan(connection, SqlBackoffice.chargesStatement(filter)))
          .anyMatch(step -> step.contains(index))
          .noneMatch(step -> step.startsWith("SCAN"));
    }
  }

  private static List<String> plan(Connection connection, String sql) throws SQLException {
    List<String> steps = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("EXPLAIN QUERY PLAN " + sql)) {
      while (rows.next()) {
        steps.add(rows.getString("detail"));
      }
    }
    return steps;
  }
}
