package io.tollroute.ledger.sql;

import io.tollroute.settings.MaskedUrl;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Says why the ledger's database cannot be used, in one line that names what to mend. */
public final class DatabaseFault {

  private static final String URL = "tollroute.database.url";

  private DatabaseFault() {}

  /** The fault that stops the start; passing when another start may find nothing wrong. */
  public static SettingsFault of(Settings settings, Throwable fault) {
    Optional<DatabaseTrouble> trouble = DatabaseTrouble.of(fault);
    String line = line(settings, fault, trouble);
    return trouble.filter(DatabaseTrouble::isPassing).isPresent()
        ? SettingsFault.passing(line)
        : new SettingsFault(List.of(line));
  }

  private static String line(
      Settings settings, Throwable fault, Optional<DatabaseTrouble> trouble) {
    // parameters of the URL are the operator's own affair
    String url = MaskedUrl.of(settings.databaseUrl().replaceFirst("[?].*", ""));
    String state = fault instanceof SQLException answer ? text(answer.getSQLState()) : "";
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
      case "42501" ->
          "tollroute.database.username: "
              + username(settings)
              + " may not make tables in "
              + url
              + said;
      default -> line(url, trouble, said);
    };
  }

  private static String line(String url, Optional<DatabaseTrouble> trouble, String said) {
    if (trouble.isEmpty()) {
      return URL + ": " + url + " cannot be opened" + said;
    }
    return switch (trouble.get()) {
      case AWAY -> URL + ": " + url + " cannot be reached" + said;
      case TAKEN ->
          URL + ": " + url + " is open in another process; an SQLite file has room for one";
      default -> URL + ": " + url + " cannot be opened: " + trouble.get().words() + said;
    };
  }

  private static String text(String state) {
    return Optional.ofNullable(state).orElse("");
  }

  private static String username(Settings settings) {
    return settings.text("tollroute.database.username");
  }

  private static String message(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        // the driver says no more than that its attempt failed
        return "the name of its host is not known (DNS)";
      }
    }
    return MaskedUrl.in(String.valueOf(fault.getMessage())).strip().replaceAll("\\s+", " ");
  }
}
