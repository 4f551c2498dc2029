package io.tollroute.ledger.sql;

import java.sql.SQLException;
import java.util.Optional;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What can be wrong with the ledger's database itself, rather than with a piece of work in it. */
public enum DatabaseTrouble {
  FULL("the disk is full", true),
  READ_ONLY("it can only be read", false),
  FAILOVER("its server is a standby that can only be read", true),
  BROKEN_DISK("the disk reports errors", true),
  DAMAGED("its content is damaged", false),
  GONE("it was removed or replaced while it was in use", false),
  NOT_OPENED("its file cannot be opened", false),
  TAKEN("another process has it", false),
  NO_MEMORY("there is not enough memory for it", true),
  AWAY("its server cannot be reached", true),
  RESTARTING("its server is starting or stopping", true),
  CROWDED("its server takes no more connections", true),
  LOCKED_OUT("its server does not let us in", false);

  private final String words;
  private final boolean passing;

  DatabaseTrouble(String words, boolean passing) {
    this.words = words;
    this.passing = passing;
  }

  /** What is wrong, as the end of a sentence about the database. */
  public String words() {
    return words;
  }

  /** Whether it may pass without anybody changing a setting or a file. */
  public boolean isPassing() {
    return passing;
  }

  /** The trouble that a failure, or what caused it, tells of; empty when the work was at fault. */
  public static Optional<DatabaseTrouble> of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Optional<DatabaseTrouble> found =
          cause instanceof SQLException answer ? ofAnswer(answer) : Optional.empty();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /**
   * What a log says of a failed write: the database's own words, and of a defect its kind and place
   * but not its text, which may hold what was to be written.
   */
  static String line(Throwable failure) {
    StackTraceElement[] places = failure.getStackTrace();
    return failure instanceof SQLException
        ? failure.getMessage()
        : failure.getClass().getName() + (places.length == 0 ? "" : " at " + places[0]);
  }

  private static Optional<DatabaseTrouble> ofAnswer(SQLException answer) {
    if (answer instanceof SQLiteException ofFile) {
      // the log's index, which readers share, is made with the first look at it
      return ofFile.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE
          ? Optional.of(FULL)
          : Optional.ofNullable(ofCode(ofFile.getErrorCode() & 0xff));
    }
    return answer.getSQLState() == null
        ? Optional.empty()
        : Optional.ofNullable(ofState(answer.getSQLState()));
  }

  /** Primary result codes of SQLite. */
  private static DatabaseTrouble ofCode(int code) {
    return switch (code) {
      case 5, 15 -> TAKEN;
      case 7 -> NO_MEMORY;
      case 8 -> READ_ONLY;
      case 10 -> BROKEN_DISK;
      case 11, 26 -> DAMAGED;
      case 13 -> FULL;
      case 14, 23 -> NOT_OPENED;
      default -> null;
    };
  }

  /** Error codes of PostgreSQL. */
  private static DatabaseTrouble ofState(String state) {
    return switch (state) {
      case "08004", "3D000", "42501" -> LOCKED_OUT;
      case "25006" -> FAILOVER;
      case "53100" -> FULL;
      case "53200" -> NO_MEMORY;
      case "53300", "53400" -> CROWDED;
      case "57P01", "57P02", "57P03", "57P05" -> RESTARTING;
      case "57P04", "58P01" -> GONE;
      case "58030" -> BROKEN_DISK;
      case "XX001", "XX002" -> DAMAGED;
      default -> state.startsWith("08") ? AWAY : state.startsWith("28") ? LOCKED_OUT : null;
    };
  }
}
