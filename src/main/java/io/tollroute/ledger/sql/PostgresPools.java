package io.tollroute.ledger.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections to a PostgreSQL server; every wait for it is bounded. */
final class PostgresPools {

  private static final int CONNECT_SECONDS = 3;
  private static final long MIGRATION_SECONDS = 120;
  private static final long LOOK_SECONDS = 5;

  private final String url;
  private final Optional<String> username;
  private final Optional<String> password;

  PostgresPools(String url, Optional<String> username, Optional<String> password) {
    this.url = url;
    this.username = username;
    this.password = password;
  }

  /** Connections for the migration, which may take its time. */
  DataSource patient() {
    return source(MIGRATION_SECONDS);
  }

  /** Connections for a look, which must not take long. */
  DataSource brief() {
    return source(LOOK_SECONDS);
  }

  /** A pool whose commits are on the disk, and on the standby if there is one, when they return. */
  HikariDataSource durable(int size, long patienceMillis) {
    return pool("ledger", size, patienceMillis, "on");
  }

  /** A pool whose last commits may be lost when the server crashes. */
  HikariDataSource forgetful(int size, long patienceMillis) {
    return pool("rate-gate", size, patienceMillis, "off");
  }

  private HikariDataSource pool(String name, int size, long patienceMillis, String durability) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setDataSource(source(Math.max(1, patienceMillis / 1000)));
    config.setMaximumPoolSize(size);
    config.setAutoCommit(false);
    // otherwise the settings below stay in an open transaction: the server ends it, or a rollback
    // takes
    // them back
    config.setIsolateInternalQueries(true);
    config.setConnectionTimeout(Math.max(250, patienceMillis / 2));
    config.setValidationTimeout(Math.max(250, Math.min(1_000, patienceMillis / 2)));
    config.setInitializationFailTimeout(-1);
    // no statement_timeout: it would end a commit's wait for the standby, which then looks done.
    // Statements have one of the driver's, which leaves commits alone
    config.setConnectionInitSql(
        "SET synchronous_commit = "
            + durability
            + "; SET lock_timeout = "
            + Math.max(1, patienceMillis / 2)
            + "; SET idle_in_transaction_session_timeout = "
            + patienceMillis * 2);
    return new HikariDataSource(config);
  }

  private PGSimpleDataSource source(long socketSeconds) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    username.ifPresent(source::setUser);
    password.ifPresent(source::setPassword);
    source.setApplicationName("tollroute");
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setLoginTimeout(CONNECT_SECONDS);
    source.setSocketTimeout((int) socketSeconds);
    source.setTcpKeepAlive(true);
    // a detail quotes the values of a row
    source.setLogServerErrorDetail(false);
    return source;
  }
}
