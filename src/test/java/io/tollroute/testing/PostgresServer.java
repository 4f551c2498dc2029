package io.tollroute.testing;

import io.tollroute.ledger.sql.LedgerDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL server, unpacked from Maven's repository and run beside the tests. */
public final class PostgresServer implements AutoCloseable {

  /** The role that may do everything; it needs no password. */
  public static final String USERNAME = "postgres";

  /** The build's own: another's half of an unpacking, or a full /tmp, is nothing to us. */
  private static final Path FOLDER =
      Path.of(System.getProperty("postgres.folder", "target/postgres"));

  private static final long PATIENCE_MILLIS = 20_000;

  private final AtomicInteger databases = new AtomicInteger();
  private final Path data;
  private volatile EmbeddedPostgres server;
  private Optional<String> template = Optional.empty();

  private PostgresServer(Path data) throws IOException {
    this.data = data;
    this.server = started(0);
  }

  /** The server that all tests of this JVM share; it is never stopped. */
  public static PostgresServer shared() {
    return Shared.SERVER;
  }

  /** A server of one's own, to be stopped and started again. */
  public static PostgresServer own() throws IOException {
    return new PostgresServer(
        Files.createTempDirectory(Files.createDirectories(FOLDER), "data-").toAbsolutePath());
  }

  private EmbeddedPostgres started(int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        PostgresBinaries.server(new PostgresBinaries(FOLDER.toAbsolutePath()).unpacked(), data)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setServerConfig("fsync", "off");
    return (port == 0 ? builder : builder.setPort(port)).start();
  }

  /** Makes an empty database and returns the URL by which {@link #USERNAME} reaches it. */
  public String freshDatabase() throws SQLException {
    String name = "tollroute_" + databases.incrementAndGet();
    execute(url("postgres"), "CREATE DATABASE " + name);
    return url(name);
  }

  /**
   * Makes a database with the ledger's tables, by copying one that was migrated before: the same as
   * a fresh one after the product's first look at it, in a fraction of the time.
   */
  public String ledgerDatabase() throws SQLException {
    String name = "tollroute_" + databases.incrementAndGet();
    synchronized (this) {
      if (template.isEmpty()) {
        String made = freshDatabase();
        new LedgerDatabase(made, Optional.of(USERNAME), Optional.empty())
            .transactions(1, PATIENCE_MILLIS)
            .close();
        template = Optional.of(made.substring(made.lastIndexOf('/') + 1));
      }
      execute(url("postgres"), "CREATE DATABASE " + name + " TEMPLATE " + template.get());
    }
    return url(name);
  }

  /** Makes an empty database that keeps its tables in a folder of one's own. */
  public String freshDatabaseOn(Path folder) throws SQLException {
    String name = "tollroute_" + databases.incrementAndGet();
    execute(url("postgres"), "CREATE TABLESPACE " + name + " LOCATION '" + folder + "'");
    execute(url("postgres"), "CREATE DATABASE " + name + " TABLESPACE " + name);
    return url(name);
  }

  /** Settings, as environment variables, with which a shop keeps its ledger in the database. */
  public static Map<String, String> settings(String url) {
    return Map.of("TOLLROUTE_DATABASE_URL", url, "TOLLROUTE_DATABASE_USERNAME", USERNAME);
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + database;
  }

  /** A connection of the test's own to a database. */
  public static Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(url, USERNAME, "");
  }

  /** Does what a test needs done in a database. */
  public static void execute(String url, String sql) throws SQLException {
    try (Connection connection = connect(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** From now on asks every role but {@link #USERNAME} for its password. */
  public void askForPasswords() throws SQLException, IOException {
    Files.writeString(
        data.resolve("pg_hba.conf"),
        "host all " + USERNAME + " 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
    execute(url("postgres"), "SELECT pg_reload_conf()");
  }

  /** Goes away and breaks every connection. What was committed stays. */
  public void stop() throws IOException {
    server.close();
  }

  /** Comes back at the same address. */
  public void start() throws IOException {
    server = started(server.getPort());
  }

  /** Stops for good and leaves no file. */
  @Override
  public void close() throws IOException {
    stop();
    PostgresBinaries.delete(data);
  }

  private static final class Shared {

    static final PostgresServer SERVER = server();

    private static PostgresServer server() {
      try {
        PostgresServer server = own();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server), "postgres-end"));
        return server;
      } catch (IOException e) {
        throw new IllegalStateException("no PostgreSQL server can be started here", e);
      }
    }

    private static void end(PostgresServer server) {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
