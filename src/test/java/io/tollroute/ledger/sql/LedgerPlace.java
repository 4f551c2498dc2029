package io.tollroute.ledger.sql;

import io.tollroute.ledger.PrivateFile;
import io.tollroute.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

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
}
