package io.tollroute.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.testing.Shop;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator's pages of a running shop. */
@DisplayName("The operator's pages")
class AdminPageTest {

  private static final String TOKEN = "the-operators-own-token";
  private static final String MARKUP = "\"'><script>alert(1)</script>{{who}}";
  private static final String CSP =
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
          + " frame-ancestors 'none'; base-uri 'none'";

  private static Shop shop;
  private static Browser operator;

  /** A sale, as the books have it. */
  private record Sale(String key, String requestId, String transaction) {}

  @BeforeAll
  static void open() throws Exception {
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_MANAGEMENT_TOKEN",
                TOKEN,
                "TOLLROUTE_PAYMENTS_PROVIDERS",
                "x402,manual"));
    operator = Browser.signedIn(shop, TOKEN);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static JsonNode api(String path) throws Exception {
    return Shop.json(
        operator.send(
            HttpRequest.newBuilder(shop.management().resolve("/manage/" + path))
                .header("Authorization", "Bearer " + TOKEN)));
  }

  private static Sale sale() throws Exception {
    ObjectNode payment = shop.payment();
    assertThat(shop.buy(Shop.encode(payment)).statusCode()).isEqualTo(200);
    JsonNode authorization = payment.at("/payload/authorization");
    String key =
        ("x402:"
                + SandboxChain.NETWORK
                + ":"
                + SandboxChain.ASSET
                + ":"
                + authorization.path("from").asText()
                + ":"
                + authorization.path("nonce").asText())
            .toLowerCase(Locale.ROOT);
    JsonNode charge = api("charges/" + java.net.URLEncoder.encode(key, "UTF-8"));
    return new Sale(key, charge.path("requestId").asText(), charge.path("transaction").asText());
  }

  private static String invoice() throws Exception {
    return Shop.json(
            shop.post(
                "/api/payments",
                "{\"serviceId\":\"masked-face-comparison\",\"providerId\":\"manual\"}"))
        .path("paymentId")
        .asText();
  }

  private static String html(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(answer.headers().firstValue("Content-Security-Policy")).contains(CSP);
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    return answer.body();
  }

  private static String goneTo(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
    return answer.headers().firstValue("Location").orElseThrow();
  }

  private static final List<String> PAGES =
      List.of(
          "/admin",
          "/admin/payments",
          "/admin/charges",
          "/admin/charges?state=settled&service=masked-face-comparison&from=2026-01-01&before=",
          "/admin/search?q=0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
          "/admin/catalogue",
          "/admin/reconcile",
          "/admin/state",
          "/admin/audit");

  @Test
  @DisplayName(
      "are each a whole page, with no script, no style of its own and nothing from outside")
  void pages() throws Exception {
    Sale sale = sale();
    List<String> pages = new ArrayList<>(PAGES);
    pages.add(Texts.ofCharge(sale.key()));
    pages.add(Texts.link("/admin/refund", Map.of("charge", sale.key())));
    pages.add(Texts.ofPayment(invoice()));
    for (String path : pages) {
      String page = html(operator.get(path));
      assertThat(page)
          .as(path)
          .startsWith("<!doctype html>")
          .contains("<html lang=\"en\">", "<h1>", "</html>")
          .doesNotContain("<script", "style=\"", "<style", "onclick", TOKEN)
          .doesNotContainPattern("(src|href|action)=\"(https?:)?//");
    }
    assertThat(operator.get("/admin/style.css").headers().firstValue("Content-Type"))
        .contains("text/css; charset=utf-8");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /admin",
    "GET, /admin/charges",
    "GET, /admin/payments",
    "GET, /admin/charge?key=x",
    "GET, /admin/search?q=x",
    "GET, /admin/refund?charge=x",
    "GET, /admin/catalogue",
    "GET, /admin/reconcile",
    "GET, /admin/state",
    "GET, /admin/audit",
    "GET, /admin/audit.csv",
    "GET, /admin/nothing",
    "GET, /admin/%63harges",
    "POST, /admin/refund",
    "POST, /admin/paid",
    "POST, /admin/reconcile",
    "POST, /admin/logout"
  })
  @DisplayName("show nothing and do nothing without a session, with a wrong one or the token")
  void closed(String method, String path) throws Exception {
    for (String cookie :
        new String[] {
          "",
          "tollroute_operator=",
          "tollroute_operator=" + "0".repeat(64),
          "tollroute_operator=" + TOKEN,
          operator.cookie().orElseThrow() + "0",
          operator.cookie().orElseThrow().replace("operator=", "operator2=")
        }) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(shop.management().resolve(path))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .header("Authorization", "Bearer " + TOKEN)
              .method(
                  method,
                  method.equals("GET")
                      ? BodyPublishers.noBody()
                      : BodyPublishers.ofString("token=" + TOKEN));
      if (!cookie.isEmpty()) {
        request.header("Cookie", cookie);
      }
      assertThat(goneTo(operator.send(request))).isEqualTo("/admin/login");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin", "/admin/login", "/admin/charges", "/admin/style.css"})
  @DisplayName("are not on the buyers' port, with the right cookie and token either")
  void buyersPort(String path) throws Exception {
    for (String method : new String[] {"GET", "POST"}) {
      HttpResponse<String> answer =
          operator.send(
              HttpRequest.newBuilder(shop.base().resolve(path))
                  .header("Cookie", operator.cookie().orElseThrow())
                  .header("Authorization", "Bearer " + TOKEN)
                  .method(method, BodyPublishers.ofString("token=" + TOKEN)));
      assertThat(answer.statusCode()).isEqualTo(404);
    }
  }

  @Test
  @DisplayName("open for the token with a cookie that no script, other site or other path sees")
  void signIn() throws Exception {
    Browser browser = Browser.at(shop);
    assertThat(html(browser.get("/admin/login"))).contains("type=\"password\"");

    HttpResponse<String> answer = browser.signIn(TOKEN);

    assertThat(goneTo(answer)).isEqualTo("/admin");
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie)
        .matches("tollroute_operator=[0-9a-f]{64};.*")
        .contains("HTTPOnly", "SameSite=Strict", "Path=/admin", "Max-Age=28800")
        .doesNotContain("Secure", "Domain");
    html(browser.get("/admin"));
    HttpResponse<String> behindTls =
        browser.send(
            browser
                .request(
                    "/admin/login",
                    "Content-Type",
                    "application/x-www-form-urlencoded",
                    "X-Forwarded-Proto",
                    "https")
                .POST(BodyPublishers.ofString("token=" + TOKEN)));
    assertThat(behindTls.headers().firstValue("Set-Cookie").orElseThrow()).contains("Secure");
  }

  @Test
  @DisplayName("close when the operator signs out, for the cookie that he had")
  void signOut() throws Exception {
    Browser browser = Browser.signedIn(shop, TOKEN);
    html(browser.get("/admin"));

    assertThat(goneTo(browser.submit("/admin", "/admin/logout"))).isEqualTo("/admin/login");

    assertThat(goneTo(browser.get("/admin"))).isEqualTo("/admin/login");
    html(operator.get("/admin"));
  }

  @Test
  @DisplayName("do nothing for a form without this session's token, or from another site")
  void forgery() throws Exception {
    Sale sale = sale();
    String confirm = Texts.link("/admin/refund", Map.of("charge", sale.key()));
    String other = Browser.signedIn(shop, TOKEN).formToken("/admin");
    for (String token : new String[] {"", "wrong", other}) {
      HttpResponse<String> answer =
          operator.post(
              "/admin/refund", "charge", sale.key(), "shown", "200000", "form-token", token);
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("Nothing was done");
    }
    assertThat(operator.post("/admin/refund", "charge", sale.key(), "shown", "200000").statusCode())
        .isEqualTo(403);
    String good =
        Browser.form(
            "charge", sale.key(), "shown", "200000", "form-token", operator.formToken(confirm));
    for (String site : new String[] {"cross-site", "same-site"}) {
      assertThat(
              operator
                  .send(
                      operator
                          .request(
                              "/admin/refund",
                              "Content-Type",
                              "application/x-www-form-urlencoded",
                              "Sec-Fetch-Site",
                              site)
                          .POST(BodyPublishers.ofString(good)))
                  .statusCode())
          .isEqualTo(403);
    }
    for (String type : new String[] {"text/plain", "application/json", "multipart/form-data"}) {
      assertThat(
              operator
                  .send(
                      operator
                          .request("/admin/refund", "Content-Type", type)
                          .POST(BodyPublishers.ofString(good)))
                  .statusCode())
          .isEqualTo(400);
    }
    assertThat(operator.get("/admin/logout").statusCode()).isEqualTo(405);
    assertThat(html(operator.get(Texts.ofCharge(sale.key())))).contains(">settled<");
  }

  @Test
  @DisplayName("note a refund after saying how much and to whom, and have it in the log of actions")
  void refund() throws Exception {
    Sale sale = sale();
    String found = html(operator.get("/admin/search?q=" + sale.transaction()));
    assertThat(found).contains(sale.requestId());
    String confirm =
        Texts.link(
            "/admin/refund",
            Map.of("charge", sale.key(), "cents", "5.5", "note", MARKUP, "transaction", "0xback"));
    String asked = html(operator.get(confirm));
    assertThat(asked)
        .contains("0.055 USD", shop.wallet().address().toLowerCase(Locale.ROOT), "0xback")
        .doesNotContain("<script");

    String to =
        goneTo(
            operator.submit(
                confirm,
                "/admin/refund",
                "charge",
                sale.key(),
                "cents",
                "5.5",
                "note",
                MARKUP,
                "transaction",
                "0xback",
                "shown",
                "55000"));

    String page = html(operator.get(to));
    assertThat(page).contains("Noted: it is paid back.", ">refunded<", "0xback", "&lt;script");
    assertThat(page).doesNotContain("<script", "action=\"/admin/refund\"");
    JsonNode charge = api("charges/" + java.net.URLEncoder.encode(sale.key(), "UTF-8"));
    assertThat(charge.path("refundedCents").decimalValue()).isEqualByComparingTo("5.5");
    assertThat(charge.path("note").asText()).isEqualTo(MARKUP);
    JsonNode entry =
        api("audit?object=" + java.net.URLEncoder.encode(sale.key(), "UTF-8")).at("/audit/0");
    assertThat(entry.path("who").asText()).isEqualTo("token");
    assertThat(entry.path("surface").asText()).isEqualTo("page");
    assertThat(entry.path("action").asText()).isEqualTo("refund");
    assertThat(entry.path("outcome").asText()).isEqualTo("done");
    assertThat(entry.path("detail").asText()).contains("cents 5.5", "0xback", MARKUP);
    String log = html(operator.get("/admin/audit"));
    assertThat(log).contains(Texts.brief(sale.key()), "&lt;script").doesNotContain("<script");
  }

  @Test
  @DisplayName("note one refund however often the button is pressed at the same time")
  void doubleClick() throws Exception {
    Sale sale = sale();
    String token = operator.formToken("/admin");
    List<CompletableFuture<HttpResponse<String>>> clicks = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      HttpRequest request =
          operator
              .request("/admin/refund", "Content-Type", "application/x-www-form-urlencoded")
              .POST(
                  BodyPublishers.ofString(
                      Browser.form("charge", sale.key(), "shown", "200000", "form-token", token)))
              .build();
      clicks.add(shop.client().sendAsync(request, BodyHandlers.ofString()));
    }
    List<Integer> statuses = new ArrayList<>();
    for (CompletableFuture<HttpResponse<String>> click : clicks) {
      statuses.add(click.get().statusCode());
    }

    assertThat(statuses).containsOnlyOnce(303).containsOnly(303, 409);
    JsonNode entries =
        api("audit?object=" + java.net.URLEncoder.encode(sale.key(), "UTF-8")).path("audit");
    assertThat(entries).hasSize(6);
    assertThat(entries.findValuesAsText("outcome"))
        .containsOnlyOnce("done")
        .containsOnly("done", "refused");
  }

  @Test
  @DisplayName("refuse a refund of another sum than was shown")
  void changed() throws Exception {
    Sale sale = sale();

    HttpResponse<String> answer =
        operator.submit("/admin", "/admin/refund", "charge", sale.key(), "shown", "100000");

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("0.20 USD");
    assertThat(html(operator.get(Texts.ofCharge(sale.key())))).contains(">settled<");
  }

  @Test
  @DisplayName("mark an invoice paid by the reference of its transfer, and find it by its id")
  void paid() throws Exception {
    String id = invoice();
    assertThat(html(operator.get(Texts.ofPayment(id)))).contains("Mark paid", ">pending<");
    String confirm =
        Texts.link(
            "/admin/paid",
            Map.of("payment", id, "cents", "30", "reference", "wire " + MARKUP + id));
    assertThat(html(operator.get(confirm))).contains("0.30 USD").doesNotContain("<script");

    String to =
        goneTo(
            operator.submit(
                confirm,
                "/admin/paid",
                "payment",
                id,
                "cents",
                "30",
                "reference",
                "wire " + MARKUP + id));

    assertThat(html(operator.get(to)))
        .contains(">paid<", "0.10 USD", "&lt;script", "Refund what was paid beyond the price")
        .doesNotContain("<script");
    assertThat(html(operator.get("/admin/search?q=" + id))).contains("<code>" + id + "</code>");
    String excess =
        goneTo(
            operator.submit(
                to, "/admin/refund", "payment", id, "excess", "true", "shown", "100000"));
    assertThat(excess).endsWith("&done=refunded");
    JsonNode payment = api("payments/" + id);
    assertThat(payment.path("refundedCents").asInt()).isEqualTo(10);
    assertThat(payment.path("state").asText()).isEqualTo("paid");
  }

  @Test
  @DisplayName("find by wallet, transaction, request id and key, and say when there is nothing")
  void search() throws Exception {
    Sale sale = sale();
    for (String words :
        new String[] {shop.wallet().address(), sale.transaction(), sale.requestId(), sale.key()}) {
      assertThat(html(operator.get(Texts.link("/admin/search", Map.of("q", words)))))
          .as(words)
          .contains(sale.requestId());
    }
    String nothing = html(operator.get(Texts.link("/admin/search", Map.of("q", MARKUP))));
    assertThat(nothing).contains("Nothing was found", "&lt;script").doesNotContain("<script");
    assertThat(operator.get("/admin/search?q=").statusCode()).isEqualTo(400);
    assertThat(
            operator.get("/admin/search?q=0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").statusCode())
        .isEqualTo(400);
  }

  @Test
  @DisplayName("list what the filters say, in pages, and refuse what cannot be meant")
  void filters() throws Exception {
    for (int i = 0; i < 2; i++) {
      sale();
    }
    assertThat(html(operator.get("/admin/charges?state=settled")))
        .contains("masked-face-comparison", "<option value=\"settled\" selected>");
    assertThat(html(operator.get("/admin/charges?state=unknown"))).contains("There are none");
    assertThat(html(operator.get("/admin/charges?service=other"))).contains("There are none");
    assertThat(html(operator.get("/admin/charges?from=2099-01-01"))).contains("There are none");
    assertThat(html(operator.get("/admin/charges?before=2020-01-01"))).contains("There are none");
    for (String wrong :
        new String[] {"state=lost", "from=yesterday", "before=2026-13-01", "cursor=x"}) {
      assertThat(operator.get("/admin/charges?" + wrong).statusCode()).as(wrong).isEqualTo(400);
    }
    String hostile =
        html(operator.get(Texts.link("/admin/charges", Map.of("service", MARKUP, "payer", "x"))));
    assertThat(hostile).contains("&lt;script").doesNotContain("<script", "value=\"\"'");
    assertThat(operator.get("/admin/charge?key=nothing").statusCode()).isEqualTo(404);
    assertThat(operator.get("/admin/payment?id=nothing").statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("show today's sales by the same books as the accountant's")
  void overview() throws Exception {
    sale();
    JsonNode totals = api("totals");
    String received =
        Texts.amount(totals.path("receivedCents").decimalValue().movePointRight(4).longValue());

    String page = html(operator.get("/admin"));

    assertThat(page).contains("<dt>Today</dt><dd>" + received + " USD</dd>", "<svg", "Conversion");
    assertThat(page).contains(": " + received + " USD</title>");
  }

  @Test
  @DisplayName("compare the books when asked, and say that they agree")
  void reconcile() throws Exception {
    sale();

    assertThat(goneTo(operator.submit("/admin/reconcile", "/admin/reconcile")))
        .isEqualTo("/admin/reconcile");

    assertThat(html(operator.get("/admin/reconcile")))
        .contains("Everything agrees", "of charges", "of facilitator", ", for token");
  }

  @Test
  @DisplayName("the log for a spreadsheet has no cell that is a formula")
  void formula() throws Exception {
    String id = invoice();
    goneTo(
        operator.submit(
            "/admin", "/admin/paid", "payment", id, "cents", "20", "reference", "=1+1 " + id));
    goneTo(
        operator.submit(
            "/admin", "/admin/refund", "payment", id, "shown", "200000", "note", "=HYPERLINK(1)"));
    assertThat(
            operator
                .submit("/admin", "/admin/refund", "payment", "=cmd|' /C calc'!A0")
                .statusCode())
        .isEqualTo(404);

    HttpResponse<String> file = operator.get("/admin/audit.csv?object=" + id);

    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(file.headers().firstValue("Content-Type")).contains("text/csv; charset=utf-8");
    assertThat(file.body().lines()).hasSize(3).first().asString().startsWith("\"id\",\"at\"");
    assertThat(file.body()).doesNotContain("\"=");
    HttpResponse<String> api =
        operator.send(
            HttpRequest.newBuilder(shop.management().resolve("/manage/audit.csv?object=" + id))
                .header("Authorization", "Bearer " + TOKEN));
    assertThat(api.body()).isEqualTo(file.body());
    assertThat(api.headers().firstValue("Content-Type")).contains("text/csv; charset=utf-8");
  }

  @Test
  @DisplayName("the log has what was done by the API and by the commands, and who came in")
  void surfaces() throws Exception {
    Sale sale = sale();
    String path = "/manage/charges/" + java.net.URLEncoder.encode(sale.key(), "UTF-8");
    for (String agent : new String[] {"curl/8", "tollroute-cli"}) {
      operator.send(
          HttpRequest.newBuilder(shop.management().resolve(path + "/refund"))
              .header("Authorization", "Bearer " + TOKEN)
              .header("User-Agent", agent)
              .POST(BodyPublishers.ofString("{\"note\":\"" + agent + "\"}")));
    }

    JsonNode log = api("audit?object=" + java.net.URLEncoder.encode(sale.key(), "UTF-8"));
    assertThat(log.path("audit").findValuesAsText("surface")).containsExactly("cli", "api");
    assertThat(log.path("audit").findValuesAsText("outcome")).containsExactly("refused", "done");
    assertThat(log.at("/audit/0/said").asText()).contains("not refunded twice");
    assertThat(api("audit?limit=500").path("audit").findValuesAsText("action")).contains("sign_in");
  }

  @Test
  @DisplayName("bodies that are no small form are refused before they are read")
  void bounds() throws Exception {
    String large = "token=" + "x".repeat(20_000);
    Browser browser = Browser.at(shop);
    assertThat(browser.post("/admin/login", "token", large).statusCode()).isEqualTo(400);
  }

  @Test
  @DisplayName("a session ends after its time, whatever is done in it")
  void life() throws Exception {
    try (Shop other =
        Shop.open(
            Map.of(
                "TOLLROUTE_MANAGEMENT_TOKEN",
                TOKEN,
                "TOLLROUTE_MANAGEMENT_SESSION_MINUTES",
                "30"))) {
      Browser browser = Browser.signedIn(other, TOKEN);
      other.advance(Duration.ofMinutes(29));
      html(browser.get("/admin/state"));
      other.advance(Duration.ofMinutes(2));
      assertThat(goneTo(browser.get("/admin/state"))).isEqualTo("/admin/login");
    }
  }

  @Test
  @DisplayName("wrong tokens are looked at five times a minute, and then not even the right one")
  void tries() throws Exception {
    try (Shop other = Shop.open(Map.of("TOLLROUTE_MANAGEMENT_TOKEN", TOKEN))) {
      Browser browser = Browser.at(other);
      for (int i = 0; i < 5; i++) {
        assertThat(browser.signIn("wrong " + i).statusCode()).isEqualTo(403);
      }
      assertThat(browser.signIn(TOKEN).statusCode()).isEqualTo(429);
      assertThat(browser.cookie()).isEmpty();
      other.advance(Duration.ofSeconds(61));
      assertThat(goneTo(browser.signIn(TOKEN))).isEqualTo("/admin");
    }
  }

  @Test
  @DisplayName("whom a trusted proxy names needs no token, and is named in the log of actions")
  void proxy() throws Exception {
    try (Shop other =
        Shop.open(
            Map.of(
                "TOLLROUTE_MANAGEMENT_TOKEN", TOKEN,
                "TOLLROUTE_MANAGEMENT_PROXY_HEADER", "X-Operator",
                "TOLLROUTE_MANAGEMENT_PROXIES", "127.0.0.0/8"))) {
      Browser browser = Browser.at(other);
      assertThat(goneTo(browser.get("/admin"))).isEqualTo("/admin/login");
      assertThat(goneTo(browser.get("/admin", "X-Operator", " "))).isEqualTo("/admin/login");
      assertThat(goneTo(browser.get("/admin", "X-Operator", "alice", "X-Operator", "mallory")))
          .isEqualTo("/admin/login");
      String page = html(browser.get("/admin", "X-Operator", "alice<b>"));
      assertThat(page).contains("proxy:alice&lt;b&gt;").doesNotContain("Sign out", "alice<b>");
    }
  }

  @Test
  @DisplayName("the header is believed from the proxies only")
  void stranger() throws Exception {
    try (Shop other =
        Shop.open(
            Map.of(
                "TOLLROUTE_MANAGEMENT_TOKEN", TOKEN,
                "TOLLROUTE_MANAGEMENT_PROXY_HEADER", "X-Operator",
                "TOLLROUTE_MANAGEMENT_PROXIES", "192.0.2.1"))) {
      assertThat(goneTo(Browser.at(other).get("/admin", "X-Operator", "alice")))
          .isEqualTo("/admin/login");
    }
  }
}
