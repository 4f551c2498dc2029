package io.tollroute.ledger.sql;

import io.tollroute.ledger.CopyContents;
import io.tollroute.ledger.PrivateFile;
import io.tollroute.ledger.UnusableCopy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.sqlite.SQLiteDataSource;

/** A copy of an SQLite ledger that nobody else has open. */
public final class SqliteCopy {

  /** What SQLite writes beside a file. */
  private static final List<String> BESIDE = List.of("-wal", "-shm", "-journal");

  private static final String LOG = "-wal";
  private static final long CHUNK = 4L << 20;

  private final Path file;

  /** The copy at {@code file}, whether it is there already or not. */
  public SqliteCopy(Path file) {
    this.file = file.toAbsolutePath();
  }

  /** Called again and again while something is copied. */
  @FunctionalInterface
  public interface Pulse<E extends Exception> {

    /** A piece was copied; throws when the rest need not be. */
    void beat() throws E;
  }

  /**
   * Takes a ledger that is held still by the process that has it open, and then its log. From
   * another process only: with an end of reading, a process's own locks on a file end.
   *
   * @throws IOException when it cannot be read or written; what was written is then deleted
   */
  public <E extends Exception> void take(Path ledger, Pulse<E> pulse) throws IOException, E {
    try {
      copy(ledger, file, pulse);
      Path log = beside(ledger, LOG);
      if (Files.exists(log)) {
        copy(log, beside(file, LOG), pulse);
      }
    } catch (IOException | RuntimeException e) {
      delete();
      throw e;
    }
  }

  /** The same of a copy that no process has open. */
  public void take(Path copy) throws IOException {
    take(copy, () -> {});
  }

  /**
   * Takes a ledger that no process has open.
   *
   * @return false when one has
   * @throws IOException when it cannot be read or written; what was written is then deleted
   */
  public boolean takeClosed(Path ledger) throws IOException {
    delete();
    new PrivateFile(file).make();
    try (Connection locked = new SqliteFile(LedgerDatabase.SQLITE + ledger).connect(0);
        PreparedStatement statement = locked.prepareStatement("VACUUM INTO ?")) {
      statement.setString(1, file.toString());
      statement.execute();
      return true;
    } catch (SQLException e) {
      delete();
      if (DatabaseTrouble.of(e).equals(Optional.of(DatabaseTrouble.TAKEN))) {
        return false;
      }
      throw new IOException(words(e, "it cannot be copied"), e);
    }
  }

  private static String words(Throwable failure, String otherwise) {
    return DatabaseTrouble.of(failure).map(DatabaseTrouble::words).orElse(otherwise);
  }

  private static <E extends Exception> void copy(Path from, Path to, Pulse<E> pulse)
      throws IOException, E {
    Files.deleteIfExists(to);
    new PrivateFile(to).make();
    try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
        FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
      // the log grows meanwhile; what comes later is not asked for
      long size = in.size();
      long done = 0;
      while (done < size) {
        long copied = in.transferTo(done, Math.min(CHUNK, size - done), out);
        if (copied <= 0) {
          throw new IOException(from + " became shorter while it was copied");
        }
        done += copied;
        pulse.beat();
      }
      out.force(true);
    }
  }

  /** Copies a small file for its owner alone, durably. */
  public static void copySmall(Path from, Path to) throws IOException {
    copy(from, to, () -> {});
  }

  /**
   * Makes one file of the copy and its log, and looks whether all of it can be read.
   *
   * @throws UnusableCopy when it is no ledger, is damaged, or is of a later release
   */
  public CopyContents settle() throws UnusableCopy, IOException {
    if (!Files.isRegularFile(file) || Files.size(file) == 0) {
      throw new UnusableCopy("there is nothing in it");
    }
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl(LedgerDatabase.SQLITE + file);
    try {
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA synchronous = FULL");
        statement.execute("PRAGMA journal_mode = DELETE");
        String found = text(statement, "PRAGMA integrity_check(1)");
        if (!"ok".equals(found)) {
          throw new UnusableCopy("it is damaged: " + found);
        }
      }
      String schema = schema(LedgerDatabase.schema(source, LedgerDatabase.OF_BOTH));
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement()) {
        return new CopyContents(
            schema,
            number(statement, "SELECT COUNT(*) FROM charge"),
            number(statement, "SELECT COUNT(*) FROM payment"),
            Math.max(
                number(statement, "SELECT COALESCE(MAX(updated_at), 0) FROM charge"),
                number(statement, "SELECT COALESCE(MAX(updated_at), 0) FROM payment")));
      }
    } catch (SQLException | FlywayException e) {
      throw new UnusableCopy(words(e, "it cannot be read as a ledger"));
    }
  }

  private static String schema(Flyway flyway) throws UnusableCopy {
    String version = "";
    for (MigrationInfo step : flyway.info().all()) {
      if (step.getState().isFailed()) {
        throw new UnusableCopy(
            "step " + step.getVersion() + " of its schema began and did not end");
      }
      if (step.getState().isApplied() && !step.getState().isResolved()) {
        throw new UnusableCopy(
            "its schema has step " + step.getVersion() + ", which this release does not know");
      }
      version = step.getState().isApplied() ? String.valueOf(step.getVersion()) : version;
    }
    if (version.isEmpty()) {
      throw new UnusableCopy("it is no ledger of Tollroute's");
    }
    return version;
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  /** Whether a process has the ledger open; where none has, its log is taken into it. */
  public static boolean isTaken(Path ledger) {
    try (Connection locked = new SqliteFile(LedgerDatabase.SQLITE + ledger).connect(0)) {
      return locked.isClosed();
    } catch (SQLException e) {
      // what is damaged no shop has open
      return DatabaseTrouble.of(e).equals(Optional.of(DatabaseTrouble.TAKEN));
    }
  }

  /** Gives it another name, and what is beside it; what had that name is replaced. */
  public void moveTo(Path to) throws IOException {
    for (String part : BESIDE) {
      Path own = beside(file, part);
      Files.deleteIfExists(beside(to, part));
      if (Files.exists(own)) {
        Files.move(own, beside(to, part));
      }
    }
    Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder =
        FileChannel.open(to.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /** Leaves nothing of it. */
  public void delete() throws IOException {
    Files.deleteIfExists(file);
    for (String part : BESIDE) {
      Files.deleteIfExists(beside(file, part));
    }
  }

  private static Path beside(Path path, String part) {
    return path.toAbsolutePath().resolveSibling(path.getFileName() + part);
  }
}
