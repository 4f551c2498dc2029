package io.tollroute.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.RestoreMark;
import io.tollroute.ledger.UnusableCopy;
import io.tollroute.ops.LedgerFiles;
import io.tollroute.ops.LedgerRestore;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tollroute restore}: puts a backup in the place of an SQLite ledger. */
@Command(
    name = "restore",
    description =
        "Puts FILE, and FILE.key if it is there, in the place of the SQLite ledger of the settings."
            + " No shop may run on it.",
    footer = {
      "",
      "The ledger does not know what was paid since the backup. It is marked, so that such a payment"
          + " is not taken again;",
      "docs/upgrade.md says what is left to be done by hand."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed, or the backup is of no use; nothing was changed",
      "2:wrong usage, wrong settings",
      "3:refused: a shop runs, or a ledger is there already"
    })
public final class RestoreCommand implements Callable<Integer> {

  @Mixin private final HelpOption help = new HelpOption();

  private final LedgerFiles files;
  private final Clock clock;
  private final boolean terminal;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "What tollroute backup has written.")
  private Path file;

  @Option(
      names = "--replace",
      description = "Puts a ledger that is there, and its key, aside under another name.")
  private boolean replace;

  @Option(
      names = "--format",
      paramLabel = "table|json|csv",
      description = "How to print. Default: table on a terminal, json when piped.")
  private Printer.Format format;

  /** The command; {@code files} are where the ledger of the settings is. */
  public RestoreCommand(LedgerFiles files, Clock clock, boolean terminal) {
    this.files = files;
    this.clock = clock;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try {
      return restore();
    } catch (CommandFault fault) {
      tell("tollroute restore: " + fault.getMessage());
      return fault.exit();
    }
  }

  private int restore() throws CommandFault {
    try {
      LedgerFiles.Place place =
          files
              .place()
              .orElseThrow(
                  () ->
                      new CommandFault(
                          Exit.REFUSED,
                          "the books are in PostgreSQL, which has backups of its own"
                              + " (docs/upgrade.md)"));
      LedgerRestore.Done done = new LedgerRestore(file, place, clock).restore(replace);
      print(place.ledger(), done);
      return Exit.OK;
    } catch (SettingsFault fault) {
      throw new CommandFault(Exit.USAGE, fault.getMessage());
    } catch (Objection objection) {
      boolean usage = objection.kind() == Objection.Kind.INVALID;
      throw new CommandFault(usage ? Exit.USAGE : Exit.REFUSED, objection.getMessage());
    } catch (UnusableCopy e) {
      throw new CommandFault(Exit.FAILED, file + ": " + e.getMessage());
    } catch (IOException e) {
      throw new CommandFault(Exit.FAILED, "it cannot be restored: " + e);
    }
  }

  private void print(Path ledger, LedgerRestore.Done done) {
    ObjectNode row =
        JsonNodeFactory.instance
            .objectNode()
            .put("ledger", ledger.toString())
            .put("schema", done.contents().schema())
            .put("charges", done.contents().charges())
            .put("payments", done.contents().payments());
    Optional<String> known =
        Optional.of(done.contents().knownUntil())
            .filter(seconds -> seconds > 0)
            .map(seconds -> Instant.ofEpochSecond(seconds).toString());
    known.ifPresent(time -> row.put("knownUntil", time));
    done.replaced().ifPresent(path -> row.put("replaced", path.toString()));
    Printer.Format usual = terminal ? Printer.Format.table : Printer.Format.json;
    new Printer(spec.commandLine().getOut(), format == null ? usual : format).row(row);
    tell("What was paid after " + known.orElse("the backup") + " is not in this ledger.");
    tell("- " + RestoreMark.file(ledger) + " keeps such a payment from being taken again.");
    tell(
        "- With the shop up, tollroute reconcile --since "
            + known.orElse("TIME")
            + " lists it; docs/upgrade.md says what to do with each.");
    if (!done.opens()) {
      tell("- There is no key: answers that were kept cannot be given any more.");
    }
  }

  private void tell(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
