package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.UnaryOperator;

/** Commits whose statements were changed on the way: a ledger that is broken on purpose. */
public final class RewritingTransactions implements Transactions {

  private final Connection connection;
  private final UnaryOperator<String> rewriting;

  /** Takes over the connection. */
  public RewritingTransactions(Connection connection, UnaryOperator<String> rewriting)
      throws SQLException {
    this.connection = connection;
    this.rewriting = rewriting;
    connection.setAutoCommit(false);
  }

  @Override
  public synchronized <T> T commit(Work<T> work) throws Refusal {
    try (Statements statements = new Statements(rewritten())) {
      T result = work.run(statements);
      connection.commit();
      return result;
    } catch (SQLException e) {
      rollback(e);
      throw Refusal.of("ledger_unavailable").causedBy(e);
    }
  }

  private Connection rewritten() {
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("prepareStatement")) {
                return connection.prepareStatement(rewriting.apply((String) arguments[0]));
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void rollback(SQLException failure) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
