package io.tollroute.ops;

import java.sql.SQLException;
import java.util.Optional;

/** Says why the ledger's database cannot be used, in one line that names what to mend. */
final class DatabaseFault {

  private static final String URL = "tollroute.database.url";

  private DatabaseFault() {}

  static String line(Settings settings, SQLException fault) {
    String url = MaskedUrl.of(settings.databaseUrl());
    String state = Optional.ofNullable(fault.getSQLState()).orElse("");
    String said = " (" + message(fault) + ")";
    return switch (state) {
      case "3D000" -> URL + ": " + url + " is not a database of that server" + said;
      case "28P01" ->
          "tollroute.database.password: " + url + " refuses " + username(settings) + " with it";
      case "28000" ->
          "tollroute.database.username: "
              + url
              + " does not let "
              + username(settings)
              + " in"
              + said;
      case "08004" ->
          settings.optional("tollroute.database.password").isEmpty()
              ? "tollroute.database.password: " + url + " asks for one"
              : "tollroute.database.password: " + url + " does not take it" + said;
      case "08001", "08006" -> URL + ": " + url + " cannot be reached" + said;
      case "42501" ->
          "tollroute.database.username: "
              + username(settings)
              + " may not make tables in "
              + url
              + said;
      default ->
          isBusy(fault)
              ? URL + ": " + url + " is open in another process; an SQLite file has room for one"
              : URL + ": " + url + " cannot be opened" + said;
    };
  }

  private static boolean isBusy(SQLException fault) {
    return message(fault).contains("SQLITE_BUSY");
  }

  private static String username(Settings settings) {
    return settings.text("tollroute.database.username");
  }

  private static String message(SQLException fault) {
    return MaskedUrl.in(String.valueOf(fault.getMessage())).strip().replaceAll("\\s+", " ");
  }
}
