package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Ledger;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Errors that end a transaction of SQLite by themselves, each as SQLite does it. */
@Timeout(60)
class SoleConnectionTest {

  private static final String INSERT = "INSERT INTO note VALUES (?, zeroblob(?))";

  @TempDir private Path folder;
  private Disk disk;
  private Transactions transactions;

  /** File and log with a commit that the connection does not know of, and so leaves there. */
  private record Left(Path path, byte[] content, byte[] log) {

    static Left of(Path path) throws IOException {
      return new Left(path, Files.readAllBytes(path), Files.readAllBytes(Path.of(path + "-wal")));
    }

    void putBack() throws IOException {
      Files.write(path, content);
      Files.write(Path.of(path + "-wal"), log);
    }
  }

  /** The file, on a disk that can be full and whose commits can fail. */
  private static final class Disk implements SoleConnection.Source {

    private final Path path;
    private final SqliteFile file;
    private volatile boolean full;
    private volatile Optional<SQLiteErrorCode> failing = Optional.empty();
    private volatile boolean doneAllTheSame;
    private volatile Optional<Left> left = Optional.empty();
    private int connections;

    Disk(Path path) {
      this.path = path;
      this.file = new SqliteFile(LedgerDatabase.SQLITE + path);
    }

    @Override
    public Connection connect(int busyMillis) throws SQLException {
      Connection connection = file.connect(busyMillis);
      connections++;
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA max_page_count = " + (full ? 4 : 1_000_000));
      }
      return failing.isPresent() ? withFailingCommit(connection) : connection;
    }

    private Connection withFailingCommit(Connection connection) {
      return proxy(
          Connection.class,
          connection,
          (proxy, method, arguments) -> {
            if (method.getName().equals("commit") && failing.isPresent()) {
              throw endedByItself(connection);
            }
            if (left.isPresent() && method.getName().equals("createStatement")) {
              return withoutLog(connection.createStatement());
            }
            Object result = method.invoke(connection, arguments);
            if (left.isPresent() && method.getName().equals("close")) {
              left.get().putBack();
              left = Optional.empty();
            }
            return result;
          });
    }

