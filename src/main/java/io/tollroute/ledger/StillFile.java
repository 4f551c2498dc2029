package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.nio.file.Path;

/**
 * The file that the ledger is kept in, held still so that another process can copy it while the
 * shop sells: what is written meanwhile stands in the log beside the file. The process that has the
 * file open must not read it by itself: with that its locks on the file would end.
 */
public interface StillFile {

  /**
   * A file that is held still.
   *
   * @param name by which it is asked for again
   * @param file where it is; its log is beside it, with {@code -wal} at the end of the name
   * @param identity by which the file is known on its own machine, or empty
   */
  record Hold(String name, Path file, String identity) {}

  /**
   * Begins. Who does not say within a minute that he is still at it is forgotten.
   *
   * @throws Objection when there is no such file, or it is copied already
   * @throws Refusal {@code ledger_unavailable} when it cannot be written
   */
  Hold begin() throws Objection, Refusal;

  /**
   * Goes on for another minute.
   *
   * @throws Objection as {@link #end}
   */
  void goOn(String name) throws Objection, Refusal;

  /**
   * Ends it.
   *
   * @throws Objection when the file was not still all the time, so that what was copied is nothing
   */
  void end(String name) throws Objection, Refusal;
}
