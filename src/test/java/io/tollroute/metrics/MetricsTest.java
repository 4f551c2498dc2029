package io.tollroute.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.settings.SettingsFault;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a shop counts while it sells, refuses and is looked at. */
class MetricsTest {

  private static final String OURS = "service=masked-face-comparison";
  private static final String GUESS = "tok_" + "A".repeat(43);

  private static Shop shop;

  /** What another shop has said whose owner buys in it. */
  private static MetricsText own;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(Map.of("TOLLROUTE_BREAKER", "on"));
    String order = "{\"serviceId\":\"masked-face-comparison\",\"calls\":1}";
    try (Shop ofBuyer =
        Shop.open(
            Map.of(
                "TOLLROUTE_OWN_WALLETS",
                SandboxWallet.funded(Clock.systemUTC()).address(),
                "TOLLROUTE_LIMITS_PAYMENTS_PER_MINUTE",
                "1"))) {
      ofBuyer.buy(ofBuyer.signature());
      ofBuyer.post("/api/payments", order);
      ofBuyer.post("/api/payments", order);
      own = MetricsText.of(ofBuyer);
    }
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  /** What a name has more of than before. */
  private static double more(MetricsText before, String name, String... labels) throws Exception {
    return MetricsText.of(shop).sum(name, labels) - before.sum(name, labels);
  }

  @Test
  @DisplayName("a request without a payment is one for the terms, by whether it came with an input")
  void terms() throws Exception {
    MetricsText before = MetricsText.of(shop);

    shop.post(Shop.SERVICE, "");
    shop.post(Shop.SERVICE, "{}");
    shop.post(Shop.ALIAS, Shop.BODY);
    mcp("{}", Shop.BODY);

    assertThat(more(before, "tollroute_terms_total", OURS, "surface=http", "asked=nothing"))
        .isEqualTo(2);
    assertThat(more(before, "tollroute_terms_total", OURS, "surface=http", "asked=input"))
        .isEqualTo(1);
    assertThat(more(before, "tollroute_terms_total", OURS, "surface=mcp", "asked=input"))
        .isEqualTo(1);
    assertThat(more(before, "tollroute_calls_total")).isZero();
  }

  @Test
  @DisplayName("a call that is sold counts once with its money, and given again without")
  void sold() throws Exception {
    MetricsText before = MetricsText.of(shop);
    String signature = shop.signature();

    assertThat(shop.buy(signature).statusCode()).isEqualTo(200);
    assertThat(shop.buy(signature).statusCode()).isEqualTo(200);

    String[] call = {OURS, "surface=http", "kind=call", "method=x402"};
    assertThat(more(before, "tollroute_calls_total", with(call, "outcome=sold"))).isEqualTo(1);
    assertThat(more(before, "tollroute_calls_total", with(call, "outcome=replayed"))).isEqualTo(1);
    assertThat(more(before, "tollroute_calls_total")).isEqualTo(2);
    assertThat(more(before, "tollroute_income_total", OURS, "currency=USD"))
        .isEqualTo(0.2, within(1e-9));
    for (String step : List.of("verify", "settle", "upstream")) {
      assertThat(more(before, "tollroute_" + step + "_seconds_count")).as(step).isEqualTo(1);
      assertThat(more(before, "tollroute_" + step + "_seconds_sum")).as(step).isPositive();
    }
    assertThat(more(before, "tollroute_commit_seconds_count")).isGreaterThanOrEqualTo(3);
    assertThat(MetricsText.of(shop).sum("tollroute_verify_seconds_bucket", "le=+Inf"))
        .isEqualTo(MetricsText.of(shop).sum("tollroute_verify_seconds_count"));
  }

  @Test
  @DisplayName("a call over MCP counts as one over MCP")
  void overMcp() throws Exception {
    MetricsText before = MetricsText.of(shop);

    HttpResponse<String> answer =
        mcp("{\"x402/payment\":" + shop.payment() + "}", Shop.magic("/by-mcp.jpg"));

    assertThat(answer.body()).contains("x402/payment-response");
    assertThat(
            more(
                before,
                "tollroute_calls_total",
                OURS,
                "surface=mcp",
                "method=x402",
                "outcome=sold"))
        .isEqualTo(1);
    assertThat(more(before, "tollroute_income_total", OURS)).isEqualTo(0.2, within(1e-9));
  }

  private static HttpResponse<String> mcp(String meta, String arguments) throws Exception {
    return shop.post(
        "/mcp",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":"
            + "\"masked_face_comparison\",\"arguments\":"
            + arguments
            + ",\"_meta\":"
            + meta
            + "}}");
  }

