package io.tollroute.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tollroute.operator.HarmlessCell;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.QuoteMode;

/** Prints rows for a person, for a program, or for a spreadsheet. */
final class Printer {

  /** How rows are printed. */
  enum Format {
    table,
    json,
    csv
  }

  private final JsonMapper json = new JsonMapper();
  private final PrintWriter out;
  private final Format format;

  Printer(PrintWriter out, Format format) {
    this.out = out;
    this.format = format;
  }

  /** Prints a document that has rows in {@code field}, of which a table shows {@code columns}. */
  void page(JsonNode document, String field, List<String> columns) {
    switch (format) {
      case json -> document(document);
      case csv -> csv(document.path(field), true);
      case table -> table(document.path(field), columns);
    }
    out.flush();
  }

  /** Prints some of many rows; {@code first} when none were printed before. */
  void rows(JsonNode rows, List<String> columns, boolean first) {
    switch (format) {
      case json -> rows.forEach(row -> out.println(row.toString()));
      case csv -> csv(rows, first);
      case table -> table(rows, columns);
    }
    out.flush();
  }

  /** Prints one row, field by field. */
  void row(JsonNode row) {
    switch (format) {
      case json -> document(row);
      case csv -> csv(json.createArrayNode().add(row), true);
      case table -> {
        int width = row.properties().stream().mapToInt(f -> f.getKey().length()).max().orElse(0);
        row.properties()
            .forEach(
                field ->
                    out.println(
                        field.getKey()
                            + " ".repeat(width - field.getKey().length() + 2)
                            + visible(text(field.getValue()))));
      }
    }
    out.flush();
  }

  private void document(JsonNode document) {
    try {
      out.println(
          json.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(document));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void table(JsonNode rows, List<String> columns) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns.stream().map(name -> name.toUpperCase(Locale.ROOT)).toList());
    rows.forEach(
        row -> lines.add(columns.stream().map(name -> visible(text(row.path(name)))).toList()));
    for (List<String> line : lines) {
      StringBuilder printed = new StringBuilder();
      for (int i = 0; i < columns.size(); i++) {
        int column = i;
        int width = lines.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
        printed.append(line.get(i)).append(" ".repeat(width - line.get(i).length() + 2));
      }
      out.println(printed.toString().stripTrailing());
    }
  }

  private void csv(JsonNode rows, boolean header) {
    // everything is quoted, so that no other separator of some country makes a cell of its own
    CSVFormat csv =
        CSVFormat.RFC4180.builder().setQuoteMode(QuoteMode.ALL).setRecordSeparator("\n").get();
    try {
      // the writer is the command's; it stays open
      CSVPrinter printer = new CSVPrinter(out, csv);
      for (JsonNode row : rows) {
        List<String> names = row.properties().stream().map(field -> field.getKey()).toList();
        if (header) {
          printer.printRecord(names);
        }
        header = false;
        printer.printRecord(
            StreamSupport.stream(row.spliterator(), false)
                .map(value -> harmless(text(value)))
                .toList());
      }
      printer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A cell that no spreadsheet takes for a formula. */
  static String harmless(String cell) {
    return HarmlessCell.of(cell).text();
  }

  /** Nothing that moves a terminal's cursor or changes its colours. */
  private static String visible(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
  }

  private static String text(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return "";
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }
}
