package io.tollroute.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A free check of an input")
class CheckInputTest {

  private static final String CHECK = Shop.SERVICE + "/check";
  private static final String WRONG =
      """
      {"ImageURLA": "http://10.0.0.1/a.jpg", "QualityScoreThreshold": "high", "Colour": "crimson"}""";

  private static Shop shop;
  private Books before;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(Map.of());
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void count() throws Exception {
    before = shop.takeStock();
  }

  @AfterEach
  void nothingWasDone() throws Exception {
    Books since = shop.since(before);
    assertThat(since.upstream()).isZero();
    assertThat(since.settled()).isZero();
  }

  private static JsonNode data(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Shop.json(answer).path("data");
  }

  @Test
  @DisplayName("says that a call would be worked on, and what it costs")
  void valid() throws Exception {
    HttpResponse<String> answer = shop.post(CHECK, Shop.BODY);

    assertThat(data(answer).path("valid").asBoolean()).isTrue();
    assertThat(data(answer).path("problems")).isEmpty();
    assertThat(data(answer).at("/price/amount").asText()).isEqualTo("0.20");
    assertThat(Shop.json(answer).path("requestId").asText())
        .isEqualTo(answer.headers().firstValue("X-Request-Id").orElseThrow());
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
  }

  @Test
  @DisplayName("tells everything that is wrong at once, each with its pointer, and quotes nothing")
  void problems() throws Exception {
    HttpResponse<String> answer = shop.post(CHECK, WRONG);

    assertThat(data(answer).path("valid").asBoolean()).isFalse();
    assertThat(data(answer).path("problems").findValuesAsText("param"))
        .containsExactlyInAnyOrder("/ImageURLA", "/ImageURLB", "/QualityScoreThreshold", "/Colour");
    assertThat(answer.body()).doesNotContain("10.0.0.1", "high", "crimson");
  }

  @Test
  @DisplayName("tells first what a paid call is refused for")
  void same() throws Exception {
    for (String wrong : new String[] {WRONG, "{}", "{\"ImageURLA\":null,\"ImageURLB\":7}"}) {
      JsonNode first = data(shop.post(CHECK, wrong)).at("/problems/0");
      JsonNode refusal = Shop.json(shop.buy(shop.signature(), wrong));

      assertThat(refusal.path("error").asText()).isEqualTo("invalid_request");
      assertThat(refusal.path("param").asText()).isEqualTo(first.path("param").asText());
      assertThat(refusal.path("message").asText()).isEqualTo(first.path("message").asText());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/tools/nothing/check | {} | 404 | unknown_service",
        "/api/tools/masked-face-comparison/check | [] | 400 | malformed_request",
        "/api/tools/masked-face-comparison/check | {\"a\":1,\"a\":2} | 400 | malformed_request",
        "/api/tools/masked-face-comparison/check | nonsense | 400 | malformed_request",
        "/api/tools/aliyun-facebody-compare-face-with-mask/check | | 400 | malformed_request"
      })
  @DisplayName("answers what cannot be read as a paid call answers it")
  void unreadable(String path, String body, int status, String word) throws Exception {
    HttpResponse<String> answer = shop.post(path, body == null ? "" : body);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo(word);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
  }

  @Test
  @DisplayName("takes no payment, whatever comes with it")
  void unpaid() throws Exception {
    HttpResponse<String> answer =
        shop.post(CHECK, Shop.BODY, "PAYMENT-SIGNATURE", shop.signature());

    assertThat(data(answer).path("valid").asBoolean()).isTrue();
    assertThat(answer.headers().firstValue("PAYMENT-RESPONSE")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "\"true\"", "1"})
  @DisplayName("is done by an MCP tool whose dryRun is anything but no")
  void dryRun(String said) throws Exception {
    JsonNode result = call(WRONG.substring(0, WRONG.length() - 1) + ", \"dryRun\": " + said + "}");

    assertThat(result.path("isError").asBoolean()).isFalse();
    assertThat(result.at("/structuredContent/data/valid").asBoolean()).isFalse();
    assertThat(result.at("/structuredContent/data/problems")).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "null"})
  @DisplayName("is not what a tool does whose dryRun says no")
  void noDryRun(String said) throws Exception {
    String input = Shop.BODY.strip();

    JsonNode result = call(input.substring(0, input.length() - 1) + ", \"dryRun\": " + said + "}");

    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(result.at("/structuredContent/accepts")).isNotEmpty();
  }

  private static JsonNode call(String arguments) throws Exception {
    HttpResponse<String> answer =
        shop.post(
            "/mcp",
            """
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":
              {"name":"masked_face_comparison","arguments":%s}}"""
                .formatted(arguments),
            "Accept",
            "application/json, text/event-stream");
    return Shop.json(answer).path("result");
  }
}
