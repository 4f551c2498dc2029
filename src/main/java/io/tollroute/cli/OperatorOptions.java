package io.tollroute.cli;

import java.io.PrintWriter;
import java.net.URI;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What all commands over the management port have in common. */
final class OperatorOptions {

  private final OperatorAccess access;
  private final boolean terminal;

  @Option(
      names = "--url",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description =
          "Where the management port is. Default: tollroute.management.host and .port of the"
              + " settings.")
  private URI url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      scope = ScopeType.INHERIT,
      description =
          "The operator's token; others on this machine can see it here. Default:"
              + " TOLLROUTE_MANAGEMENT_TOKEN or the settings, or else the sandbox's.")
  private String token;

  @Option(
      names = "--format",
      paramLabel = "table|json|csv",
      scope = ScopeType.INHERIT,
      description = "How to print. Default: table on a terminal, json when piped.")
  private Printer.Format format;

  OperatorOptions(OperatorAccess access, boolean terminal) {
    this.access = access;
    this.terminal = terminal;
  }

  /** Work of a command; its result is the exit code. */
  @FunctionalInterface
  interface Work {
    int with(ManagementClient client, Printer printer) throws CommandFault;
  }

  /** Whether rows are printed as a table. */
  boolean forPeople() {
    return format() == Printer.Format.table;
  }

  private Printer.Format format() {
    Printer.Format usual = terminal ? Printer.Format.table : Printer.Format.json;
    return format == null ? usual : format;
  }

  /** Runs the work and says in one line why it could not be done. */
  int run(CommandSpec spec, Work work) {
    return run(spec, format(), work);
  }

  /** The same with rows in {@code usual}, unless the operator says how. */
  int runUsually(CommandSpec spec, Printer.Format usual, Work work) {
    return run(spec, format == null ? usual : format, work);
  }

  private int run(CommandSpec spec, Printer.Format as, Work work) {
    PrintWriter err = spec.commandLine().getErr();
    try {
      ManagementClient client =
          new ManagementClient(
              url == null ? access.url() : url, token == null ? access.token() : token);
      return work.with(client, new Printer(spec.commandLine().getOut(), as));
    } catch (CommandFault failure) {
      err.println("tollroute " + spec.name() + ": " + failure.getMessage());
      err.flush();
      return failure.exit();
    } catch (OperatorAccess.Unknown settings) {
      err.println(settings.getMessage());
      err.flush();
      return Exit.USAGE;
    }
  }
}
