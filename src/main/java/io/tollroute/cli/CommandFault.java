package io.tollroute.cli;

/** The end of a command that did not get what it asked for: a sentence and an exit code. */
final class CommandFault extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exit;

  CommandFault(int exit, String sentence) {
    super(sentence, null, false, false);
    this.exit = exit;
  }

  int exit() {
    return exit;
  }
}
