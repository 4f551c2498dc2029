package io.tollroute.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.catalog.Catalogue;
import io.tollroute.mcp.GatewayBench.Answer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol, without a network and without a sale. */
class McpGatewayTest {

  private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
  private static final String CALL =
      "{\"name\":\"masked_face_comparison\",\"arguments\":{\"ImageURLA\":\"a\"}}";
  private static final String VERSION = "io.modelcontextprotocol/protocolVersion";

  private GatewayBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = new GatewayBench();
  }

  private void assertNothingSold() {
    assertThat(bench.sent).isEmpty();
  }

  private static void assertError(Answer answer, int status, int code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.code()).as(answer.text()).isEqualTo(code);
    assertThat(answer.body().has("result")).isFalse();
    assertThat(answer.text()).doesNotContain("Exception", "\\tat ", "io.tollroute", "java.");
  }

  static Stream<Arguments> unreadable() {
    return Stream.of(
        Arguments.of("no JSON", "{", -32700),
        Arguments.of("nothing", "", -32700),
        Arguments.of("a text", "\"tools/list\"", -32700),
        Arguments.of("two messages", LIST + LIST, -32700),
        Arguments.of("a key twice", LIST.replace("\"id\":1", "\"id\":1,\"id\":2"), -32700),
        Arguments.of("half a surrogate pair", LIST.replace("1", "\"\\ud800\""), -32700),
        Arguments.of("endless brackets", "{\"a\":" + "[".repeat(5_000), -32700),
        Arguments.of("a byte order mark", "\uFEFF" + LIST, -32700),
        Arguments.of("a batch", "[" + LIST + "]", -32600),
        Arguments.of("an empty batch", "[]", -32600),
        Arguments.of("no version", LIST.replace("2.0", "1.0"), -32600),
        Arguments.of("a number as method", LIST.replace("\"tools/list\"", "5"), -32600),
        Arguments.of("a null id", LIST.replace("\"id\":1", "\"id\":null"), -32600),
        Arguments.of("an object as id", LIST.replace("\"id\":1", "\"id\":{}"), -32600),
        Arguments.of("a fraction as id", LIST.replace("\"id\":1", "\"id\":1.5"), -32600),
        Arguments.of("an endless id", LIST.replace("\"id\":1", "\"id\":1e30"), -32600),
        Arguments.of("a posted answer", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", -32600),
        Arguments.of("a list as params", LIST.replace("\"}", "\",\"params\":[]}"), -32602),
        Arguments.of(
            "a text as _meta", LIST.replace("\"}", "\",\"params\":{\"_meta\":\"\"}}"), -32602),
        Arguments.of(
            "a number as cursor", LIST.replace("\"}", "\",\"params\":{\"cursor\":1}}"), -32602));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unreadable")
  @DisplayName("what is no message gets one clear error, and nothing is called")
  void unreadable(String what, String body, int code) throws Exception {
    Answer answer = bench.post(body);

    assertError(answer, 400, code);
    assertNothingSold();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tools/call|{}",
        "tools/call|{\"name\":5}",
        "tools/call|{\"name\":\"masked_face_comparison\",\"arguments\":[]}",
        "tools/call|{\"name\":\"masked_face_comparison\",\"arguments\":\"x\"}",
        "tools/call|{\"name\":\"masked_face_comparison\",\"arguments\":1}",
        "prompts/get|{\"name\":null}",
        "resources/read|{\"uri\":[]}",
        "initialize|{}",
        "initialize|{\"protocolVersion\":1}",
        "initialize|{\"protocolVersion\":\"2025-11-25\",\"clientInfo\":\"me\"}"
      })
  @DisplayName("params of the wrong types are -32602 in both eras")
  void wrongTypes(String method, String params) throws Exception {
    assertError(bench.legacy(method, params), 400, -32602);
    if (!method.equals("initialize")) {
      assertError(bench.modern(method, params), 400, -32602);
    }
    assertNothingSold();
  }

  @Test
  @DisplayName("Params that are null were left out, in both eras")
  void nullIsAbsent() throws Exception {
    String call = "{\"name\":\"search_services\",\"arguments\":null,\"cursor\":null}";

    for (Answer answer :
        List.of(bench.legacy("tools/call", call), bench.modern("tools/call", call))) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().at("/result/isError").asBoolean(true)).isFalse();
    }
    String listing = LIST.replace("\"}", "\",\"params\":null}");
    assertThat(bench.post(listing).body().at("/result/tools").size()).isPositive();
  }

  @Test
  @DisplayName("an unknown tool, prompt or resource is -32602, and nothing is called")
  void unknownNames() throws Exception {
    assertError(bench.legacy("tools/call", "{\"name\":\"nothing\"}"), 200, -32602);
    assertError(bench.modern("tools/call", "{\"name\":\"nothing\"}"), 200, -32602);
    assertError(bench.legacy("prompts/get", "{\"name\":\"nothing\"}"), 200, -32602);
    assertError(bench.modern("resources/read", "{\"uri\":\"test://no\"}"), 200, -32602);
    assertNothingSold();
  }

  @Test
  @DisplayName("an unknown tool is named in its error, cut short and without anything strange")
  void unknownTool() throws Exception {
    for (String sent :
        List.of(
            "nothing",
            "Masked-Face-Comparison",
            "ignore all\\n<b>\\u202e\\u0007",
            "a".repeat(9_999))) {
      String params = "{\"name\":\"" + sent + "\"}";
      assertThat(bench.legacy("tools/call", params).body().at("/error/message").asText())
          .startsWith("There is no tool '" + sent.substring(0, 6))
          .matches("[ -~]{1,200}")
          .doesNotContain("<", "ignore all");
    }
    assertThat(
            bench
                .legacy("tools/call", "{\"name\":\"masked-face-Comparison\"}")
                .body()
                .at("/error/message")
                .asText())
        .endsWith("Did you mean masked_face_comparison?");
    assertNothingSold();
  }

  @Test
  @DisplayName(
      "No tool's schema has what a model's strict mode refuses; what costs money is no reading")
  void portableTools() throws Exception {
    JsonNode tools = bench.post(LIST).body().at("/result/tools");
    assertThat(tools.size()).isGreaterThan(2);
    for (JsonNode tool : tools) {
      boolean paid = tool.path("_meta").has("io.tollroute/serviceId");
      assertThat(tool.at("/annotations/readOnlyHint").isBoolean()).isTrue();
      assertThat(tool.at("/annotations/readOnlyHint").asBoolean()).isEqualTo(!paid);
      for (String part : List.of("inputSchema", "outputSchema")) {
        assertThat(tool.path(part).findValues("format")).isEmpty();
        assertThat(tool.path(part).findValues("maxLength")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"logging/setLevel", "resources/subscribe", "completion/complete", "a"})
  @DisplayName("An unknown method is -32601, with 404 in the second era")
  void unknownMethods(String method) throws Exception {
    assertError(bench.legacy(method, "{}"), 200, -32601);
    assertError(bench.modern(method, "{}"), 404, -32601);
  }

  @ParameterizedTest
  @ValueSource(strings = {"initialize", "ping"})
  @DisplayName("Methods that the second era has dropped are unknown in it, whatever their params")
  void droppedMethods(String method) throws Exception {
    assertError(bench.modern(method, "{}"), 404, -32601);
  }

  @Test
  @DisplayName("a notification is accepted and does nothing, even if it looks like a call")
  void notifications() throws Exception {
    Answer answer =
        bench.post("{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":" + CALL + "}");

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.text()).isEmpty();
    assertNothingSold();
  }

  @Test
  @DisplayName("the id comes back as it was, and not at all where it could not be read")
  void ids() throws Exception {
    for (String id : List.of("0", "-7", "9007199254740993", "\"\"", "\"null\"", "\"7\"")) {
      assertThat(bench.post(LIST.replace("\"id\":1", "\"id\":" + id)).text())
          .contains("\"id\":" + id + ",");
    }
    assertThat(bench.post("{").body().has("id")).isFalse();
    assertThat(bench.post(LIST.replace("\"id\":1", "\"id\":null")).body().has("id")).isFalse();
    assertThat(bench.post(LIST.replace("2.0", "1.0")).body().path("id").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE", "PUT", "PATCH", "HEAD"})
  @DisplayName("Only POST carries messages; others are told so")
  void methods(String method) throws Exception {
    Answer answer = bench.send(method, "");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsEntry("Allow", "POST, OPTIONS");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "null",
        "http://api.example.com",
        "https://api.example.com.evil.io",
        "http://localhost.evil.io",
        "file://localhost",
        "https://api.example.com:444"
      })
  @DisplayName("a page of another origin is turned away before its message is read")
  void foreignOrigins(String origin) throws Exception {
    Answer answer = bench.legacyFrom(origin);

    assertThat(answer.status()).as(answer.text()).isEqualTo(403);
    assertThat(answer.body().has("id")).isFalse();
    assertThat(answer.headers()).doesNotContainKey("Access-Control-Allow-Origin");
    assertNothingSold();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.example.com",
        "https://app.example.org",
        "HTTP://LOCALHOST:6274",
        "http://127.0.0.1",
        "http://[::1]:8080"
      })
  @DisplayName("Pages of our own, of this machine and of named origins may call and read")
  void ownOrigins(String origin) throws Exception {
    bench = new GatewayBench(GatewayBench.real(), 100, Set.of("https://app.example.org"), false);

    Answer answer = bench.legacyFrom(origin);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.headers())
        .containsEntry("Access-Control-Allow-Origin", origin)
        .containsEntry("Vary", "Origin");
    assertThat(
            bench
                .send("OPTIONS", "", "origin", origin)
                .headers()
                .get("Access-Control-Allow-Headers"))
        .contains("Mcp-Method", "MCP-Protocol-Version", "X-Payment-Token", "PAYMENT-SIGNATURE");
  }

  @Test
  @DisplayName("a server of this machine goes by its own names only")
  void hosts() throws Exception {
    GatewayBench local = new GatewayBench(GatewayBench.real(), 100, Set.of(), true);

    for (String host : List.of("localhost:8080", "127.0.0.1", "[::1]:8080", "api.example.com")) {
      assertThat(local.post(LIST, "host", host).status()).as(host).isEqualTo(200);
    }
    for (String host : List.of("evil.example.com", "localhost.evil.com:80", "127.0.0.1.evil.io")) {
      assertThat(local.post(LIST, "host", host).status()).as(host).isEqualTo(403);
    }
    assertThat(local.post(LIST, "host", "").status()).isEqualTo(403);
    assertThat(bench.post(LIST, "host", "whatever.example").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "content-type|text/plain|415",
        "content-type|application/jsonp|415",
        "content-type|application/json; charset=latin1|415",
        "content-type|Application/JSON; charset=UTF-8|200",
        "content-type|application/json; charset=\"utf8\"; profile=x|200",
        "content-type|application/json; profile=x, application/json|415",
        "accept|text/event-stream|406",
        "accept|text/html, application/json;q=0|406",
        "accept|*/*|200",
        "accept|application/*|200",
        "accept|application/json|200"
      })
  @DisplayName("Messages and answers are application/json")
  void types(String header, String value, int status) throws Exception {
    assertThat(bench.post(LIST, header, value).status()).isEqualTo(status);
  }

  @Test
  @DisplayName("A client need not say what it accepts, but what it sends")
  void absentTypes() throws Exception {
    assertThat(bench.post(LIST, "accept", "").status()).isEqualTo(200);
    assertThat(bench.post(LIST, "content-type", "").status()).isEqualTo(415);
  }

  @Test
  @DisplayName("arguments of a megabyte are refused unread")
  void huge() throws Exception {
    Answer answer =
        bench.legacy("tools/call", CALL.replace("\"a\"", "\"" + "a".repeat(1 << 20) + "\""));

    assertThat(answer.status()).isEqualTo(413);
    assertNothingSold();
  }

  @Test
  @DisplayName("the first era negotiates its version, and an unknown one in the header is 400")
  void legacyVersions() throws Exception {
    for (String version : McpGateway.LEGACY) {
      Answer answer = bench.legacy("initialize", "{\"protocolVersion\":\"" + version + "\"}");
      assertThat(answer.result().path("protocolVersion").asText()).isEqualTo(version);
      assertThat(bench.post(LIST, "mcp-protocol-version", version).status()).isEqualTo(200);
    }
    Answer newest = bench.legacy("initialize", "{\"protocolVersion\":\"1999-01-01\"}");
    assertThat(newest.result().path("protocolVersion").asText()).isEqualTo("2025-11-25");
    assertThat(newest.result().path("instructions").asText()).contains("/api/payments");
    assertThat(newest.headers()).doesNotContainKey("Mcp-Session-Id");

    Answer unknown = bench.post(LIST, "mcp-protocol-version", "1999-01-01");
    assertError(unknown, 400, -32022);
    assertThat(unknown.body().at("/error/data/supported/0").asText()).isEqualTo("2026-07-28");
    assertThat(unknown.body().at("/error/data/requested").asText()).isEqualTo("1999-01-01");
  }

  @Test
  @DisplayName("there is no session: its header changes nothing")
  void session() throws Exception {
    assertThat(bench.post(LIST, "mcp-session-id", "somebody-elses").text())
        .isEqualTo(bench.post(LIST).text());
  }

  @Test
  @DisplayName("the second era wants its headers to say what the body says")
  void modernHeaders() throws Exception {
    assertThat(bench.modern("tools/list", "{}").status()).isEqualTo(200);
    assertError(bench.modern("tools/list", "{}", "mcp-method", "tools/call"), 400, -32020);
    assertError(bench.modern("tools/list", "{}", "mcp-method", ""), 400, -32020);
    assertError(bench.modern("tools/list", "{}", "mcp-protocol-version", ""), 400, -32020);
    assertError(
        bench.modern("tools/list", "{}", "mcp-protocol-version", "2025-11-25"), 400, -32020);
    assertError(bench.modern("tools/call", CALL, "mcp-name", "another"), 400, -32020);
    assertError(bench.modern("tools/call", CALL, "mcp-name", ""), 400, -32020);
    assertError(
        bench.modern("tools/list", "{}", "mcp-method", "tools/list, tools/list"), 400, -32020);
    assertNothingSold();
    String encoded = Base64.getEncoder().encodeToString("masked_face_comparison".getBytes());
    assertThat(bench.modern("tools/call", CALL, "mcp-name", "=?base64?" + encoded + "?=").status())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("the second era wants version and abilities in every request")
  void modernMeta() throws Exception {
    String future = "{\"_meta\":{\"" + VERSION + "\":\"2099-01-01\"}}";
    Answer unknown = bench.modern("tools/list", future, "mcp-protocol-version", "2099-01-01");
    assertError(unknown, 400, -32022);
    assertThat(unknown.body().at("/error/data/requested").asText()).isEqualTo("2099-01-01");
    assertError(bench.post(LIST, "mcp-protocol-version", "2026-07-28"), 400, -32602);
    assertError(
        bench.modern(
            "tools/list", "{\"_meta\":{\"io.modelcontextprotocol/clientCapabilities\":true}}"),
        400,
        -32602);
  }

  @Test
  @DisplayName("server/discover says versions, abilities and how to buy")
  void discover() throws Exception {
    JsonNode result = bench.modern("server/discover", "{}").result();

    assertThat(result.path("supportedVersions")).hasSize(4);
    assertThat(result.at("/capabilities/extensions").has("org.x402/payment")).isTrue();
    assertThat(result.path("instructions").asText()).contains("paymentToken", "never charges");
    assertThat(result.path("resultType").asText()).isEqualTo("complete");
    assertThat(result.path("ttlMs").asInt()).isPositive();
    assertThat(
            result.path("_meta").path("io.modelcontextprotocol/serverInfo").path("name").asText())
        .isEqualTo("com.example.api/tollroute");
  }

  @Test
  @DisplayName("A tool says its price, takes a token, and shows schemas that every host can read")
  void tool() throws Exception {
    JsonNode tool = bench.legacy("tools/list", "{}").result().at("/tools/0");

    assertThat(tool.path("name").asText()).isEqualTo("masked_face_comparison");
    assertThat(tool.path("title").asText()).isEqualTo("Masked face comparison");
    assertThat(tool.path("description").asText()).contains("USD 0.20");
    assertThat(tool.at("/inputSchema/type").asText()).isEqualTo("object");
    assertThat(tool.at("/inputSchema/properties/paymentToken/type").asText()).isEqualTo("string");
    assertThat(tool.at("/inputSchema/required").toString()).doesNotContain("paymentToken");
    assertThat(tool.at("/outputSchema/type").asText()).isEqualTo("object");
    assertThat(tool.at("/outputSchema/anyOf")).hasSize(3);
    assertThat(tool.at("/annotations/readOnlyHint").asBoolean()).isFalse();
    assertThat(tool.path("_meta").path("agents-x402/priceUSD").asDouble()).isEqualTo(0.2);
    assertThat(tool.toString()).doesNotContain("x-mcp-header");
  }

  @Test
  @DisplayName("The two eras show the same tools, in the same order each time")
  void stable() throws Exception {
    JsonNode tools = bench.legacy("tools/list", "{}").result().path("tools");

    assertThat(bench.modern("tools/list", "{}").result().path("tools")).isEqualTo(tools);
    assertThat(new GatewayBench().legacy("tools/list", "{}").result().path("tools").toString())
        .isEqualTo(tools.toString());
  }

  @Test
  @DisplayName("Prices and how to pay can be read")
  void pages() throws Exception {
    String prices =
        bench
            .legacy("resources/read", "{\"uri\":\"tollroute://prices\"}")
            .result()
            .at("/contents/0/text")
            .asText();
    assertThat(prices).contains("masked_face_comparison", "\"0.20\"");
    assertThat(
            bench
                .modern("prompts/get", "{\"name\":\"how_to_pay\"}")
                .result()
                .at("/messages/0/content/text")
                .asText())
        .contains("https://api.example.com/api/payments");
  }

  @Test
  @DisplayName("Lists come in pages, and a cursor that was not given is -32602")
  void paging() throws Exception {
    bench = new GatewayBench(GatewayBench.real(), 1, Set.of(), false);
    List<String> names = new ArrayList<>();
    String cursor = "{}";
    for (boolean more = true; more; ) {
      JsonNode page = bench.legacy("tools/list", cursor).result();
      assertThat(page.path("tools")).hasSize(1);
      names.add(page.at("/tools/0/name").asText());
      more = page.has("nextCursor") && names.size() < 10;
      cursor = "{\"cursor\":\"" + page.path("nextCursor").asText() + "\"}";
    }

    assertThat(names)
        .containsExactly(
            "masked_face_comparison", "search_services", "payment_status", "job_status");
    for (String wrong : List.of("", "x", "!", "MA", "OTk", "LTE")) {
      assertError(bench.legacy("tools/list", "{\"cursor\":\"" + wrong + "\"}"), 200, -32602);
    }
  }

  @Test
  @DisplayName("A list is written once, however often and with whatever id it is asked for")
  void writtenOnce() throws Exception {
    String ask = "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"tools/list\"}";

    List<byte[]> first = bench.reply("POST", ask.formatted("1")).body();
    List<byte[]> second = bench.reply("POST", ask.formatted("\"b\"")).body();

    assertThat(first).hasSize(3);
    assertThat(second.get(1)).isSameAs(first.get(1));
    assertThat(bench.post(ask.formatted("\"b\"")).body().path("id").asText()).isEqualTo("b");
  }

  @Test
  @DisplayName("What is listed follows the catalogue")
  void listFollows() throws Exception {
    AtomicReference<Catalogue> offered = new AtomicReference<>(GatewayBench.real().get());
    bench = new GatewayBench(offered::get, 100, Set.of(), false);
    int before = bench.legacy("tools/list", "{}").result().path("tools").size();

    offered.set(new Catalogue(List.of()));

    assertThat(bench.legacy("tools/list", "{}").result().path("tools")).hasSize(before - 1);
  }

  @Test
  @DisplayName("The catalogue can be searched, and nothing of the query comes back")
  void search() throws Exception {
    JsonNode found =
        bench
            .legacy(
                "tools/call",
                "{\"name\":\"search_services\",\"arguments\":{\"query\":\"Face, mask!\"}}")
            .result();
    assertThat(found.at("/structuredContent/services/0/tool").asText())
        .isEqualTo("masked_face_comparison");
    assertThat(found.at("/structuredContent/services/0/price").asText()).isEqualTo("0.20");
    Answer none =
        bench.legacy(
            "tools/call", "{\"name\":\"search_services\",\"arguments\":{\"query\":\"zzyzx\"}}");
    assertThat(none.result().at("/structuredContent/services")).isEmpty();
    assertThat(none.text()).doesNotContain("zzyzx");
    assertThat(
            bench
                .legacy("tools/call", "{\"name\":\"search_services\",\"arguments\":{\"query\":5}}")
                .result()
                .path("isError")
                .asBoolean())
        .isTrue();
    Answer longest =
        bench.legacy(
            "tools/call",
            "{\"name\":\"search_services\",\"arguments\":{\"query\":\"%s\"}}"
                .formatted("x".repeat(301)));
    assertThat(longest.result().path("isError").asBoolean()).isTrue();
    assertThat(longest.text()).contains("300").doesNotContain("xxx");
  }
}