  private static String[] with(String[] labels, String more) {
    List<String> all = new ArrayList<>(List.of(labels));
    all.add(more);
    return all.toArray(String[]::new);
  }

  @Test
  @DisplayName("a token brings its money when it is bought, and its uses bring none")
  void token() throws Exception {
    TokenBuyer buyer = new TokenBuyer(shop);
    MetricsText before = MetricsText.of(shop);

    ObjectNode ordered = buyer.paid(3);
    assertThat(buyer.use(ordered, Shop.magic("/first.jpg")).statusCode()).isEqualTo(200);
    assertThat(buyer.use(ordered, Shop.magic("/second.jpg")).statusCode()).isEqualTo(200);

    assertThat(
            more(
                before, "tollroute_calls_total", OURS, "kind=token", "method=x402", "outcome=sold"))
        .isEqualTo(1);
    assertThat(
            more(
                before, "tollroute_calls_total", OURS, "kind=call", "method=token", "outcome=sold"))
        .isEqualTo(2);
    assertThat(more(before, "tollroute_income_total", OURS)).isEqualTo(0.6, within(1e-9));
  }

  @Test
  @DisplayName("whoever looks at how an order is paid asks for the terms of an order")
  void order() throws Exception {
    MetricsText before = MetricsText.of(shop);
    JsonNode ordered = new TokenBuyer(shop).order(2);

    shop.post("/api/payments/" + ordered.path("paymentId").asText() + "/pay", "");

    assertThat(more(before, "tollroute_terms_total", OURS, "asked=order")).isEqualTo(1);
  }

  @Test
  @DisplayName("guesses are no demand: each counts by the word that it was refused with")
  void guesses() throws Exception {
    MetricsText before = MetricsText.of(shop);

    HttpResponse<String> guessed = shop.post(Shop.SERVICE, Shop.BODY, "X-Payment-Token", GUESS);
    shop.post("/api/tools/a-guess-of-mine", Shop.BODY);
    shop.get("/wp-admin/another-guess");

    assertThat(
            more(
                before,
                "tollroute_calls_total",
                OURS,
                "method=token",
                "outcome=" + Shop.json(guessed).path("error").asText()))
        .isEqualTo(1);
    assertThat(more(before, "tollroute_other_refusals_total", "outcome=unknown_service"))
        .isEqualTo(1);
    assertThat(more(before, "tollroute_door_refusals_total", "outcome=not_found")).isEqualTo(1);
    assertThat(more(before, "tollroute_terms_total")).isZero();
    assertThat(MetricsText.of(shop).text()).doesNotContain("guess");
  }

  @Test
  @DisplayName("an MCP message that comes to nothing counts by its word, and its guess is no label")
  void refusedMessages() throws Exception {
    MetricsText before = MetricsText.of(shop);

    shop.post(
        "/mcp",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"a_guess\"}}");
    shop.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a/guess\"}");
    shop.post("/mcp", "{\"a\":\"guess\"");
    shop.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");

