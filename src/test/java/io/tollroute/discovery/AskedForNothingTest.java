package io.tollroute.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tollroute.ledger.TrackRecord;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.RawHttp.Answer;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever only looks pays nothing, and makes no service look better or worse than it is. */
class AskedForNothingTest {

  private static final List<String> SERVICES = List.of("masked-face-comparison", "other-face");

  @TempDir private static Path folder;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    FaceServices services = new FaceServices(folder);
    services.write(SERVICES.get(0), "0.20");
    services.write(SERVICES.get(1), "0.05");
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES", folder.toString(),
                "TOLLROUTE_LIMITS", "off",
                "TOLLROUTE_CONTACT", "help@example.com"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  /** What the documents call free, and every page and document that a route file serves. */
  static Set<String> looks() throws Exception {
    Set<String> looks = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : openApi().path("paths").properties()) {
      JsonNode security = path.getValue().at("/get/security");
      if (security.isArray() && security.isEmpty()) {
        looks.add(path.getKey());
      }
    }
    for (String file : List.of("discovery", "search", "mcp")) {
      for (JsonNode entry :
          new YAMLMapper().readTree(Path.of("routes", file + ".camel.yaml").toFile())) {
        String uri = entry.at("/route/from/uri").asText();
        if (uri.startsWith("platform-http:")
            && entry.at("/route/from/parameters/httpMethodRestrict").asText().contains("GET")) {
          looks.add(uri.substring("platform-http:".length()));
        }
      }
    }
    return looks;
  }

  private static JsonNode openApi() throws Exception {
    return Shop.json(shop.get("/openapi.json"));
  }

  @ParameterizedTest
  @MethodSource("looks")
  @DisplayName("A look at what there is asks nobody for money, whatever payment comes with it")
  void free(String address) throws Exception {
    String path = address.replace("{service}", SERVICES.get(0)).replaceFirst("\\{\\w+}", "none");
    boolean there = !address.replace("{service}", "").contains("{");
    for (String header :
        List.of(
            "Accept: */*", "PAYMENT-SIGNATURE: !", "X-PAYMENT: e30=", "X-Payment-Token: none")) {
      for (String method : List.of("GET", "HEAD")) {
        Answer answer =
            shop.raw()
                .send(
                    "%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n\r\n"
                        .formatted(method, path, shop.base().getAuthority(), header));

        assertThat(answer.status())
            .as(method + " " + path + " " + header)
            .isEqualTo(there ? 200 : 404);
        assertThat(answer.header("PAYMENT-REQUIRED")).isEmpty();
      }
    }
  }

  @Test
  @DisplayName("What is free to do by a POST asks nobody for money, either")
  void freeToDo() throws Exception {
    Map<String, String> free = new LinkedHashMap<>();
    free.put(Shop.SERVICE + "/check", Shop.BODY);
    free.put(TokenBuyer.PAYMENTS, "{\"serviceId\":\"masked-face-comparison\",\"calls\":1}");
    free.put(
        "/api/credits",
        "{\"payer\":\"0x" + "ab".repeat(20) + "\",\"nonce\":\"0x" + "cd".repeat(32) + "\"}");
    for (Map.Entry<String, String> asked : free.entrySet()) {
      HttpResponse<String> answer = shop.post(asked.getKey(), asked.getValue());

      assertThat(answer.statusCode()).as(asked.getKey() + answer.body()).isBetween(200, 201);
      assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).as(asked.getKey()).isEmpty();
    }
    for (String message :
        List.of(
            "\"tools/list\",\"params\":{}",
            "\"resources/list\",\"params\":{}",
            "\"prompts/list\",\"params\":{}",
            "\"ping\",\"params\":{}",
            tool("search_services", "{\"query\":\"face\"}"),
            tool("masked_face_comparison", Shop.BODY.replaceFirst("\\{", "{\"dryRun\":true,")))) {
      JsonNode answer = mcp(message);

      assertThat(answer.has("result")).as(message + answer).isTrue();
      assertThat(answer.at("/result/isError").asBoolean()).as(message + answer).isFalse();
    }
  }

  @Test
  @DisplayName(
      "However often prices are asked and payments refused, every document, figure and rank stays the same")
  void probes() throws Exception {
    TokenBuyer books = new TokenBuyer(shop);
    shop.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE", shop.signature());
    // what was answered and paid is told of once a minute
    shop.bean("trackRecord", TrackRecord.class).refresh();
    Map<String, String> before = said();
    JsonNode totals = books.totals();

    for (int i = 0; i < 40; i++) {
      String other = "/api/tools/" + SERVICES.get(1);
      shop.post(other, i % 2 == 0 ? "" : Shop.BODY);
      shop.get(other);
      shop.post(other + "/check", Shop.BODY);
      shop.post(other, Shop.BODY, "X-Payment-Token", "pt_" + i);
      shop.post(other, Shop.BODY, "PAYMENT-SIGNATURE", "!");
      mcp(tool("other_face", Shop.BODY));
      mcp(tool("search_services", "{\"query\":\"other face\"}"));
      shop.get("/api/catalog/search?q=other-face");
    }

    said().forEach((path, text) -> assertThat(text).as(path).isEqualTo(before.get(path)));
    assertThat(books.totals()).isEqualTo(totals);
  }

  /** All that is said of the services, but for what is of one request. */
  private static Map<String, String> said() throws Exception {
    Map<String, String> said = new LinkedHashMap<>();
    for (String path :
        List.of(
            "/openapi.json",
            "/api/catalog",
            "/api/services",
            "/api/catalog/openai-functions.json",
            "/.well-known/server402.json",
            "/api/discovery/audit",
            "/llms.txt",
            "/services/other-face/llms.txt",
            "/api/catalog/search?q=face",
            "/api/catalog/search")) {
      said.put(
          path,
          shop.get(path).body().replaceAll("req_[0-9a-f]{24}|\"generatedAt\":\"[^\"]*\"", "now"));
    }
    said.put("tools", mcp("\"tools/list\",\"params\":{}").toString());
    return said;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "' OR 1=1; DROP TABLE charge; --",
        "title:* OR *:*",
        "\u0000\u0007\u001b",
        "\u202e\ufeff\ud83d\ude00",
        "\"",
        "${7*7} #{x} {{tollroute.ledger.key}}"
      })
  @DisplayName(
      "The tool that searches takes whatever stands in a query as text, as the address does")
  void hostile(String query) throws Exception {
    JsonNode answer = mcp(tool("search_services", "{\"query\":" + TextNode.valueOf(query) + "}"));

    assertThat(answer.at("/result/isError").asBoolean()).as(answer.toString()).isFalse();
    assertThat(answer.at("/result/structuredContent/services").isArray())
        .as(answer.toString())
        .isTrue();
    assertThat(answer.toString()).doesNotContain("49 ");
  }

  @Test
  @DisplayName(
      "The tool that searches refuses a query that is too long, and shows what there is for none")
  void bounded() throws Exception {
    JsonNode tooLong = mcp(tool("search_services", "{\"query\":\"" + "x".repeat(301) + "\"}"));
    JsonNode far = mcp(tool("search_services", "{\"query\":\"" + "face ".repeat(9_000) + "\"}"));
    JsonNode none = mcp(tool("search_services", "{\"query\":\"\"}"));

    for (JsonNode refused : List.of(tooLong, far)) {
      assertThat(refused.at("/result/isError").asBoolean() || refused.has("error"))
          .as(refused.toString())
          .isTrue();
      assertThat(refused.toString().length()).isLessThan(4_000);
    }
    assertThat(none.at("/result/structuredContent/services")).as(none.toString()).hasSize(2);
  }

  private static String tool(String name, String arguments) {
    return "\"tools/call\",\"params\":{\"name\":\"" + name + "\",\"arguments\":" + arguments + "}";
  }

  private static JsonNode mcp(String message) throws Exception {
    return Shop.json(
        shop.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":" + message + "}"));
  }
}
