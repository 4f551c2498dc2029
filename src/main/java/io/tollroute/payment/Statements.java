package io.tollroute.payment;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Prepared statements of one connection, each prepared once. */
public final class Statements implements AutoCloseable {

  private final Connection connection;
  private final int seconds;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Statements(Connection connection) {
    this(connection, 0);
  }

  /** Each is cancelled when it runs longer than {@code seconds}, if that is not 0. */
  Statements(Connection connection, int seconds) {
    this.connection = connection;
    this.seconds = seconds;
  }

  PreparedStatement of(String sql) throws SQLException {
    PreparedStatement known = prepared.get(sql);
    if (known == null) {
      known = connection.prepareStatement(sql);
      known.setQueryTimeout(seconds);
      prepared.put(sql, known);
    }
    return known;
  }

  /** Closes what was prepared; a driver may keep it for the next time. */
  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : prepared.values()) {
      statement.close();
    }
    prepared.clear();
  }
}
