package io.tollroute;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tollroute books} and what it asks of the management port, over a month that is over. */
class BooksCommandTest {

  private static final String MONTH = "2026-10";

  /** Half an hour before November in Berlin, which is on winter time then. */
  private static final Instant LAST_EVENING = Instant.parse("2026-10-31T22:30:00Z");

  private static final String FORMULA = "=HYPERLINK(\"https://evil.example\",\"x\")";
  private static final String MARKUP = "<script>alert(1)</script> & more";

  private static Shop shop;
  private static TokenBuyer buyer;
  private static String order;
  private static String invoice;
  private static String refunded;

  @TempDir private Path folder;

  @BeforeAll
  static void open() throws Exception {
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_PAYMENTS_PROVIDERS",
                "x402,manual",
                "TOLLROUTE_SELLER",
                "Books <b>& Co</b>"),
            Clock.fixed(LAST_EVENING, ZoneOffset.UTC));
    buyer = new TokenBuyer(shop);
    refunded = sale();
    shop.advance(Duration.ofSeconds(1));
    sale();
    ObjectNode token = buyer.paid(5);
    order = token.path("paymentId").asText();
    assertThat(buyer.use(token).statusCode()).isEqualTo(200);
    shop.advance(Duration.ofMinutes(45));
    sale();
    invoice =
        Shop.json(
                shop.post(
                    TokenBuyer.PAYMENTS,
                    "{\"serviceId\":\"masked-face-comparison\",\"providerId\":\"manual\"}"))
            .path("paymentId")
            .asText();
    done("payments/" + invoice + "/paid", "{\"cents\":20,\"reference\":\"=1+1\"}");
    shop.advance(Duration.ofMinutes(15));
    done("charges/" + refunded + "/refund", refund());
    shop.advance(Duration.ofDays(40));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static String refund() {
    return "{\"cents\":5,\"transaction\":\"0xback\",\"note\":\""
        + (FORMULA + MARKUP).replace("\"", "\\\"")
        + "\"}";
  }

  private static String sale() throws Exception {
    ObjectNode payment = shop.payment();
    assertThat(shop.buy(Shop.encode(payment)).statusCode()).isEqualTo(200);
    return buyer.charge(payment).path("charge").asText();
  }

  private static void done(String path, String body) throws Exception {
    assertThat(buyer.manage("POST", path, body)).returns(200, answer -> answer.statusCode());
  }

  private record Ending(int code, String out, String err) {}

  private static Ending run(String... arguments) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TOLLROUTE_MANAGEMENT_PORT", Integer.toString(shop.management().getPort()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Tollroute.commands(Path.of(""), environment, Clock.systemUTC(), true)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Ending(code, out.toString(), err.toString());
  }

  private static List<CSVRecord> rows(String csv) throws Exception {
    try (CSVParser parser =
        CSVParser.parse(
            new StringReader(csv),
            CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get())) {
      return parser.getRecords();
    }
  }

  private static List<CSVRecord> books(String... more) throws Exception {
    String[] all = new String[more.length + 1];
    all[0] = "books";
    System.arraycopy(more, 0, all, 1, more.length);
    Ending ending = run(all);
    assertThat(ending.code()).as(ending.err()).isZero();
    assertThat(ending.err()).isEmpty();
    return rows(ending.out());
  }

  @Test
  @DisplayName("A month of UTC has what was sold and paid back in it, with running totals")
  void month() throws Exception {
    List<CSVRecord> rows = books("--month", MONTH);

    assertThat(rows)
        .extracting(row -> row.get("kind"))
        .containsExactly("call", "call", "order", "call", "invoice", "refund");
    assertThat(rows)
        .extracting(row -> row.get("amount"))
        .containsExactly("0.20", "0.20", "1.00", "0.20", "0.20", "-0.05");
    assertThat(rows)
        .extracting(row -> row.get("balance"))
        .containsExactly("0.20", "0.40", "1.40", "1.60", "1.80", "1.75");
    assertThat(rows)
        .extracting(row -> row.get("number"))
        .containsExactly("1", "2", "3", "4", "5", "6");
    CSVRecord last = rows.get(5);
    assertThat(last.get("received")).isEqualTo("1.80");
    assertThat(last.get("refunded")).isEqualTo("0.05");
    JsonNode totals = buyer.totals();
    assertThat(new BigDecimal(last.get("received")).movePointRight(2))
        .isEqualByComparingTo(totals.path("receivedCents").decimalValue());
    assertThat(new BigDecimal(last.get("refunded")).movePointRight(2))
        .isEqualByComparingTo(totals.path("refundedCents").decimalValue());
  }

  @Test
  @DisplayName(
      "An entry says when, how much of which token, who, for what and by which transaction")
  void entry() throws Exception {
    List<CSVRecord> rows = books("--month", MONTH, "--zone", "Europe/Berlin");
    CSVRecord call = rows.get(0);

    assertThat(call.get("settledUtc")).isEqualTo("2026-10-31T22:30:00Z");
    assertThat(call.get("settled")).isEqualTo("2026-10-31T23:30:00+01:00");
    assertThat(call.get("currency")).isEqualTo("USD");
    assertThat(call.get("tokenAmount")).isEqualTo("0.200000");
    assertThat(call.get("units")).isEqualTo("200000");
    assertThat(call.get("decimals")).isEqualTo("6");
    assertThat(call.get("network")).isEqualTo("eip155:84532");
    assertThat(call.get("asset")).matches("0x[0-9a-f]{40}");
    assertThat(call.get("transaction")).matches("0x[0-9a-f]{64}");
    assertThat(call.get("payer")).isEqualToIgnoringCase(shop.wallet().address());
    assertThat(call.get("service")).isEqualTo("masked-face-comparison");
    assertThat(call.get("method")).isEqualTo("x402");
    assertThat(call.get("charge")).startsWith("x402:eip155:84532:");
    assertThat(rows.get(2).get("order")).isEqualTo(order);
    assertThat(rows.get(2).get("tokenAmount")).isEqualTo("1.000000");
  }

  @Test
  @DisplayName("A month of another time zone begins and ends with its own midnight")
  void zone() throws Exception {
    assertThat(books("--month", MONTH, "--zone", "Europe/Berlin")).hasSize(3);
    List<CSVRecord> november = books("--month", "2026-11", "--zone", "Europe/Berlin");

    assertThat(november)
        .extracting(row -> row.get("kind"))
        .containsExactly("call", "invoice", "refund");
    assertThat(november.get(0).get("settled")).isEqualTo("2026-11-01T00:15:01+01:00");
    assertThat(november.get(2).get("balance")).isEqualTo("0.35");
  }

  @Test
  @DisplayName("What was paid back leads to what it was paid for, and to both transactions")
  void links() throws Exception {
    List<CSVRecord> rows = books("--month", MONTH);
    CSVRecord refund = rows.get(5);
    CSVRecord paid = rows.get(0);

    assertThat(paid.get("charge")).isEqualTo(refunded);
    assertThat(refund.get("refundOf")).isEqualTo(refunded);
    assertThat(refund.get("refundOfTransaction")).isEqualTo(paid.get("transaction"));
    assertThat(refund.get("transaction")).isEqualTo("0xback");
    assertThat(refund.get("payer")).isEqualTo(paid.get("payer"));
    assertThat(refund.get("asset")).isEmpty();
    assertThat(rows.get(4).get("order")).isEqualTo(invoice);
  }

  @Test
  @DisplayName("No cell is a formula to a spreadsheet, and a sum below zero is a number")
  void formulas() throws Exception {
    Ending ending = run("books", "--month", MONTH);

    assertThat(ending.out()).contains("\"-0.05\"").doesNotContain("\"=", "\"'-0.05\"");
    assertThat(rows(ending.out()).get(5).get("text")).isEqualTo("'" + FORMULA + MARKUP);
    assertThat(rows(ending.out()).get(4).get("text")).isEqualTo("'=1+1");
  }

  @Test
  @DisplayName("The page to print has the sums, runs nothing, fetches nothing and escapes all")
  void page() throws Exception {
    Path file = folder.resolve("october.html");

    assertThat(books("--month", MONTH, "--html", file.toString())).hasSize(6);

    String page = Files.readString(file);
    assertThat(page)
        .startsWith("<!doctype html>")
        .contains("<h1>Books &lt;b&gt;&amp; Co&lt;/b&gt;: books of 2026-10</h1>")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more")
        .contains("default-src 'none'")
        .contains(">1.80</td><td class=\"sum\">0.05</td><td class=\"sum\">1.75</td>")
        .contains("2026-10-31", order, invoice, refunded)
        .doesNotContain("<script", "<b>", "<img", "<link", "href=", "src=", "url(", "@import");
    assertThat(page).doesNotContainPattern("\\son\\w+=");
    assertThat(page).doesNotContain("not over");
  }

  @Test
  @DisplayName("Pages of the management port together are the month, whatever their size")
  void pages() throws Exception {
    JsonNode whole = Shop.json(buyer.manage("GET", "books?month=" + MONTH, ""));
    assertThat(whole.path("next").isNull()).isTrue();
    assertThat(whole.path("complete").asBoolean()).isTrue();
    assertThat(whole.path("from").asText()).isEqualTo("2026-10-01T00:00:00Z");
    assertThat(whole.path("until").asText()).isEqualTo("2026-11-01T00:00:00Z");
    ObjectNode glued = (ObjectNode) Shop.json("{\"entries\":[]}");
    String cursor = "";
    do {
      JsonNode page =
          Shop.json(buyer.manage("GET", "books?limit=1&month=" + MONTH + "&cursor=" + cursor, ""));
      page.path("entries").forEach(glued.withArray("entries")::add);
      cursor = page.path("next").asText("");
    } while (!cursor.isEmpty() && !cursor.equals("null"));

    assertThat(glued.path("entries")).isEqualTo(whole.path("entries"));
  }

  @Test
  @DisplayName("A month that is not over, and one without an entry, are said to be so")
  void open_month() {
    Ending present = run("books", "--month", "2026-12");
    Ending empty = run("books", "--month", "2026-01");

    assertThat(present.code()).isZero();
    assertThat(present.err()).contains("2026-12 is not over");
    assertThat(empty.code()).isZero();
    assertThat(empty.out()).isEmpty();
    assertThat(empty.err().strip()).isEqualTo("tollroute books: 2026-01 has no entries.");
  }

  @Test
  @DisplayName("It is JSON, a line for each entry, or a table, where that is asked for")
  void formats() throws Exception {
    List<String> lines = run("books", "--month", MONTH, "--format", "json").out().lines().toList();

    assertThat(lines).hasSize(6);
    assertThat(Shop.json(lines.get(5)).path("amount").asText()).isEqualTo("-0.05");
    assertThat(run("books", "--month", MONTH, "--format", "table").out())
        .startsWith("NUMBER  SETTLED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-13",
        "2026-00",
        "2026",
        "26-01",
        "2026-1",
        "",
        "2026-10-01",
        "+2026-10",
        "x",
        "9026-01"
      })
  @DisplayName("What is no month is refused in one line")
  void noMonth(String month) {
    Ending ending = run("books", "--month", month);

    assertThat(ending.code()).isEqualTo(2);
    assertThat(ending.out()).isEmpty();
    assertThat(ending.err().strip()).isEqualTo("tollroute books: month must be a month: 2026-11.");
  }

  @ParameterizedTest
  @CsvSource({
    "zone=Europe/Nowhere,zone must be",
    "zone=%27,zone must be",
    "limit=0,limit must be",
    "limit=501,limit must be",
    "limit=x,limit must be",
    "cursor=1,cursor is none",
    "cursor=x,cursor is none",
    "cursor=99999999999,cursor is none",
    "year=2026,is not known"
  })
  @DisplayName("What is asked wrongly is refused with what it must be")
  void wrong(String parameter, String says) throws Exception {
    String answer = buyer.manage("GET", "books?month=2026-10&" + parameter, "").body();

    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("invalid");
    assertThat(Shop.json(answer).path("message").asText()).contains(says);
  }

  @Test
  @DisplayName("A page that cannot be written, a wrong token and no shop end as documented")
  void endings() {
    Path nowhere = folder.resolve("no/such/folder.html");
    assertThat(run("books", "--month", MONTH, "--html", nowhere.toString()).code()).isEqualTo(1);
    assertThat(run("books", "--month", MONTH, "--token", "wrong").code()).isEqualTo(5);
    assertThat(run("books", "--month", MONTH, "--url", "http://127.0.0.1:1").code()).isEqualTo(4);
    assertThat(run("books").code()).isEqualTo(2);
    assertThat(run("books", "--help").out()).contains("Exit codes:", "5   not authorised");
  }
}
