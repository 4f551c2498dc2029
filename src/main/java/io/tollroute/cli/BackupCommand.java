package io.tollroute.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.CopyContents;
import io.tollroute.ledger.UnusableCopy;
import io.tollroute.ops.BackupFile;
import io.tollroute.ops.LedgerFiles;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tollroute backup}: a copy of an SQLite ledger while the shop sells. */
@Command(
    name = "backup",
    description = {
      "Writes an SQLite ledger into FILE, and its key into FILE.key. The shop goes on selling; where"
          + " none runs, the ledger of the settings is taken.",
      "Run it on the machine, or in the container, of the shop, as its user. PostgreSQL has backups"
          + " of its own (docs/upgrade.md)."
    },
    footer = {
      "",
      "All is in it that was recorded before it began. Keep FILE and FILE.key apart: both are needed"
          + " to give a kept answer again."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed; nothing is left of it",
      "2:wrong usage",
      "3:refused: PostgreSQL, or another backup is being made",
      "4:the management port does not answer, and yet a process has the ledger open",
      "5:not authorised"
    })
public final class BackupCommand implements Callable<Integer> {

  private static final String PATH = "backup";
  private static final long MILLIS_BETWEEN_WORDS = 5_000;

  @Mixin private final HelpOption help = new HelpOption();

  @Mixin private final OperatorOptions operator;

  private final LedgerFiles files;
  private final Clock clock;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A file that is not there yet.")
  private Path file;

  @Option(
      names = "--without-key",
      description = "Leaves the key out; without it kept answers cannot be given after a restore.")
  private boolean withoutKey;

  /** The command; {@code files} are those of a shop that does not run. */
  public BackupCommand(OperatorAccess access, LedgerFiles files, Clock clock, boolean terminal) {
    this.operator = new OperatorOptions(access, terminal);
    this.files = files;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    return operator.run(spec, this::backUp);
  }

  private int backUp(ManagementClient client, Printer printer) throws CommandFault {
    BackupFile backup = new BackupFile(file);
    Optional<String> objection = backup.objection();
    if (objection.isPresent()) {
      throw new CommandFault(Exit.USAGE, objection.get());
    }
    long begun = clock.millis();
    try {
      Optional<Path> key = copy(client, backup).filter(path -> !withoutKey);
      CopyContents contents = backup.finish(key);
      ObjectNode done =
          JsonNodeFactory.instance
              .objectNode()
              .put("file", backup.file().toString())
              .put("bytes", Files.size(backup.file()))
              .put("schema", contents.schema())
              .put("charges", contents.charges())
              .put("payments", contents.payments())
              .put("milliseconds", clock.millis() - begun);
      printer.row(done);
      return Exit.OK;
    } catch (IOException e) {
      throw new CommandFault(Exit.FAILED, "the backup cannot be made: " + words(e));
    } catch (UnusableCopy e) {
      throw new CommandFault(Exit.FAILED, "the copy is of no use: " + e.getMessage());
    }
  }

  private static String words(IOException failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  /** Copies, and returns where the key is. */
  private Optional<Path> copy(ManagementClient client, BackupFile backup)
      throws CommandFault, IOException {
    JsonNode hold;
    try {
      hold = client.post(PATH, JsonNodeFactory.instance.objectNode());
    } catch (CommandFault fault) {
      if (fault.exit() == Exit.UNREACHABLE) {
        return copyClosed(backup, fault);
      }
      throw fault;
    }
    String name = hold.path("hold").asText();
    boolean whole = false;
    try {
      backup.copyHeld(
          Path.of(hold.path("file").asText()), hold.path("identity").asText(), beat(client, name));
      whole = true;
    } finally {
      if (!whole) {
        letGo(client, name);
      }
    }
    try {
      client.post(PATH, question(name).put("end", true));
    } catch (CommandFault fault) {
      backup.giveUp();
      throw fault;
    }
    return Optional.of(hold.path("key").asText("")).filter(path -> !path.isEmpty()).map(Path::of);
  }

  private BackupFile.Pulse beat(ManagementClient client, String name) {
    long[] next = {clock.millis() + MILLIS_BETWEEN_WORDS};
    return () -> {
      if (clock.millis() >= next[0]) {
        next[0] = clock.millis() + MILLIS_BETWEEN_WORDS;
        try {
          client.post(PATH, question(name));
        } catch (CommandFault fault) {
          throw new IOException(fault.getMessage(), fault);
        }
      }
    };
  }

  /** What went wrong is told already. */
  private static void letGo(ManagementClient client, String name) {
    try {
      client.post(PATH, question(name).put("end", true));
    } catch (CommandFault itEndsByItself) {
      // within a minute
    }
  }

  private static ObjectNode question(String name) {
    return JsonNodeFactory.instance.objectNode().put("hold", name);
  }

  private Optional<Path> copyClosed(BackupFile backup, CommandFault unreachable)
      throws CommandFault, IOException {
    LedgerFiles.Place place;
    try {
      place = files.place().orElseThrow(() -> unreachable);
    } catch (SettingsFault fault) {
      throw new CommandFault(Exit.USAGE, fault.getMessage());
    }
    if (!Files.exists(place.ledger())) {
      throw unreachable;
    }
    if (!backup.copyClosed(place.ledger())) {
      throw new CommandFault(
          Exit.UNREACHABLE,
          place.ledger() + " is open in another process, and " + unreachable.getMessage());
    }
    return place.key().filter(Files::exists);
  }
}
