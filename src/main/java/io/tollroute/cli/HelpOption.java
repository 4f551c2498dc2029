package io.tollroute.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** How a command and those below it are asked for their usage. */
final class HelpOption {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Prints this.")
  private boolean help;
}
