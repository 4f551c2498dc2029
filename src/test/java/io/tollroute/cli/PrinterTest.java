package io.tollroute.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.cli.Printer.Format;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrinterTest {

  private final JsonMapper json = new JsonMapper();
  private final StringWriter out = new StringWriter();

  private Printer printer(Format format) {
    return new Printer(new PrintWriter(out), format);
  }

  private ArrayNode rowOf(String note) {
    ArrayNode rows = json.createArrayNode();
    rows.addObject().put("id", "pay_1").put("note", note).putNull("payer");
    return rows;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=1+1",
        "+1+1",
        "-1+1",
        "-1.0+1",
        "-1.",
        "@SUM(A1)",
        "=HYPERLINK(\"https://evil.example\",\"x\")",
        "=cmd|' /C calc'!A0",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "  =1+1",
        "\u00a0=1+1",
        "\uFF1D1+1",
        "\uFF0B1",
        "'=1+1",
        "\"=1+1",
        "|cmd",
        "%0A"
      })
  @DisplayName("a cell that a spreadsheet would run begins with an apostrophe in CSV")
  void formula(String note) throws Exception {
    printer(Format.csv).rows(rowOf(note), List.of(), true);

    try (CSVParser parser =
        CSVParser.parse(
            new StringReader(out.toString()),
            CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get())) {
      List<CSVRecord> records = parser.getRecords();
      assertThat(records).hasSize(1);
      assertThat(records.get(0).get("note")).isEqualTo("'" + note);
      assertThat(records.get(0).get("id")).isEqualTo("pay_1");
      assertThat(records.get(0).get("payer")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wire 1",
        "-15",
        "-0.05",
        "0x12",
        "2026-11-23T12:00:00Z",
        "{\"a\":\"=1\"}",
        "a=b",
        ""
      })
  @DisplayName("what no spreadsheet would run is printed as it is")
  void harmless(String cell) {
    assertThat(Printer.harmless(cell)).isEqualTo(cell);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,b", "a\"b", "a\nb", "a;=1+1", "a,\"=1+1"})
  @DisplayName("no text breaks out of its cell, whatever the separator of the country is")
  void quoted(String note) throws Exception {
    printer(Format.csv).rows(rowOf(note), List.of(), true);

    assertThat(out.toString())
        .isEqualTo(
            "\"id\",\"note\",\"payer\"\n\"pay_1\",\"" + note.replace("\"", "\"\"") + "\",\"\"\n");
  }

  @Test
  @DisplayName("A table shows its columns and nothing that would move a terminal's cursor")
  void table() {
    ArrayNode rows = rowOf("\u001b[2Jred\u202e\u0007\u009b1m\nnext");
    ((ObjectNode) rows.get(0)).put("other", "not shown");

    printer(Format.table).rows(rows, List.of("id", "note"), true);

    assertThat(out.toString().lines()).containsExactly("ID     NOTE", "pay_1  ?[2Jred???1m?next");
  }

  @Test
  @DisplayName("JSON is one document for a page, and a line for each row of an export")
  void jsonForms() throws Exception {
    ObjectNode page = json.createObjectNode();
    page.set("payments", rowOf("a\nb").add(json.createObjectNode().put("id", "pay_2")));

    printer(Format.json).page(page, "payments", List.of());
    assertThat(json.readTree(out.toString())).isEqualTo(page);

    out.getBuffer().setLength(0);
    printer(Format.json).rows(page.path("payments"), List.of(), true);
    assertThat(out.toString().lines()).hasSize(2).allMatch(line -> line.startsWith("{"));
  }

  @Test
  @DisplayName("The second page of a CSV export has no header")
  void secondPage() {
    Printer printer = printer(Format.csv);
    printer.rows(rowOf("a"), List.of(), true);
    printer.rows(rowOf("b"), List.of(), false);

    assertThat(out.toString().lines()).hasSize(3).filteredOn(l -> l.contains("note")).hasSize(1);
  }
}
