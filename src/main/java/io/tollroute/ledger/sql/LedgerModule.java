package io.tollroute.ledger.sql;

import com.zaxxer.hikari.HikariDataSource;
import io.tollroute.answer.RequestIds;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.AuditLog;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.ChainSearches;
import io.tollroute.ledger.CommitWatch;
import io.tollroute.ledger.Decisions;
import io.tollroute.ledger.EventBacklog;
import io.tollroute.ledger.Jobs;
import io.tollroute.ledger.Journal;
import io.tollroute.ledger.Lease;
import io.tollroute.ledger.Ledger;
import io.tollroute.ledger.LedgerLoad;
import io.tollroute.ledger.Listings;
import io.tollroute.ledger.OpenCharges;
import io.tollroute.ledger.Outbox;
import io.tollroute.ledger.PayerHistory;
import io.tollroute.ledger.Probes;
import io.tollroute.ledger.QuoteBook;
import io.tollroute.ledger.RestoreMark;
import io.tollroute.ledger.StillFile;
import io.tollroute.ledger.TokenBook;
import io.tollroute.ledger.TrackRecord;
import io.tollroute.ledger.UndecidedCharges;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.module.SharedDatabase;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the ledger, and makes the books that are kept in it. */
public final class LedgerModule implements Module {

  private static final Logger LOG = LoggerFactory.getLogger(LedgerModule.class);
  private static final String RESTORED = "tollroute.ledger.restored-at";
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
    LedgerHealth health = open(database, assembly);
    restored(settings).ifPresent(mark -> assembly.provide(RestoreMark.class, mark));
    long keepSeconds = settings.whole("tollroute.keep-answer-seconds");
    long validSeconds = settings.whole("tollroute.payments.valid-days") * DAY_SECONDS;
    Lease lease = Lease.longest(assembly.contributions(Lease.class));
    long settlementSeconds = lease.ofSettlement();
    assembly.provide(Lease.class, lease);
    assembly.provide(
        SharedDatabase.class,
        (connections, patience) -> pool(database, assembly, connections, patience));
    assembly.provide(
        QuoteBook.class,
        // what no other is called names a process as well as a request
        new SqlQuotes(health, clock, assembly.require(RequestIds.class).next()));
    Optional<SqlOutbox> outbox = outbox(database, health, assembly);
    EventBook events = outbox.<EventBook>map(book -> book).orElse(EventBook.NONE);
    SqlTokens tokens = new SqlTokens(health, clock, validSeconds, events);
    SqlLedger ledger = new SqlLedger(health, clock, settlementSeconds, tokens, events);
    SqlBackoffice backoffice = new SqlBackoffice(health, clock, validSeconds, events);
    SqlRecovery recovery = new SqlRecovery(health, clock, settlementSeconds, keepSeconds, events);
    if (!database.isShared()) {
      takeOver(ledger, settings);
    }
    assembly.provide(TokenBook.class, tokens);
    assembly.provide(Ledger.class, ledger);
    assembly.provide(Backoffice.class, backoffice);
    assembly.provide(
        Decisions.class, new SqlDecisions(health, clock, ledger, backoffice, keepSeconds));
    assembly.provide(PayerHistory.class, new SqlPayerHistory(health, clock));
    assembly.provide(Jobs.class, new SqlJobs(health, clock));
    assembly.provide(Journal.class, new SqlJournal(health));
    assembly.provide(Listings.class, new SqlListings(health));
    assembly.provide(AuditLog.class, new SqlAuditLog(health, clock, assembly.random()));
    SqlProbes probes = new SqlProbes(health);
    assembly.provide(Probes.class, probes);
    assembly.provide(OpenCharges.class, new SqlOpenCharges(health));
    assembly.provide(LedgerLoad.class, new LedgerLoad(health::busy, health::waiting));
    assembly.provide(ChainSearches.class, new SqlChainSearches(health, clock));
    assembly.bean(
        "trackRecord",
        assembly.provide(
            TrackRecord.class, new TrackRecord(new SqlAnsweredCalls(health), probes, clock)));
    assembly.bean("ledgerHealth", health);
    assembly.bean("ledger", ledger);
    assembly.bean("recovery", recovery);
    assembly.bean(
        "oldCharges",
        new OldCharges(
            health, clock, settings.whole("tollroute.keep-accounts-days"), !database.isShared()));
    assembly.bean(
        "undecidedCharges",
        assembly.provide(
            UndecidedCharges.class,
            new UndecidedCharges(recovery, settings.whole("tollroute.alarm.undecided-seconds"))));
  }

  /** What receivers are told, where there is one. */
  private static Optional<SqlOutbox> outbox(
      LedgerDatabase database, Transactions transactions, Assembly assembly) {
    Settings settings = assembly.settings();
    Optional<SqlOutbox> outbox =
        settings
            .optional("tollroute.events")
            .map(
                endpoint ->
                    new SqlOutbox(
                        transactions,
                        assembly.clock(),
                        settings.text("tollroute.public-url"),
                        // of one file the only process goes on where the one before it died
                        database.isShared()
                            ? assembly.require(RequestIds.class).next()
                            : "the only process"));
    outbox.ifPresent(book -> assembly.provide(Outbox.class, book));
    EventBacklog backlog =
        assembly.provide(
            EventBacklog.class,
            new EventBacklog(
                outbox.map(book -> book), settings.whole("tollroute.alarm.events-seconds")));
    assembly.bean("eventBacklog", backlog);
    return outbox;
  }

  private static LedgerHealth open(LedgerDatabase database, Assembly assembly)
      throws SettingsFault {
    Settings settings = assembly.settings();
    try {
      Transactions transactions =
          database.transactions(settings.whole("tollroute.database.connections"), PATIENCE_MILLIS);
      assembly.provide(
          StillFile.class,
          database.stillFile(transactions, assembly.require(RequestIds.class)::next));
      LedgerHealth health =
          new LedgerHealth(
              timed(transactions, assembly.contributions(CommitWatch.class)),
              database::probe,
              assembly.clock());
      assembly.onClose(health::close);
      assembly.ready("ledger", health::objection);
      return health;
    } catch (SQLException e) {
      throw DatabaseFault.of(settings, e);
    }
  }

  /** Whether the ledger was restored from a backup; a server's the operator has to say. */
  private static Optional<RestoreMark> restored(Settings settings) throws SettingsFault {
    Optional<RestoreMark> mark;
    try {
      Optional<Path> file = settings.ledgerFile(settings.home());
      mark =
          settings.optional(RESTORED).isPresent()
              ? settings.optional(RESTORED).map(RestoreMark::of)
              : file.isPresent() ? RestoreMark.beside(file.get()) : Optional.empty();
    } catch (IOException e) {
      throw new SettingsFault(List.of(String.valueOf(e.getMessage())));
    } catch (IllegalArgumentException e) {
      throw new SettingsFault(List.of(RESTORED + ": is " + e.getMessage()));
    }
    mark.ifPresent(
        found ->
            LOG.warn(
                "the ledger was restored at {}; payments of before that it does not know are not"
                    + " taken (docs/upgrade.md)",
                Instant.ofEpochSecond(found.at())));
    return mark;
  }

  private static Transactions timed(Transactions transactions, List<CommitWatch> watches) {
    return watches.isEmpty() ? transactions : new TimedTransactions(transactions, watches);
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
}
