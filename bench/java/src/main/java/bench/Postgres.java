package bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.tollroute.testing.PostgresBinaries;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Function;

/**
 * A real PostgreSQL server that waits for the disk as one should, unpacked from Maven's repository,
 * and what it counts. It ends with its standard input, so that it outlives nobody.
 *
 * <p>GET /create?name makes an empty database; GET /commits?name tells how many transactions were
 * committed in it, and how many times a rate was taken from. The server learns both from a
 * connection at its end, so the counts are complete when nobody is connected.
 *
 * <p>Arguments: port of these two, and the folder to unpack it in.
 */
public final class Postgres {

  private static final String COMMITS =
      "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";
  private static final String TURNS =
      "SELECT coalesce(sum(n_tup_ins + n_tup_upd), 0) FROM pg_stat_user_tables"
          + " WHERE relname = 'rate_gate'";

  private final EmbeddedPostgres server;

  private Postgres(EmbeddedPostgres server) {
    this.server = server;
  }

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[1]);
    File unpacked = new PostgresBinaries(folder).unpacked();
    Postgres postgres =
        new Postgres(
            PostgresBinaries.server(unpacked, Files.createTempDirectory(folder, "data-"))
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start());
    HttpServer http =
        HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 0);
    http.createContext("/create", call -> answer(call, postgres::create));
    http.createContext("/commits", call -> answer(call, postgres::commits));
    http.start();
    try (InputStream parent = System.in) {
      parent.transferTo(OutputStream.nullOutputStream());
    } finally {
      postgres.server.close();
      http.stop(0);
    }
  }

  private String create(String name) {
    execute("postgres", "CREATE DATABASE " + name);
    return "{\"url\":\"jdbc:postgresql://127.0.0.1:%d/%s\"}".formatted(server.getPort(), name);
  }

  private String commits(String name) {
    return "{\"commits\":%d,\"turns\":%d}".formatted(number(name, COMMITS), number(name, TURNS));
  }

  private void execute(String database, String sql) {
    try (Connection connection = server.getDatabase("postgres", database).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private long number(String database, String sql) {
    try (Connection connection = server.getDatabase("postgres", database).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void answer(HttpExchange call, Function<String, String> work) throws IOException {
    try (call) {
      byte[] json = work.apply(call.getRequestURI().getQuery()).getBytes(StandardCharsets.UTF_8);
      call.sendResponseHeaders(200, json.length);
      call.getResponseBody().write(json);
    }
  }
}
