package io.tollroute.catalog;

/** A text that is no YAML we accept, with the line where that shows. */
public final class YamlFault extends Exception {

  private static final long serialVersionUID = 1L;

  private final int line;

  YamlFault(int line, String reason) {
    super(reason, null, false, false);
    this.line = line;
  }

  /** The line, from 1; 0 when it is not about a line. */
  public int line() {
    return line;
  }
}