    for (String word : List.of("unknown_name", "unknown_method", "parse_error")) {
      assertThat(more(before, "tollroute_mcp_refusals_total", "outcome=" + word))
          .as(word)
          .isEqualTo(1);
    }
    assertThat(more(before, "tollroute_mcp_refusals_total")).isEqualTo(3);
    assertThat(more(before, "tollroute_calls_total")).isZero();
    assertThat(MetricsText.of(shop).text()).doesNotContain("guess");
  }

  @Test
  @DisplayName("a limit on free MCP messages counts by its name, as that on others does")
  void limitedMessages() throws Exception {
    try (Shop strict =
        Shop.open(
            Map.of(
                "TOLLROUTE_LIMITS_UNPAID_PER_SECOND", "1", "TOLLROUTE_LIMITS_UNPAID_BURST", "1"))) {
      for (int message = 0; message < 20; message++) {
        strict.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
      }

      MetricsText now = MetricsText.of(strict);
      assertThat(now.sum("tollroute_mcp_refusals_total", "outcome=too_many_requests"))
          .isPositive()
          .isEqualTo(now.sum("tollroute_limited_total", "limit=unpaid_per_second"));
    }
  }

  @Test
  @DisplayName(
      "what is alarmed of, and income, begin with 0, so that the first one is seen to rise")
  void fromNothing() throws Exception {
    try (Shop fresh = Shop.open(Map.of())) {
      MetricsText now = MetricsText.of(fresh);

      assertThat(now.samples().keySet())
          .anyMatch(sample -> sample.startsWith("tollroute_income_total{"))
          .contains(
              "tollroute_faults_total{outcome=\"internal_error\"}",
              "tollroute_faults_total{outcome=\"facilitator_unavailable\"}",
              "tollroute_faults_total{outcome=\"settlement_unknown\"}",
              "tollroute_faults_total{outcome=\"ledger_unavailable\"}");
      assertThat(now.sum("tollroute_faults_total")).isZero();
      assertThat(now.sum("tollroute_income_total")).isZero();
    }
  }

  @Test
  @DisplayName("a call that fails counts by its word and brings no money")
  void failed() throws Exception {
    MetricsText before = MetricsText.of(shop);

    HttpResponse<String> failed =
        shop.buy(shop.signature(), Shop.magic("/sandbox/outage/status-503"));

    String word = Shop.json(failed).path("error").asText();
    assertThat(word).startsWith("provider_");
    assertThat(more(before, "tollroute_calls_total", OURS, "method=x402", "outcome=" + word))
        .isEqualTo(1);
    assertThat(more(before, "tollroute_faults_total", "outcome=" + word)).isEqualTo(1);
    assertThat(more(before, "tollroute_faults_total")).isEqualTo(1);
    assertThat(more(before, "tollroute_income_total")).isZero();
    assertThat(more(before, "tollroute_upstream_seconds_count")).isEqualTo(1);
    assertThat(
            MetricsText.of(shop)
                .sum("tollroute_breaker_state", "upstream=service masked-face-comparison"))
        .isEqualTo(1);
  }

  @Test
  @DisplayName("documents and pages count as such")
  void documents() throws Exception {
    MetricsText before = MetricsText.of(shop);

    shop.get("/openapi.json");
    shop.get("/docs/errors");
    shop.get("/docs/errors");

    assertThat(more(before, "tollroute_documents_total", "document=openapi")).isEqualTo(1);
    assertThat(more(before, "tollroute_documents_total", "document=errors")).isEqualTo(2);
    assertThat(more(before, "tollroute_terms_total")).isZero();
  }

  @Test
  @DisplayName("the process says what it has, can and waits for")
  void state() throws Exception {
    MetricsText now = MetricsText.of(shop);

    assertThat(now.sum("tollroute_info")).isEqualTo(1);
    assertThat(now.sum("tollroute_services")).isEqualTo(1);
    assertThat(now.sum("tollroute_catalogue_broken")).isZero();
    assertThat(now.sum("tollroute_ready", "check=ledger")).isEqualTo(1);
    assertThat(now.sum("tollroute_in_flight_limit", "kind=paid")).isEqualTo(70);
    assertThat(now.sum("tollroute_workers")).isEqualTo(80);
    assertThat(now.samples()).containsKeys("tollroute_workers_busy", "tollroute_ledger_waiting");
    assertThat(now.sum("tollroute_charges", "state=refund_due")).isZero();
    assertThat(now.sum("tollroute_undecided_oldest_seconds")).isZero();
    assertThat(now.sum("jvm_memory_used_bytes")).isPositive();
  }

  @Test
  @DisplayName(
      "what goes out and what runs by the clock is measured by Camel, a buyer's way is not")
  void routes() throws Exception {
    shop.buy(shop.signature(), Shop.magic("/measured.jpg"));

    // the clock may not have come to it yet
    Shop.await(() -> measured().contains("renew-offers"));

    assertThat(measured())
        .contains("send-verify", "send-settle", "do-the-work", "renew-offers")
        .doesNotContain("http-tools", "tool-call", "demand-payment", "write-answer", "metrics");
  }

  private static Set<String> measured() throws Exception {
    return Pattern.compile("camel_route_policy_seconds_count\\{[^}]*routeId=\"([^\"]*)\"")
        .matcher(MetricsText.of(shop).text())
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toSet());
  }

  @Test
  @DisplayName("nobody's wallet, signature, token, address or input is in the text")
  void nothingOfBuyers() throws Exception {
    TokenBuyer buyer = new TokenBuyer(shop);
    ObjectNode ordered = buyer.paid(1);
    String signature = shop.signature();
    shop.buy(signature, Shop.magic("/my-own-face.jpg"));
    buyer.use(ordered, Shop.magic("/my-other-face.jpg"));
    shop.buy(signature.substring(4), Shop.magic("/my-own-face.jpg"));
    shop.post(Shop.SERVICE, Shop.magic("/my-own-face.jpg"), "X-Payment-Token", GUESS);

    String text = MetricsText.of(shop).text().toLowerCase();

    assertThat(text)
        .doesNotContain(
            shop.wallet().address().toLowerCase().substring(2),
            TokenBuyer.token(ordered).toLowerCase(),
            GUESS.toLowerCase(),
            ordered.path("paymentId").asText().toLowerCase(),
            "face.jpg",
            "images.example.com",
            "127.0.0.1",
            "0x",
            "req_",
            "://");
  }

  @Test
  @DisplayName("every name that a shop produces is documented, and it produces every name that is")
  void documented() throws Exception {
    String page = Files.readString(Path.of("docs", "metrics.md"));
    Set<String> documented = new TreeSet<>();
    Pattern.compile("(?m)^(?:\\| |- )`([a-z_]+)`")
        .matcher(page)
        .results()
        .map(found -> found.group(1))
        .filter(name -> name.startsWith("tollroute_") || name.startsWith("camel_"))
        .forEach(documented::add);

    Set<String> named =
        everything().names().stream()
            .filter(name -> !name.matches("(jvm|process|system)_.*"))
            .map(name -> name.replaceFirst("_seconds_max$", "_seconds"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(named).isEqualTo(documented);
  }

  @Test
  @DisplayName(
      "every alarm and every panel asks for metrics that there are, by labels that they have")
  void queries() throws Exception {
    MetricsText all = everything();

    assertThat(Queries.asked()).hasSizeGreaterThan(50);
    for (Queries.Asked asked : Queries.asked()) {
      List<String> samples =
          all.samples().keySet().stream()
              .filter(sample -> sample.replaceFirst("\\{.*", "").equals(asked.metric()))
              .toList();
      assertThat(samples).as(asked.metric() + " in " + asked.query()).isNotEmpty();
      assertThat(samples)
          .as(asked.toString())
          .anyMatch(
              sample ->
                  asked.labels().stream()
                      .allMatch(label -> sample.matches(".*[{,]" + label + "=\".*")));
    }
  }

  /** What two shops say in which everything has happened that is counted. */
  private static MetricsText everything() throws Exception {
    shop.buy(shop.signature(), Shop.magic("/everything.jpg"));
    shop.post(Shop.SERVICE, Shop.BODY);
    shop.get("/openapi.json");
    shop.get("/nowhere");
    shop.post("/api/tools/nothing-of-the-kind", "");
    shop.post("/mcp", "nothing of the kind");
    return MetricsText.of(MetricsText.of(shop).text() + own.text());
  }

  @Test
  @DisplayName("what the operator's own wallets buy is counted apart, and is no revenue")
  void ownPurchases() {
    assertThat(own.sum("tollroute_own_calls_total", OURS, "outcome=sold")).isEqualTo(1);
    assertThat(own.sum("tollroute_own_spent_total", OURS)).isEqualTo(0.2, within(1e-9));
    assertThat(own.sum("tollroute_calls_total", "outcome=sold")).isZero();
    assertThat(own.sum("tollroute_income_total")).isZero();
  }

  @Test
  @DisplayName("a limit counts by its name")
  void limited() {
    assertThat(own.sum("tollroute_limited_total", "limit=payments_per_minute")).isEqualTo(1);
  }

  @Test
  @DisplayName("metrics that are off are not there, and the shop sells all the same")
  void off() throws Exception {
    try (Shop silent = Shop.open(Map.of("TOLLROUTE_METRICS", "off"))) {
      assertThat(silent.buy(silent.signature()).statusCode()).isEqualTo(200);
      assertThat(MetricsText.ask(silent).statusCode()).isEqualTo(404);
    }
  }

  @Test
  @DisplayName("the text is told plainly, to nobody on the buyers' port")
  void told() throws Exception {
    HttpResponse<String> answer = MetricsText.ask(shop);

    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(shop.get("/observe/metrics").statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("a wallet of the operator's that is no address stops the start with its line")
  void wrongWallet() {
    String mistyped = SandboxWallet.funded(Clock.systemUTC()).address().replaceFirst("^0x.", "0x0");

    assertThatThrownBy(
            () -> Shop.open(Map.of("TOLLROUTE_OWN_WALLETS", "0x12, " + mistyped)).close())
        .isInstanceOf(SettingsFault.class)
        .hasMessageContaining("tollroute.own-wallets: \"0x12\"")
        .hasMessageContaining("checksum");
  }
}
