package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.PrivateFile;
import io.tollroute.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Databases of a test class by name, all of one kind; each keeps what was written. */
public final class LedgerPlace {

  /** The kinds of database that a ledger can be in. */
  public enum Kind {
    SQLITE,
    POSTGRESQL
  }

  private static final long PATIENCE_MILLIS = 5_000;
  private static final int CONNECTIONS = 8;

  private final Kind kind;
  private final Path folder;
  private final Map<String, String> urls = new ConcurrentHashMap<>();

  /** SQLite files are made in {@code folder}. */
  LedgerPlace(Kind kind, Path folder) {
    this.kind = kind;
    this.folder = folder;
  }

  /** The database of that name, made when it is new. */
  Transactions open(String name) throws SQLException {
    return database(name).transactions(CONNECTIONS, PATIENCE_MILLIS);
  }

  /**
   * The database of a kind that all tests of this JVM share who want an empty one; it is emptied
   * now, and closing it does nothing.
   */
  static Transactions emptied(Kind kind) throws Exception {
    Transactions shared = Shared.OF_A_KIND.get(kind);
    shared.commit(
        statements ->
            Stream.of(
                    "charge",
                    "payment",
                    "quote",
                    "operator_action",
                    "operator_outcome",
                    "failed_call",
                    "event",
                    "probe")
                .mapToInt(table -> delete(statements, table))
                .sum());
    return new Transactions() {
      @Override
      public <T> T commit(Work<T> work) throws Refusal {
        return shared.commit(work);
      }

      @Override
      public void close() {
        // the next test goes on with it
      }
    };
  }

  private static int delete(Statements statements, String table) {
    try {
      return statements.update("DELETE FROM " + table);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private LedgerDatabase database(String name) throws SQLException {
    if (kind == Kind.SQLITE) {
      Template.copyTo(file(name));
      return new LedgerDatabase(LedgerDatabase.SQLITE + file(name));
    }
    if (!urls.containsKey(name)) {
      urls.put(name, PostgresServer.shared().ledgerDatabase());
    }
    return new LedgerDatabase(
        urls.get(name), Optional.of(PostgresServer.USERNAME), Optional.empty());
  }

  /** The file of a database, if it has one. */
  Path file(String name) {
    return folder.resolve(name + ".db");
  }

  boolean isFile() {
    return kind == Kind.SQLITE;
  }

  /** A file with the ledger's tables, migrated once: a copy is what each test would make. */
  private static final class Template {

    private static final byte[] FILE = migrated();

    private static byte[] migrated() {
      try {
        Path folder = Files.createTempDirectory("ledger");
        Path file = folder.resolve("ledger.db");
        new LedgerDatabase(LedgerDatabase.SQLITE + file).transactions(1, PATIENCE_MILLIS).close();
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        Files.delete(folder);
        return bytes;
      } catch (SQLException | IOException e) {
        throw new IllegalStateException("no ledger could be made", e);
      }
    }

    static void copyTo(Path file) throws SQLException {
      if (Files.exists(file)) {
        return;
      }
      try {
        new PrivateFile(file).close();
        Files.write(file, FILE);
      } catch (IOException e) {
        throw new SQLException(e);
      }
    }
  }

  private static final class Shared {

    private static final Map<Kind, Transactions> OF_A_KIND = opened();

    private static Map<Kind, Transactions> opened() {
      try {
        Path folder = Files.createTempDirectory(Path.of("target"), "ledger-");
        Map<Kind, Transactions> opened = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
          opened.put(kind, new LedgerPlace(kind, folder).open("shared"));
        }
        return opened;
      } catch (SQLException | IOException e) {
        throw new IllegalStateException("no ledger could be opened", e);
      }
    }
  }
}
