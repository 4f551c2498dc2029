package io.tollroute.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.catalog.Service;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.Shop;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A search over HTTP")
class CatalogSearchTest {

  private static final String SEARCH = "/api/catalog/search";

  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(Map.of("TOLLROUTE_SERVICES", Path.of("services").toAbsolutePath().toString()));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static JsonNode found(String query) throws Exception {
    HttpResponse<String> answer = shop.get(SEARCH + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Shop.json(answer);
  }

  private static String q(String text) {
    return "?q=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("tells what must be known to call what was found, and to pay for it")
  void entry() throws Exception {
    HttpResponse<String> answer = shop.get(SEARCH + "?q=masked-face-comparison&limit=1");

    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    JsonNode page = Shop.json(answer);
    assertThat(page.path("schemaVersion").asText()).isEqualTo("server402.catalog.search.v1");
    assertThat(page.path("query").asText()).isEqualTo("masked-face-comparison");
    assertThat(page.at("/filters/limit").asInt()).isEqualTo(1);
    JsonNode entry = page.at("/services/0");
    assertThat(entry.path("id").asText()).isEqualTo("masked-face-comparison");
    assertThat(entry.path("toolName").asText()).isEqualTo("masked_face_comparison");
    assertThat(entry.path("aliases").get(0).asText())
        .isEqualTo("aliyun-facebody-compare-face-with-mask");
    assertThat(entry.path("category").asText()).isEqualTo("face-and-body");
    assertThat(entry.path("endpoint").asText()).endsWith(Shop.SERVICE);
    assertThat(entry.path("endpointAliases").valueStream().map(JsonNode::asText))
        .contains(shop.base() + Shop.ALIAS);
    assertThat(entry.at("/pricing/amount").asText()).isEqualTo("0.20");
    assertThat(entry.at("/pricing/currency").asText()).isEqualTo("USD");
    assertThat(entry.at("/inputSchema/properties").has("ImageURLA")).isTrue();
    assertThat(entry.at("/payment/accepts"))
        .isEqualTo(Shop.demand(shop.post(Shop.SERVICE, "")).path("accepts"));
    assertThat(entry.at("/payment/retryWith").toString())
        .contains("PAYMENT-SIGNATURE", "X-Payment-Token");
  }

  @Test
  @DisplayName("tells of each service what the catalogue tells, word for word")
  void sameAsCatalogue() throws Exception {
    Map<String, JsonNode> catalogue =
        Shop.json(shop.get("/api/catalog"))
            .path("services")
            .valueStream()
            .collect(Collectors.toMap(each -> each.path("id").asText(), each -> each));

    JsonNode services = found("?limit=50").path("services");

    assertThat(services).hasSize(50);
    services.forEach(
        entry -> assertThat(entry).isEqualTo(catalogue.get(entry.path("id").asText())));
  }

  @Test
  @DisplayName("tells what other inputs cost, where the price goes by the input")
  void tariff() throws Exception {
    JsonNode pricing = found(q("qr-code-recognition")).at("/services/0/pricing");

    assertThat(pricing.path("from").asText()).isEqualTo(pricing.path("amount").asText());
    assertThat(pricing.path("upTo").asText()).isEqualTo("2.00");
    assertThat(pricing.at("/per/pointer").asText()).isEqualTo("/Tasks");
  }

  @Test
  @DisplayName("tells the price that the call's 402 asks for")
  void price() throws Exception {
    JsonNode entry = found(q("qr code")).at("/services/0");

    JsonNode demand = Shop.demand(shop.post(Service.TOOLS + entry.path("id").asText(), ""));
    assertThat(entry.at("/pricing/amount").decimalValue().movePointRight(6).toBigInteger())
        .isEqualTo(demand.at("/accepts/0/amount").bigIntegerValue());
  }

  @Test
  @DisplayName("goes through the whole shop page by page, when nothing is looked for")
  void pages() throws Exception {
    int total = found("").path("total").asInt();
    int seen = 0;
    String last = "";
    for (int page = 0; page < 20 && seen < total; page++) {
      JsonNode some = found("?q=&limit=50&offset=" + seen);
      for (JsonNode service : some.path("services")) {
        assertThat(service.path("id").asText()).isGreaterThan(last);
        last = service.path("id").asText();
        seen++;
      }
      assertThat(some.path("nextOffset").asInt(total)).isEqualTo(seen);
    }

    assertThat(total).isGreaterThan(130);
    assertThat(seen).isEqualTo(total);
    assertThat(found("?offset=" + total).path("services")).isEmpty();
  }

  @Test
  @DisplayName("leaves out what the filters do not let through")
  void filters() throws Exception {
    JsonNode faces = found("?q=comparison&category=face-and-body");
    assertThat(faces.path("total").asInt()).isPositive();
    for (JsonNode service : faces.path("services")) {
      assertThat(service.path("category").asText()).isEqualTo("face-and-body");
    }
    assertThat(found("?provider=alibaba-rpc").path("total").asInt()).isPositive();
    assertThat(found("?provider=nobody").path("total").asInt()).isZero();
    assertThat(found("?maxPrice=0.001").path("total").asInt()).isZero();
    assertThat(found("?maxPrice=99&q=invoice").path("total").asInt()).isPositive();
    assertThat(found("?category=none&q=face").path("services")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=0 | /limit",
        "limit=51 | /limit",
        "limit=-1 | /limit",
        "limit=ten | /limit",
        "limit=99999999999999999999 | /limit",
        "offset=-1 | /offset",
        "offset=1e3 | /offset",
        "maxPrice=free | /maxPrice",
        "maxPrice=-1 | /maxPrice",
        "maxPrice=NaN | /maxPrice",
        "maxPrice=1e9 | /maxPrice",
        "q=a&q=b | /q",
        "limit= | /limit"
      })
  @DisplayName("says which parameter is wrong")
  void wrong(String query, String pointer) throws Exception {
    HttpResponse<String> answer = shop.get(SEARCH + "?" + query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("invalid_request");
    assertThat(Shop.json(answer).path("param").asText()).isEqualTo(pointer);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
  }

  @Test
  @DisplayName("says which parameters there are, and repeats none that there is not")
  void unknown() throws Exception {
    HttpResponse<String> answer = shop.get(SEARCH + "?q=face&categroy=ocr");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Shop.json(answer).path("message").asText())
        .contains("category")
        .contains("maxPrice");
    assertThat(answer.body()).doesNotContain("categroy");
  }

  @Test
  @DisplayName(
      "takes 300 characters, and refuses more with the pointer /q, or as no address at all")
  void tooLong() throws Exception {
    assertThat(found(q("face ".repeat(60))).path("total").asInt()).isPositive();
    HttpResponse<String> longer = shop.get(SEARCH + q("x".repeat(301)));
    assertThat(longer.statusCode()).isEqualTo(400);
    assertThat(Shop.json(longer).path("param").asText()).isEqualTo("/q");
    HttpResponse<String> longest = shop.get(SEARCH + q("x".repeat(100_000)));
    assertThat(longest.statusCode()).isEqualTo(414);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "' OR 1=1; DROP TABLE charge; --",
        "title:* OR *:*",
        "\u0000\u0007\u001b",
        "\"",
        "</script><script>",
        "${7*7} #{x} {{tollroute.ledger.key}}"
      })
  @DisplayName("reads whatever stands in a query as text, and gives it back as JSON")
  void hostile(String text) throws Exception {
    JsonNode page = found(q(text));

    assertThat(page.path("query").asText()).isEqualTo(text);
    assertThat(page.path("total").asInt()).isLessThan(45);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?q=%", "?q=%zz", "?q=%ff%fe", "?%00=1"})
  @DisplayName("has an answer to what is not encoded as it should be")
  void encoding(String query) throws Exception {
    RawHttp.Answer answer =
        shop.raw().send("GET " + SEARCH + query + " HTTP/1.1\r\nHost: x\r\n\r\n");

    assertThat(answer.status()).isIn(200, 400);
  }

  @Test
  @DisplayName("is what the tool of MCP finds, too")
  void mcp() throws Exception {
    JsonNode tool =
        Shop.json(
            shop.post(
                "/mcp",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                    + "{\"name\":\"search_services\",\"arguments\":{\"query\":\"车牌识别\"}}}"));

    assertThat(tool.at("/result/structuredContent/services/0/serviceId").asText())
        .isEqualTo(found(q("车牌识别")).at("/services/0/id").asText())
        .isEqualTo("license-plate-recognition");
  }

  @Test
  @DisplayName("is a GET, and says so")
  void method() throws Exception {
    HttpResponse<String> answer = shop.post(SEARCH, "{}");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.body()).contains("?q=");
  }
}
