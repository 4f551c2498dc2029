package io.tollroute.cli;

/** How a command ends, for scripts. docs/backoffice.md and --help list them. */
final class Exit {

  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int REFUSED = 3;
  static final int UNREACHABLE = 4;
  static final int UNAUTHORIZED = 5;

  private Exit() {}

  /** The exit code for an error word of the management port. */
  static int of(String word) {
    return switch (word) {
      case "not_found", "refused" -> REFUSED;
      case "invalid" -> USAGE;
      case "unavailable" -> UNREACHABLE;
      case "unauthorized", "closed" -> UNAUTHORIZED;
      default -> FAILED;
    };
  }
}
