package io.tollroute.accounts;

/** The end of a command that did not get what it asked for: a sentence and an exit code. */
final class Failure extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exit;

  Failure(int exit, String sentence) {
    super(sentence, null, false, false);
    this.exit = exit;
  }

  int exit() {
    return exit;
  }
}
