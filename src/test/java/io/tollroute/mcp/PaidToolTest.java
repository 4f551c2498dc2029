package io.tollroute.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.mcp.GatewayBench.Answer;
import io.tollroute.mcp.GatewayBench.Sent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a tool sends into the corridor, and what it makes of the answers. */
class PaidToolTest {

  private static final String TOOL = "masked_face_comparison";

  private GatewayBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = new GatewayBench();
  }

  private Sent sent(String arguments, String meta, String... headers) throws Exception {
    bench.sent.clear();
    Answer answer =
        bench.post(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\""
                + TOOL
                + "\",\"arguments\":"
                + arguments
                + ",\"_meta\":"
                + meta
                + "}}",
            headers);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(bench.sent).hasSize(1);
    return bench.sent.get(0);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private void answers(String body, String... headers) {
    Map<String, String> all = new java.util.HashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    bench.answer = new Corridor.Answer(all, body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  @DisplayName("An unpaid call carries no proof, and its arguments as they were sent")
  void plain() throws Exception {
    Sent sent = sent("{\"a\":1.50,\"b\":{\"c\":null}}", "{}");

    assertThat(sent.route()).isEqualTo("direct:tool-call");
    assertThat(sent.headers())
        .isEqualTo(Map.of("service", "masked-face-comparison", "Content-Type", "application/json"));
    assertThat(sent.body().toString()).isEqualTo("{\"a\":1.50,\"b\":{\"c\":null}}");
  }

  @Test
  @DisplayName("a token is taken out of the arguments before anything else sees them")
  void token() throws Exception {
    Sent sent = sent("{\"paymentToken\":\"tok-1\",\"a\":1}", "{}");

    assertThat(sent.headers()).containsEntry("X-Payment-Token", "tok-1");
    assertThat(sent.body().toString()).isEqualTo("{\"a\":1}");
    assertThat(sent("{}", "{}", "x-payment-token", "tok-2").headers())
        .containsEntry("X-Payment-Token", "tok-2");
  }

  @Test
  @DisplayName("A token argument that a model filled with nothing is none")
  void emptyToken() throws Exception {
    for (String nothing : List.of("\"\"", "null")) {
      Sent sent = sent("{\"paymentToken\":" + nothing + "}", "{}");
      assertThat(sent.headers()).doesNotContainKey("X-Payment-Token");
      assertThat(sent.body().toString()).isEqualTo("{}");
    }
    assertThat(sent("{\"paymentToken\":[5]}", "{}").headers())
        .containsEntry("X-Payment-Token", "[5]");
  }

  @Test
  @DisplayName("two tokens reach the corridor as two, the same token twice as one")
  void twoTokens() throws Exception {
    String argument = "{\"paymentToken\":\"tok-1\"}";

    assertThat(sent(argument, "{}", "x-payment-token", "tok-1").headers())
        .containsEntry("X-Payment-Token", "tok-1");
    assertThat(sent(argument, "{}", "x-payment-token", "tok-2").headers().get("X-Payment-Token"))
        .isInstanceOf(List.class);
    assertThat(sent("{}", "{}", "x-payment-token", "a, b").headers().get("X-Payment-Token"))
        .isInstanceOf(List.class);
    assertThat(sent("{}", "{}", "x-payment-token", "a, a").headers().get("X-Payment-Token"))
        .isInstanceOf(List.class);
  }

  @Test
  @DisplayName("a payment in _meta and a token reach the corridor as two proofs")
  void paymentAndToken() throws Exception {
    Sent sent = sent("{\"paymentToken\":\"tok\"}", "{\"x402/payment\":{\"x402Version\":2}}");

    assertThat(sent.headers())
        .containsEntry("X-Payment-Token", "tok")
        .containsEntry("PAYMENT-SIGNATURE", base64("{\"x402Version\":2}"));
  }

  @Test
  @DisplayName("A payment comes as an object, as base64 or as a header")
  void payments() throws Exception {
    String payment = "{\"x402Version\":2,\"amount\":\"1.50\"}";
    Map<String, Object> asObject = sent("{}", "{\"x402/payment\":" + payment + "}").headers();

    assertThat(asObject).containsEntry("PAYMENT-SIGNATURE", base64(payment));
    assertThat(sent("{}", "{\"x402/payment\":\"" + base64(payment) + "\"}").headers())
        .isEqualTo(asObject);
    assertThat(sent("{}", "{}", "payment-signature", base64(payment)).headers())
        .isEqualTo(asObject);
    assertThat(sent("{}", "{}", "x-payment", base64(payment)).headers())
        .containsEntry("X-PAYMENT", base64(payment));
  }

  @Test
  @DisplayName("Terms are told in every dialect at once, in words too")
  void terms() throws Exception {
    answers(
        "{\"error\":\"payment_refused\",\"message\":\"Refused.\",\"reason\":\"expired\"}",
        "payment-required",
        base64("{\"x402Version\":2,\"error\":\"expired\",\"accepts\":[{}],\"resource\":{}}"));

    JsonNode result = bench.legacy("tools/call", "{\"name\":\"" + TOOL + "\"}").result();

    JsonNode terms = result.path("structuredContent");
    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(result.at("/content/0/text").asText()).isEqualTo(terms.toString());
    assertThat(result.path("_meta").path("x402/error")).isEqualTo(terms);
    assertThat(terms.path("error").asText()).startsWith("Refused. Reason: expired.");
    JsonNode token = terms.path("extensions").path("io.tollroute/token").path("info");
    assertThat(token.path("buy").asText()).isEqualTo("https://api.example.com/api/payments");
    assertThat(token.path("argument").asText()).isEqualTo("paymentToken");
  }

  @Test
  @DisplayName("A client that advertises the payment extension gets payment_required instead")
  void extension() throws Exception {
    answers(
        "{\"error\":\"payment_required\",\"message\":\"m\"}",
        "payment-required",
        base64("{\"x402Version\":2,\"accepts\":[{}]}"));
    String meta =
        "\"_meta\":{\"io.modelcontextprotocol/clientCapabilities\":"
            + "{\"extensions\":{\"org.x402/payment\":{}}}}";

    JsonNode told = bench.modern("tools/call", "{\"name\":\"" + TOOL + "\"," + meta + "}").result();
    JsonNode plain = bench.modern("tools/call", "{\"name\":\"" + TOOL + "\"}").result();

    assertThat(told.path("resultType").asText()).isEqualTo("payment_required");
    assertThat(told.path("paymentRequired")).isEqualTo(plain.path("structuredContent"));
    assertThat(plain.path("resultType").asText()).isEqualTo("complete");
  }

  @Test
  @DisplayName("a failure is a result with its word, and says whether it was charged")
  void failure() throws Exception {
    answers(
        "{\"error\":\"provider_busy\",\"charged\":\"no\",\"message\":\"Busy.\"}",
        "retry-after",
        "3");

    JsonNode result = bench.legacy("tools/call", "{\"name\":\"" + TOOL + "\"}").result();

    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(result.at("/structuredContent/error").asText()).isEqualTo("provider_busy");
    assertThat(result.at("/content/1/text").asText())
        .isEqualTo("Busy. Charged: no. Try again after 3 seconds.");
  }

  @Test
  @DisplayName("An answer keeps its digits and its order")
  void digits() throws Exception {
    String body = "{\"data\":{\"z\":1.50,\"a\":12345678901234567890.10,\"n\":null}}";
    answers(body, "payment-response", base64("{\"success\":true}"));

    Answer answer = bench.legacy("tools/call", "{\"name\":\"" + TOOL + "\"}");

    assertThat(answer.text()).contains("\"structuredContent\":" + body);
    assertThat(answer.result().at("/content/0/text").asText()).isEqualTo(body);
    assertThat(answer.text()).contains("\"_meta\":{\"x402/payment-response\":{\"success\":true}}");
  }

  @Test
  @DisplayName("An answer that cannot be read is an internal error that tells nothing")
  void unreadable() throws Exception {
    answers("secret");

    Answer answer = bench.legacy("tools/call", "{\"name\":\"" + TOOL + "\"}");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.code()).isEqualTo(-32603);
    assertThat(answer.text()).doesNotContain("secret", "Jackson");
  }

  @Test
  @DisplayName("Combinators at the root of a schema are not shown, and references stay at a root")
  void schemas(@TempDir Path folder) throws Exception {
    String file =
        Files.readString(Path.of("services/facebody/masked-face-comparison.yaml"))
            .replace(
                "outputSchema:\n  type: object\n",
                "outputSchema:\n  type: object\n  $defs: {a: {type: object}}\n"
                    + "  allOf: [{$ref: '#/$defs/a'}]\n")
            .replace(
                "inputSchema:\n  type: object\n",
                "inputSchema:\n  type: object\n  anyOf: [{required: [ImageURLA]}]\n");
    Files.writeString(folder.resolve("a.yaml"), file);
    Catalogue catalogue = new ServiceFolder(folder).load();
    bench = new GatewayBench(() -> catalogue, 100, Set.of(), false);

    JsonNode tool = bench.legacy("tools/list", "{}").result().at("/tools/0");

    assertThat(tool.has("outputSchema")).isFalse();
    assertThat(tool.path("inputSchema").has("anyOf")).isFalse();
    assertThat(tool.path("inputSchema").has("additionalProperties")).isFalse();
    assertThat(tool.at("/inputSchema/type").asText()).isEqualTo("object");
  }

  @Test
  @DisplayName("Another catalogue on sale is another list of tools")
  void reload(@TempDir Path folder) throws Exception {
    String file = Files.readString(Path.of("services/facebody/masked-face-comparison.yaml"));
    Files.writeString(folder.resolve("a.yaml"), file.replace(TOOL, "another_tool"));
    Catalogue before = GatewayBench.real().get();
    Catalogue after = new ServiceFolder(folder).load();
    java.util.concurrent.atomic.AtomicReference<Catalogue> current =
        new java.util.concurrent.atomic.AtomicReference<>(before);
    bench = new GatewayBench(current::get, 100, Set.of(), false);
    assertThat(bench.legacy("tools/list", "{}").text()).contains(TOOL);

    current.set(after);

    assertThat(bench.legacy("tools/list", "{}").text())
        .contains("another_tool")
        .doesNotContain("\"" + TOOL + "\"");
    assertThat(bench.legacy("tools/call", "{\"name\":\"" + TOOL + "\"}").code()).isEqualTo(-32602);
  }
}
