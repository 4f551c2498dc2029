package io.tollroute.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tollroute books}: the money of a month, as an accountant takes it. */
@Command(
    name = "books",
    description =
        "Prints what came in and what was paid back in a month, oldest first, with running totals:"
            + " CSV, unless --format says otherwise.",
    footer = {
      "",
      "The uses of a token are no entries: their money came in when the token was bought.",
      "--html FILE writes the statement of the month as a page to print, beside the CSV."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:wrong usage",
      "4:the management port does not answer",
      "5:not authorised"
    })
public final class BooksCommand implements Callable<Integer> {

  private static final List<String> COLUMNS =
      List.of(
          "number",
          "settled",
          "kind",
          "amount",
          "currency",
          "service",
          "order",
          "payer",
          "balance");

  private static final String LARGEST_PAGE = "500";

  @Mixin private final HelpOption help = new HelpOption();

  @Mixin private final OperatorOptions operator;

  @Spec private CommandSpec spec;

  @Option(names = "--month", paramLabel = "2026-11", required = true, description = "Which month.")
  private String month;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      defaultValue = "UTC",
      description =
          "Whose month, and the second time of each entry: Europe/Berlin, +09:00. Default:"
              + " ${DEFAULT-VALUE}.")
  private String zone;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Writes the statement there, as a page to print.")
  private Path html;

  /** The command. */
  public BooksCommand(OperatorAccess access) {
    this.operator = new OperatorOptions(access, false);
  }

  @Override
  public Integer call() {
    return operator.runUsually(spec, Printer.Format.csv, this::write);
  }

  private int write(ManagementClient client, Printer printer) throws CommandFault {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("month", month);
    parameters.put("zone", zone);
    parameters.put("limit", LARGEST_PAGE);
    BookEntries entries = new BookEntries();
    Statement statement = new Statement();
    boolean first = true;
    JsonNode page;
    do {
      page = client.get("books", parameters);
      ArrayNode rows = JsonNodeFactory.instance.arrayNode();
      for (JsonNode entry : page.path("entries")) {
        rows.add(entries.row(entry));
      }
      if (!rows.isEmpty()) {
        printer.rows(rows, COLUMNS, first);
        first = false;
      }
      rows.forEach(statement::add);
      parameters.put("cursor", page.path("next").asText(""));
    } while (page.path("next").isTextual());
    if (first) {
      tell(month + " has no entries.");
    }
    if (!page.path("complete").asBoolean(false)) {
      tell(month + " is not over; these are its entries up to now.");
    }
    if (html != null) {
      write(statement.page(page));
    }
    return Exit.OK;
  }

  private void tell(String sentence) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("tollroute books: " + sentence);
    err.flush();
  }

  private void write(String statement) throws CommandFault {
    try {
      Files.writeString(html, statement);
    } catch (IOException e) {
      throw new CommandFault(Exit.FAILED, html + ": cannot be written (" + e + ")");
    }
  }
}
