package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.StillFile;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.Supplier;

/** The SQLite file of this process, held still between two transactions of its writer. */
final class HeldFile implements StillFile {

  private final GroupCommit writer;
  private final SqliteFile file;
  private final Supplier<String> names;

  /** {@code names} gives each hold a name that no other has. */
  HeldFile(GroupCommit writer, SqliteFile file, Supplier<String> names) {
    this.writer = writer;
    this.file = file;
    this.names = names;
  }

  @Override
  public Hold begin() throws Objection, Refusal {
    String name = names.get();
    if (!writer.between(connection -> connection.holdStill(name))) {
      throw Objection.refused("Another backup is being made; ask again when it has ended.");
    }
    return new Hold(name, path(), identity());
  }

  private Path path() {
    return file.path();
  }

  private String identity() throws Objection {
    try {
      return file.identity().map(Object::toString).orElse("");
    } catch (SQLException e) {
      throw Objection.unavailable("The ledger's file cannot be looked at.");
    }
  }

  @Override
  public void goOn(String name) throws Objection, Refusal {
    require(writer.between(connection -> connection.isStill(name)));
  }

  @Override
  public void end(String name) throws Objection, Refusal {
    require(writer.between(connection -> connection.endStillness(name)));
  }

  private static void require(boolean still) throws Objection {
    if (!still) {
      throw Objection.refused(
          "The ledger's file changed while it was copied: the copying took too long, the log became"
              + " too large, or the disk failed. The copy is of no use; make another one.");
    }
  }
}