    private SQLException endedByItself(Connection connection) throws SQLException, IOException {
      SQLiteErrorCode code = failing.orElseThrow();
      failing = Optional.empty();
      if (code != SQLiteErrorCode.SQLITE_BUSY) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(doneAllTheSame ? "COMMIT" : "ROLLBACK");
        }
      }
      if (doneAllTheSame) {
        left = Optional.of(Left.of(path));
      }
      return new SQLiteException("by the test", code);
    }

    /** It does not know of the commit of its own that reached the disk. */
    private static Statement withoutLog(Statement statement) {
      return proxy(
          Statement.class,
          statement,
          (proxy, method, arguments) ->
              method.getName().equals("executeQuery")
                  ? statement.executeQuery("SELECT 0, 0, 0")
                  : method.invoke(statement, arguments));
    }

    private static <T> T proxy(Class<T> type, T real, InvocationHandler handler) {
      return type.cast(
          Proxy.newProxyInstance(
              real.getClass().getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) -> {
                try {
                  return handler.invoke(proxy, method, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              }));
    }

    @Override
    public void check() throws SQLException {
      file.check();
    }

    @Override
    public void checkRoom() throws SQLException {
      file.checkRoom();
    }
  }

  @BeforeEach
  void open() throws Exception {
    disk = new Disk(folder.resolve("sole.db"));
    reopen();
    transactions.commit(
        statements -> statements.update("CREATE TABLE note (id INTEGER, text BLOB)"));
  }

  private void reopen() throws SQLException {
    if (transactions != null) {
      transactions.close();
    }
    transactions = new GroupCommit(new SoleConnection(disk), 10_000);
    disk.connections = 1;
  }

  @AfterEach
  void close() {
    transactions.close();
  }

  @Test
  @DisplayName("work that the disk is full for leaves nothing, nor does what comes after it")
  void full() throws Exception {
    disk.full = true;
    reopen();

    Refusal refusal =
        refused(
            statements -> {
              statements.update(INSERT, 1, 10);
              return statements.update(INSERT, 2, 100_000);
            });

    assertThat(refusal.reason()).isEmpty();
    assertThat(DatabaseTrouble.of(refusal.getCause())).contains(DatabaseTrouble.FULL);
    assertThat(transactions.<Integer>commit(statements -> statements.update(INSERT, 3, 10)))
        .isEqualTo(1);
    disk.full = false;
    refused(statements -> statements.update(INSERT, 4, 100_000));
    assertThat(write(5)).isEqualTo(1);
    assertThat(ids()).containsExactly(3, 5);
  }

  @ParameterizedTest(name = "{0} at a commit: in doubt: {1}")
  @CsvSource({
    "SQLITE_FULL, false",
    "SQLITE_IOERR, false",
    "SQLITE_IOERR_FSYNC, false",
    "SQLITE_IOERR_WRITE, false",
    "SQLITE_READONLY, false",
    "SQLITE_CORRUPT, false",
    "SQLITE_CANTOPEN, false",
    "SQLITE_BUSY, false",
    "SQLITE_NOMEM, true",
    "SQLITE_INTERRUPT, true",
    "SQLITE_ERROR, true"
  })
  @DisplayName("a commit that ends its transaction leaves nothing, and the next one is whole")
  void atCommit(SQLiteErrorCode code, boolean inDoubt) throws Exception {
    disk.failing = Optional.of(code);
    reopen();

    Refusal refusal = refused(statements -> statements.update(INSERT, 1, 10));

    assertThat(refusal.reason().filter(Ledger.IN_DOUBT::equals).isPresent()).isEqualTo(inDoubt);
    refused(
        statements -> {
          statements.update(INSERT, 2, 10);
          throw new IllegalStateException("a defect");
        });
    assertThat(write(3)).isEqualTo(1);
    assertThat(ids()).as("nothing was committed by itself").containsExactly(3);
    assertThat(disk.connections).isGreaterThan(1);
  }

  @ParameterizedTest(name = "{0} after the commit has reached the disk is in doubt")
  @EnumSource(
      value = SQLiteErrorCode.class,
      names = {"SQLITE_IOERR_FSYNC", "SQLITE_FULL", "SQLITE_NOMEM"})
  @DisplayName("a commit that failed and is found on the disk is not said to be nothing")
  void doneAllTheSame(SQLiteErrorCode code) throws Exception {
    disk.failing = Optional.of(code);
    disk.doneAllTheSame = true;
    reopen();

    Refusal refusal = refused(statements -> statements.update(INSERT, 1, 10));

    assertThat(refusal.reason()).contains(Ledger.IN_DOUBT);
    assertThat(write(2)).isEqualTo(1);
    assertThat(ids()).containsExactly(1, 2);
  }

  @Test
  @DisplayName("an error of the machine in one piece of work is told to its caller only")
  void error() throws Exception {
    refused(
        statements -> {
          statements.update(INSERT, 1, 10);
          throw new StackOverflowError();
        });

    assertThat(write(2)).isEqualTo(1);
    assertThat(ids()).containsExactly(2);
  }

  private Refusal refused(Transactions.Work<Integer> work) {
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> transactions.commit(work));
    assertThat(refusal).as("it was not refused").isNotNull();
    assertThat(refusal.word()).isEqualTo("ledger_unavailable");
    return refusal;
  }

  /** As a caller does who is told to come again. */
  private int write(int id) throws Exception {
    for (int i = 0; i < 100; i++) {
      try {
        return transactions.commit(statements -> statements.update(INSERT, id, 10));
      } catch (Refusal e) {
        Thread.sleep(50);
      }
    }
    return 0;
  }

  private List<Integer> ids() throws Refusal {
    return transactions.commit(
        statements -> statements.all("SELECT id FROM note ORDER BY id", row -> row.getInt(1)));
  }
}
