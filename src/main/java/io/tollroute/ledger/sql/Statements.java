package io.tollroute.ledger.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** Makes something of the row that the result stands at. */
  @FunctionalInterface
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
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

  /** Runs a statement that changes rows; says how many. An empty Optional is NULL. */
  int update(String sql, Object... values) throws SQLException {
    return bound(sql, values).executeUpdate();
  }

  /** The first row of a result. */
  <T> Optional<T> first(String sql, RowReader<T> reader, Object... values) throws SQLException {
    List<T> rows = all(sql, reader, values);
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
  }

  /** All rows of a result. */
  <T> List<T> all(String sql, RowReader<T> reader, Object... values) throws SQLException {
    try (ResultSet rows = bound(sql, values).executeQuery()) {
      List<T> read = new ArrayList<>();
      while (rows.next()) {
        read.add(reader.read(rows));
      }
      return read;
    }
  }

  private PreparedStatement bound(String sql, Object... values) throws SQLException {
    PreparedStatement statement = of(sql);
    for (int i = 0; i < values.length; i++) {
      bind(
          statement,
          i + 1,
          values[i] instanceof Optional<?> maybe ? maybe.orElse(null) : values[i]);
    }
    return statement;
  }

  private static void bind(PreparedStatement statement, int index, Object value)
      throws SQLException {
    if (value instanceof byte[] bytes) {
      statement.setBytes(index, bytes);
    } else {
      statement.setObject(index, value);
    }
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
