package io.tollroute.payment;

import com.zaxxer.hikari.HikariDataSource;
import io.tollroute.call.Refusal;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.module.SharedDatabase;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.web.RequestIds;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Opens the ledger, and makes the books that are kept in it and the keys that seal it. */
public final class LedgerModule implements Module {

  private static final long PATIENCE_MILLIS = 5_000;
  private static final long DAY_SECONDS = 24L * 3600;

  @Override
  public void assemble(Assembly assembly) throws SettingsFault {
    Settings settings = assembly.settings();
    Clock clock = assembly.clock();
    LedgerDatabase database =
        new LedgerDatabase(
            settings.databaseUrl(),
            settings.optional("tollroute.database.username"),
            settings.optional("tollroute.database.password"));
    LedgerHealth commits = open(database, assembly);
    long keepSeconds = settings.whole("tollroute.keep-answer-seconds");
    long validSeconds = settings.whole("tollroute.payments.valid-days") * DAY_SECONDS;
    long settlementSeconds = assembly.require(Lease.class).ofSettlement();
    assembly.provide(
        SharedDatabase.class,
        (connections, patience) -> pool(database, assembly, connections, patience));
    assembly.provide(
        QuoteBook.class,
        new SqlQuotes(commits, clock, assembly.require(RequestIds.class).ofThisProcess()));
    SqlPayments payments = new SqlPayments(commits, clock, validSeconds);
    SqlLedger ledger = new SqlLedger(commits, clock, settlementSeconds, payments);
    SqlAccounts accounts = new SqlAccounts(commits, clock, validSeconds);
    SqlRecovery recovery = new SqlRecovery(commits, clock, settlementSeconds, keepSeconds);
    if (!database.isShared()) {
      takeOver(ledger, settings);
    }
    assembly.provide(PaymentBook.class, payments);
    assembly.provide(Ledger.class, ledger);
    assembly.provide(Accounts.class, accounts);
    assembly.provide(
        Decisions.class, new SqlDecisions(commits, clock, ledger, accounts, keepSeconds));
    assembly.provide(ChainSearches.class, new SqlChainSearches(commits, clock));
    SealKeys keys = keys(assembly);
    assembly.provide(AnswerSeal.class, new AnswerSeal(assembly.random(), keys));
    assembly.provide(SettlementSeal.class, new SettlementSeal(assembly.random(), keys));
    assembly.bean("ledgerHealth", commits);
    assembly.bean("ledger", ledger);
    assembly.bean("recovery", recovery);
    assembly.bean(
        "undecidedCharges",
        new UndecidedCharges(recovery, settings.whole("tollroute.alarm.undecided-seconds")));
  }

  private static LedgerHealth open(LedgerDatabase database, Assembly assembly)
      throws SettingsFault {
    Settings settings = assembly.settings();
    try {
      LedgerHealth commits =
          new LedgerHealth(
              database.commits(settings.whole("tollroute.database.connections"), PATIENCE_MILLIS),
              database::probe,
              assembly.clock());
      assembly.onClose(commits::close);
      assembly.ready("ledger", commits::objection);
      return commits;
    } catch (SQLException e) {
      throw DatabaseFault.of(settings, e);
    }
  }

  private static Optional<DataSource> pool(
      LedgerDatabase database, Assembly assembly, int connections, Duration patience) {
    if (!database.isShared()) {
      return Optional.empty();
    }
    HikariDataSource pool = database.forgetfulPool(connections, patience.toMillis());
    assembly.onClose(pool::close);
    return Optional.of(pool);
  }

  /** Whoever held a claim on the file of one process is dead. */
  private static void takeOver(SqlLedger ledger, Settings settings) throws SettingsFault {
    try {
      ledger.takeOverFromTheDead();
    } catch (Refusal e) {
      // the first thing that is written
      throw DatabaseFault.of(settings, e.getCause());
    }
  }

  /** With SQLite the key stands beside the file, as both are of one machine. */
  private static SealKeys keys(Assembly assembly) throws SettingsFault {
    Settings settings = assembly.settings();
    Optional<String> keys = settings.optional("tollroute.ledger.key");
    try {
      return keys.isPresent()
          ? SealKeys.of(keys.get())
          : SealKeys.inFile(
              Path.of(settings.databaseUrl().substring(LedgerDatabase.SQLITE.length()) + ".key"),
              assembly.random());
    } catch (FileSystemException e) {
      throw new SettingsFault(
          List.of("tollroute.ledger.key: " + e.getFile() + " can neither be read nor made"));
    } catch (IOException e) {
      throw new SettingsFault(List.of("tollroute.ledger.key: " + e.getMessage()));
    } catch (IllegalArgumentException e) {
      // its message may quote the key
      throw new SettingsFault(
          List.of("tollroute.ledger.key: is not 32 bytes in base64 (or several, with commas)"));
    }
  }
}
