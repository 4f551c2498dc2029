package io.tollroute.ledger.sql;

import io.tollroute.ledger.PrivateFile;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.sqlite.SQLiteDataSource;

/** The ledger's SQLite file, which one connection at a time holds exclusively. */
final class SqliteFile implements SoleConnection.Source {

  private static final long LEAST_ROOM = 1 << 20;
  private static final long LEAST_FOR_A_FILE = 1 << 16;

  private final String url;
  private final Path file;
  private Optional<Object> identity = Optional.empty();

  SqliteFile(String url) {
    this.url = url;
    // what follows a question mark is for the driver
    this.file =
        Path.of(url.substring(LedgerDatabase.SQLITE.length()).replaceFirst("\\?.*", ""))
            .toAbsolutePath();
  }

  /** Makes it, empty, where there is none, for its owner alone. */
  void make() throws SQLException {
    try {
      // SQLite gives what it writes beside the file the file's own permissions
      new PrivateFile(file).make();
    } catch (IOException e) {
      throw new SQLException(
          "it cannot be made: " + e.getMessage(), hasNoRoom() ? "53100" : null, e);
    }
  }

  private boolean hasNoRoom() {
    try {
      return Files.getFileStore(file.getParent()).getUsableSpace() < LEAST_FOR_A_FILE;
    } catch (IOException noFolder) {
      return false;
    }
  }

  @Override
  public Connection connect(int busyMillis) throws SQLException {
    if (identity.isPresent()) {
      // it would make an empty file where the ledger was
      check();
    }
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl(url);
    source.setBusyTimeout(busyMillis);
    // the driver would ask for the number of every row it inserts
    source.setGetGeneratedKeys(false);
    Connection connection = source.getConnection();
    try (Statement statement = connection.createStatement()) {
      // first of all: who looks into the log before shares it by a file that a full disk has no
      // room for
      statement.execute("PRAGMA locking_mode = EXCLUSIVE");
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
      // takes the exclusive lock now rather than with the first sale
      statement.execute("BEGIN EXCLUSIVE");
      statement.execute("COMMIT");
      identity = identity();
      return connection;
    } catch (SQLException e) {
      closeAfter(connection, e);
      throw e;
    }
  }

  private static void closeAfter(Connection connection, SQLException failure) {
    try {
      connection.close();
    } catch (SQLException unclosed) {
      failure.addSuppressed(unclosed);
    }
  }

  /** Where it is. */
  Path path() {
    return file;
  }

  /** By what the file is known on this machine, as long as it is the same. */
  Optional<Object> identity() throws SQLException {
    try {
      return Files.exists(file)
          ? Optional.ofNullable(Files.readAttributes(file, BasicFileAttributes.class).fileKey())
          : Optional.empty();
    } catch (IOException e) {
      throw new SQLException("the file cannot be looked at", "58P01", e);
    }
  }

  @Override
  public void check() throws SQLException {
    if (identity.isPresent() && !identity.equals(identity())) {
      throw new SQLException("the file was removed or replaced", "58P01");
    }
  }

  @Override
  public long logBytes() {
    try {
      return Files.size(file.resolveSibling(file.getFileName() + "-wal"));
    } catch (IOException notThere) {
      return 0;
    }
  }

  /** A call needs more than a page, so a disk with a little room is still full. */
  @Override
  public void checkRoom() throws SQLException {
    try {
      FileStore disk = Files.getFileStore(file);
      if (disk.getUsableSpace() < Math.min(LEAST_ROOM, disk.getTotalSpace() / 4)) {
        throw new SQLException("there is hardly room on the disk", "53100");
      }
    } catch (IOException e) {
      throw new SQLException("the disk cannot be looked at", "58030", e);
    }
  }
}
