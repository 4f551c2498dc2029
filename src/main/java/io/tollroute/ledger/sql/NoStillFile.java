package io.tollroute.ledger.sql;

import io.tollroute.ledger.Objection;
import io.tollroute.ledger.StillFile;

/** Books that a database server keeps, which has backups of its own. */
final class NoStillFile implements StillFile {

  private static Objection none() {
    return Objection.refused(
        "The books are in PostgreSQL, which has backups of its own (docs/upgrade.md).");
  }

  @Override
  public Hold begin() throws Objection {
    throw none();
  }

  @Override
  public void goOn(String name) throws Objection {
    throw none();
  }

  @Override
  public void end(String name) throws Objection {
    throw none();
  }
}
