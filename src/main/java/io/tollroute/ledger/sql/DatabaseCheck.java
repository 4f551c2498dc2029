package io.tollroute.ledger.sql;

import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import io.tollroute.settings.MaskedUrl;
import io.tollroute.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.sqlite.SQLiteDataSource;

/**
 * Whether the ledger's database can be reached and written, and of which version its schema is.
 * Nothing is written: a transaction is begun and taken back. A file that is not there is not made.
 */
public final class DatabaseCheck implements Check {

  private static final String URL = "tollroute.database.url";
  private static final String DATABASE = "database";
  private static final String SCHEMA = "schema";

  /** Connections of a replica beside those for transactions: they keep shared rates. */
  private static final int OTHERS = 4;

  private final Settings settings;
  private final String url;

  /** Looks at the database of {@code settings}. */
  public DatabaseCheck(Settings settings) {
    this.settings = settings;
    this.url = settings.databaseUrl();
  }

  @Override
  public List<Finding> look() {
    try {
      if (url.startsWith(LedgerDatabase.SQLITE)) {
        return file(Path.of(url.substring(LedgerDatabase.SQLITE.length())));
      }
      return url.startsWith(LedgerDatabase.POSTGRESQL) ? server() : unreadable();
    } catch (IllegalArgumentException e) {
      return unreadable();
    } catch (SQLException e) {
      return List.of(
          Finding.fail(
              DATABASE,
              DatabaseFault.of(settings, e).getMessage(),
              "mend it before the next start; a shop that is open takes no payment meanwhile"));
    }
  }

  private static List<Finding> unreadable() {
    return List.of(Finding.skip(DATABASE, URL + " is no address of one"));
  }

  private List<Finding> file(Path file) throws SQLException {
    if (Files.isDirectory(file)) {
      return List.of(
          Finding.fail(DATABASE, URL + ": " + file + " is a folder", "name a file in it"));
    }
    if (!Files.exists(file)) {
      return List.of(absent(file));
    }
    if (!Files.isReadable(file) || !Files.isWritable(file)) {
      return List.of(
          Finding.fail(
              DATABASE,
              URL + ": " + file + " cannot be read and written by " + user(),
              "run this as the user of serve, or give that user the file"));
    }
    if (!Files.isWritable(file.toAbsolutePath().getParent())) {
      return List.of(
          Finding.fail(
              DATABASE,
              URL + ": " + user() + " may write nothing beside " + file + ", as its log must be",
              "give the user of serve the folder"));
    }
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl(url);
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      if (DatabaseTrouble.of(e).equals(Optional.of(DatabaseTrouble.TAKEN))) {
        return List.of(
            Finding.skip(
                DATABASE,
                file + " is open in another process, which has it to itself: the shop, if it runs",
                "where no shop runs on it, end the process that has it"));
      }
      throw e;
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok(DATABASE, file + " can be read and written"));
    findings.add(schema(LedgerDatabase.schema(source, LedgerDatabase.OF_BOTH), true));
    return findings;
  }

  private static Finding absent(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    while (folder != null && !Files.exists(folder)) {
      folder = folder.getParent();
    }
    return folder != null && Files.isDirectory(folder) && Files.isWritable(folder)
        ? Finding.ok(DATABASE, file + " is not there yet; the first start makes it")
        : Finding.fail(
            DATABASE,
            URL + ": " + file + " is not there and cannot be made by " + user(),
            "name a file in a folder that the user of serve may write");
  }

  private static String user() {
    return System.getProperty("user.name", "this user");
  }

  private List<Finding> server() throws SQLException {
    DataSource source =
        new PostgresPools(
                url,
                settings.optional("tollroute.database.username"),
                settings.optional("tollroute.database.password"))
            .brief();
    List<Finding> findings = new ArrayList<>();
    boolean mayMake;
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT pg_is_in_recovery(),"
                    + " coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),"
                    + " coalesce(has_table_privilege(to_regclass('charge')::oid,"
                    + " 'INSERT, UPDATE'), true),"
                    + " current_setting('max_connections')::int"
                    + " - current_setting('superuser_reserved_connections')::int")) {
      row.next();
      if (row.getBoolean(1)) {
        return List.of(
            Finding.fail(
                DATABASE,
                URL + ": " + where() + " is a standby that can only be read",
                "name the primary"));
      }
      mayMake = row.getBoolean(2);
      findings.add(
          row.getBoolean(3)
              ? Finding.ok(DATABASE, where() + " can be read and written")
              : Finding.fail(
                  DATABASE,
                  where() + " lets " + username() + " not write the books",
                  "grant the role of tollroute.database.username the tables"));
      connections(row.getInt(4)).ifPresent(findings::add);
    }
    findings.add(
        schema(
            LedgerDatabase.schema(source, LedgerDatabase.OF_BOTH, LedgerDatabase.OF_POSTGRESQL),
            mayMake));
    return findings;
  }

  private Optional<Finding> connections(int most) {
    int each = settings.whole("tollroute.database.connections") + OTHERS;
    return each <= most
        ? Optional.empty()
        : Optional.of(
            Finding.warn(
                DATABASE,
                "a replica takes up to " + each + " connections, and the server has " + most,
                "lower tollroute.database.connections, or raise max_connections"));
  }

  private String where() {
    return MaskedUrl.of(url);
  }

  private String username() {
    return settings.text("tollroute.database.username");
  }

  private Finding schema(Flyway flyway, boolean mayMake) throws SQLException {
    MigrationInfo[] all;
    try {
      all = flyway.info().all();
    } catch (FlywayException e) {
      throw LedgerDatabase.cause(e);
    }
    String is = "";
    String newest = "";
    boolean unknown = false;
    boolean behind = false;
    for (MigrationInfo step : all) {
      if (step.getState().isFailed()) {
        return Finding.fail(
            SCHEMA,
            "step " + step.getVersion() + " of the schema began and did not end",
            "restore the backup from before the upgrade, and start again");
      }
      String version = String.valueOf(step.getVersion());
      is = step.getState().isApplied() ? version : is;
      newest = step.getState().isResolved() ? version : newest;
      unknown |= step.getState().isApplied() && !step.getState().isResolved();
      behind |= step.getState().isResolved() && !step.getState().isApplied();
    }
    if (unknown) {
      return Finding.warn(
          SCHEMA,
          "the books are of version " + is + ", and this release knows up to " + newest,
          "run the release that wrote them, or a newer one");
    }
    if (behind && !mayMake) {
      return Finding.fail(
          SCHEMA,
          "the next start has to bring the schema to version "
              + newest
              + ", and "
              + username()
              + " may make no tables",
          "grant CREATE on the schema to the role of tollroute.database.username");
    }
    if (behind && is.isEmpty()) {
      return Finding.ok(SCHEMA, "there is none yet; the first start makes version " + newest);
    }
    return behind
        ? Finding.warn(
            SCHEMA,
            "the books are of version " + is + "; the next start brings them to " + newest,
            "make a backup first")
        : Finding.ok(SCHEMA, "version " + is + ", as this release has it");
  }
}
