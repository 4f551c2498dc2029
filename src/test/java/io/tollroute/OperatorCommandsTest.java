package io.tollroute;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.tollroute.testing.Shop;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** payments, charges and reconcile, against a running sandbox. */
class OperatorCommandsTest {

  private static Shop shop;

  @TempDir private Path folder;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(Map.of("TOLLROUTE_PAYMENTS_PROVIDERS", "x402,manual"));
    for (int i = 0; i < 3; i++) {
      assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
    }
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private record Ending(int code, String out, String err) {}

  private static Ending run(boolean terminal, Map<String, String> more, String... arguments) {
    Map<String, String> environment = new HashMap<>(more);
    environment.putIfAbsent(
        "TOLLROUTE_MANAGEMENT_PORT", Integer.toString(shop.management().getPort()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Tollroute.commands(Path.of(""), environment, Clock.systemUTC(), terminal)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Ending(code, out.toString(), err.toString());
  }

  private static Ending run(String... arguments) {
    return run(false, Map.of(), arguments);
  }

  private static void ends(int code, Ending ending) {
    assertThat(ending.code()).as(ending.err()).isEqualTo(code);
    assertThat(ending.out()).isEmpty();
    assertThat(ending.err().lines()).hasSize(1);
    assertThat(ending.err()).doesNotContain("Exception:", "\tat ", "sandbox-operator-token");
  }

  private static String someCharge() throws Exception {
    return Shop.json(run("charges", "list", "--limit", "1").out()).at("/charges/0/charge").asText();
  }

  private static String invoice() throws Exception {
    return Shop.json(
            shop.post(
                "/api/payments",
                "{\"serviceId\":\"masked-face-comparison\",\"providerId\":\"manual\"}"))
        .path("paymentId")
        .asText();
  }

  @Test
  @DisplayName("A list is JSON when piped, a table on a terminal, and what --format says")
  void formats() throws Exception {
    JsonNode piped = Shop.json(run("charges", "list").out());
    assertThat(piped.path("charges").size()).isGreaterThanOrEqualTo(3);
    assertThat(run(true, Map.of(), "charges", "list").out()).startsWith("STATE").contains("x402:");
    assertThat(run("charges", "list", "--format", "table").out()).startsWith("STATE");
    assertThat(run(true, Map.of(), "charges", "list", "--format", "csv").out())
        .startsWith("\"charge\",\"state\"");
    assertThat(Shop.json(run(true, Map.of(), "charges", "list", "--format", "json").out()))
        .isEqualTo(piped);
  }

  @Test
  @DisplayName("A page leads to the next, and an export has all rows, a line for each")
  void pages() throws Exception {
    JsonNode first = Shop.json(run("charges", "list", "--limit", "2").out());
    JsonNode second =
        Shop.json(
            run("charges", "list", "--limit", "1", "--cursor", first.path("next").asText()).out());

    assertThat(first.path("charges")).hasSize(2);
    List<String> lines = run("charges", "export", "--state", "settled").out().lines().toList();
    assertThat(lines).hasSizeGreaterThanOrEqualTo(2);
    assertThat(run("charges", "export").out())
        .contains(second.at("/charges/0/charge").asText())
        .contains(first.at("/charges/0/charge").asText());
    assertThat(run("charges", "export", "--until", "2020-01-01").out()).isEmpty();
    assertThat(
            run("charges", "export", "--payer", shop.wallet().address(), "--format", "csv").out())
        .startsWith("\"charge\"");
  }

  @Test
  @DisplayName("A charge is found by its transaction, and nothing is decided of a settled one")
  void found() throws Exception {
    JsonNode charge = Shop.json(run("charges", "list", "--limit", "1").out()).at("/charges/0");
    String transaction = charge.path("transaction").asText();
    String key = charge.path("charge").asText();

    assertThat(run("charges", "export", "--transaction", transaction).out().lines()).hasSize(1);
    assertThat(run("charges", "list", "--request", charge.path("requestId").asText()).out())
        .contains(key);
    assertThat(run("charges", "export", "--settled-until", "2020-01-01").out()).isEmpty();
    assertThat(run("charges", "list", "--format", "table").out()).contains("PAIDCENTS", "KIND");
    assertThat(run("charges", "list", "--format", "csv").out())
        .contains("\"kind\"", "\"refundedAt\"", "\"refundTransaction\"", "\"decidedBy\"");
    ends(3, run("charges", "decide", key, "--not-paid", "--reason", "x"));
    ends(3, run("charges", "decide", "x402:none", "--paid", "--reason", "x"));
    ends(2, run("charges", "decide", key, "--transaction", "0x12"));
    assertThat(run("charges", "decide", key, "--paid", "--not-paid").code()).isEqualTo(2);
    assertThat(run("charges", "decide", key, "--transaction", transaction).code()).isZero();
  }

  @Test
  @DisplayName("a refund ends with 0, the second with 3, one of nothing with 3")
  void refund() throws Exception {
    String key = someCharge();

    Ending done = run("charges", "refund", key, "--note", "=wire");

    assertThat(done.code()).as(done.err()).isZero();
    assertThat(Shop.json(done.out()).path("state").asText()).isEqualTo("refunded");
    ends(3, run("charges", "refund", key));
    ends(3, run("charges", "refund", "x402:none"));
    ends(3, run("charges", "show", "x402:none"));
    assertThat(run("charges", "show", key, "--format", "csv").out()).contains("\"'=wire\"");
    assertThat(run("charges", "show", key, "--format", "table").out()).contains("state ");
  }

  @Test
  @DisplayName("an invoice is marked as paid, shown, and refunded")
  void invoiceLife() throws Exception {
    String id = invoice();
    String reference = "wire of " + id;

    ends(3, run("payments", "paid", id, "--cents", "5", "--reference", reference));
    assertThat(run("payments", "paid", id, "--cents", "25", "--reference", reference).code())
        .isZero();
    assertThat(run("payments", "list", "--state", "paid").out()).contains(id);
    Ending differs = run("reconcile");
    assertThat(differs.code()).as("5 cents are owed back").isOne();
    assertThat(Shop.json(differs.out()).at("/differences/0/kind").asText()).isEqualTo("excess");
    assertThat(run("payments", "refund", id, "--excess", "--note", "b").code()).isZero();
    assertThat(run("payments", "show", id).out()).contains("\"refundedCents\" : 5");
    assertThat(run("payments", "refund", id, "--cents", "20").code()).isZero();
    ends(3, run("payments", "refund", id));
    assertThat(run("payments", "export", "--state", "refunded").out()).contains(id);
  }

  @Test
  @DisplayName("reconcile needs no configuration beside a sandbox, and ends with 0 when all agree")
  void reconcile() throws Exception {
    Ending ending = run("reconcile");

    assertThat(ending.code()).as(ending.out() + ending.err()).isZero();
    assertThat(Shop.json(ending.out()).at("/compared/facilitator").asInt())
        .isGreaterThanOrEqualTo(3);
    assertThat(run(true, Map.of(), "reconcile").out()).startsWith("No difference: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"array", "object", "lines", "csv", "bom"})
  @DisplayName("a record is read as JSON, JSON lines or CSV, and its differences end with 1")
  void records(String form) throws Exception {
    JsonNode document = Shop.json(shop.get("/sandbox/facilitator/settlements"));
    StringBuilder lines = new StringBuilder();
    StringBuilder csv =
        new StringBuilder("Network,asset,payer,NONCE,amount,payTo,transaction,memo\r\n");
    for (JsonNode row : document.path("settlements")) {
      lines.append(row).append('\n');
      for (String field :
          List.of("network", "asset", "payer", "nonce", "amount", "payTo", "transaction")) {
        csv.append('"').append(row.path(field).asText()).append("\",");
      }
      csv.append("\"a, \"\"memo\"\"\"\r\n");
    }
    String text =
        switch (form) {
          case "array" -> document.path("settlements").toString();
          case "object" -> document.toPrettyString();
          case "lines" -> lines.toString();
          case "csv" -> csv.toString();
          default -> "\uFEFF" + csv;
        };
    Path file = Files.writeString(folder.resolve("record"), text);
    Ending agrees = run("reconcile", "--record", file.toString());
    assertThat(agrees.code()).as(agrees.out() + agrees.err()).isZero();

    JsonNode one = document.path("settlements").get(0);
    String wrong = "0x" + "9".repeat(64);
    Files.writeString(file, text.replace(one.path("transaction").asText(), wrong));
    Ending differs = run("reconcile", "--record", file.toString());

    assertThat(differs.code()).as(differs.err()).isOne();
    JsonNode differences = Shop.json(differs.out()).path("differences");
    assertThat(differences).hasSize(1);
    assertThat(differences.get(0).path("kind").asText()).isEqualTo("transaction");
    assertThat(differences.get(0).path("found").asText()).isEqualTo(wrong);
    assertThat(run("reconcile", "--record", file.toString(), "--format", "csv").out())
        .startsWith("\"kind\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "a,b\n1,2\n", "nonce,transaction\n\"x", "[{}]", "", "5"})
  @DisplayName("A record that cannot be read ends with 2 in one line, never with no difference")
  void unreadable(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("record"), text);

    ends(2, run("reconcile", "--record", file.toString()));
    ends(2, run("reconcile", "--record", folder.resolve("nowhere").toString()));
  }

  @Test
  @DisplayName("Wrong usage ends with 2")
  void usage() {
    ends(2, run("charges", "list", "--limit", "0"));
    ends(2, run("charges", "list", "--state", "gone"));
    ends(2, run("charges", "list", "--since", "yesterday"));
    ends(2, run("payments", "list", "--cursor", "x"));
    ends(2, run("charges", "list", "--url", "localhost"));
    ends(2, run("charges", "list", "--token", "a\nb"));
    ends(2, run(false, Map.of("TOLLROUTE_PORTO", "1"), "charges", "list"));
    assertThat(run("charges").code()).isEqualTo(2);
    assertThat(run("charges", "list", "--format", "xml").code()).isEqualTo(2);
    assertThat(run("payments", "paid", "pay_1").code()).isEqualTo(2);
    assertThat(run("payments", "refund", "pay_1", "--cents", "much").code()).isEqualTo(2);
  }

  @Test
  @DisplayName("A port where nobody, or somebody else, answers ends with 4")
  void unreachable() throws Exception {
    ends(4, run(false, Map.of("TOLLROUTE_MANAGEMENT_PORT", "1"), "charges", "list"));
    HttpServer somebody =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    somebody.createContext(
        "/",
        exchange -> {
          byte[] page = "<html>".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    somebody.start();
    try {
      String port = Integer.toString(somebody.getAddress().getPort());
      ends(4, run(false, Map.of("TOLLROUTE_MANAGEMENT_PORT", port), "payments", "list"));
      ends(4, run("reconcile", "--url", "http://127.0.0.1:" + port));
    } finally {
      somebody.stop(0);
    }
  }

  @Test
  @DisplayName("a wrong token ends with 5, whether an option or a setting")
  void unauthorized() {
    ends(5, run("charges", "list", "--token", "wrong"));
    ends(5, run(false, Map.of("TOLLROUTE_MANAGEMENT_TOKEN", "some-other-token-here"), "reconcile"));
  }

  @Test
  @DisplayName("The help of each command tells its exit codes, and that no money moves")
  void help() {
    for (String command : List.of("payments", "charges", "reconcile", "books")) {
      assertThat(run(command, "--help").out()).contains("Exit codes:", "5   not authorised");
    }
    assertThat(run("payments", "refund", "--help").out()).contains("Exit codes:", "cannot send");
    assertThat(run("charges", "refund", "--help").out()).contains("Exit codes:", "cannot send");
    assertThat(run("--help").out()).contains("payments", "charges", "reconcile", "books");
  }
}
