package io.tollroute.catalog;

import java.nio.file.Path;

/**
 * One thing that is wrong with a services folder.
 *
 * @param file the file to edit, or the folder itself
 * @param line where in the file, from 1; 0 when it is not about a line
 * @param reason what is wrong, in one line
 */
public record Problem(Path file, int line, String reason) {

  /** {@code file:line: reason}, as compilers print it, so that editors can jump there. */
  @Override
  public String toString() {
    return line > 0 ? file + ":" + line + ": " + reason : file + ": " + reason;
  }
}
