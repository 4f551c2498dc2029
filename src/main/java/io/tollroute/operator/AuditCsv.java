package io.tollroute.operator;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.AuditLog;
import io.tollroute.ledger.BackofficePage;
import io.tollroute.ledger.Objection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.QuoteMode;

/** What operators did, as a file for a spreadsheet. */
public final class AuditCsv {

  /** Rows of one file; what is older is asked for by its time. */
  public static final int MOST = 5_000;

  private final AuditLog log;

  AuditCsv(AuditLog log) {
    this.log = log;
  }

  /**
   * The newest {@link #MOST} entries of {@code filter}, newest first.
   *
   * @throws Objection as {@link AuditLog#entries}
   */
  public byte[] of(AuditLog.Filter filter) throws Objection, Refusal {
    // everything is quoted, so that no other separator of some country makes a cell of its own
    CSVFormat csv =
        CSVFormat.RFC4180.builder().setQuoteMode(QuoteMode.ALL).setRecordSeparator("\n").get();
    StringBuilder text = new StringBuilder();
    try (CSVPrinter printer = new CSVPrinter(text, csv)) {
      printer.printRecord(
          "id", "at", "who", "surface", "action", "object", "detail", "outcome", "said");
      int rows = 0;
      for (Optional<AuditLog.Filter> next = Optional.of(filter);
          next.isPresent() && rows < MOST; ) {
        BackofficePage<AuditLog.Entry> page = log.entries(next.get());
        for (AuditLog.Entry entry : page.rows()) {
          if (rows++ < MOST) {
            printer.printRecord(cells(entry).toList());
          }
        }
        next = page.next().map(filter::from);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Stream<String> cells(AuditLog.Entry entry) {
    AuditLog.Intent intent = entry.intent();
    return Stream.of(
            entry.id(),
            Instant.ofEpochMilli(entry.atMillis()).toString(),
            intent.who(),
            intent.surface(),
            intent.action(),
            intent.object(),
            intent.detail(),
            entry.outcome().orElse(""),
            entry.said())
        .map(cell -> HarmlessCell.of(cell).text());
  }
}
