package io.tollroute.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.AtOnce;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tool that is called again with the same arguments and the same payment. */
class McpRepeatTest {

  private static final String KEY = "io.tollroute/idempotency-key";

  @TempDir private static Path folder;
  private static Shop shop;
  private static TokenBuyer buyer;
  private static McpClient client;

  private final String key = UUID.randomUUID().toString();
  private Books before;

  @BeforeAll
  static void open() throws Exception {
    FaceServices services = new FaceServices(folder);
    services.write("masked-face-comparison", "0.20");
    services.writeNewEachTime("changing-comparison", "0.20");
    shop = Shop.open(Map.of("TOLLROUTE_SERVICES", folder.toString()));
    buyer = new TokenBuyer(shop);
    client = new McpClient(shop);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void takeStock() throws Exception {
    before = shop.takeStock();
  }

  @Test
  @DisplayName(
      "who hangs up after one second of a slow tool and calls again has one use, one answer")
  void hangUp() throws Exception {
    ObjectNode token = buyer.paid(5);
    ObjectNode arguments = arguments(token, "/sandbox/slow/2000");
    ObjectNode params = McpClient.object().put("name", McpClient.TOOL);
    params.set("arguments", arguments);

    assertThatThrownBy(
            () ->
                shop.client()
                    .send(
                        HttpRequest.newBuilder(shop.base().resolve("/mcp"))
                            .POST(
                                BodyPublishers.ofString(
                                    McpClient.request("tools/call", params).toString()))
                            .header("Content-Type", "application/json")
                            .timeout(Duration.ofSeconds(1))
                            .build(),
                        BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
    JsonNode meanwhile = client.call(arguments, McpClient.object());
    List<JsonNode> answers = new ArrayList<>();
    Shop.await(
        () -> {
          answers.add(client.call(arguments, McpClient.object()));
          return !answers.get(answers.size() - 1).path("isError").asBoolean();
        });

    assertThat(meanwhile.at("/structuredContent/error").asText()).isEqualTo("payment_in_progress");
    assertThat(meanwhile.at("/structuredContent/charged").asText()).isEqualTo("unknown");
    assertThat(meanwhile.at("/content/1/text").asText()).contains("Try again after 1 second");
    assertReplayed(answers.get(answers.size() - 1));
    assertThat(buyer.remaining(token)).isEqualTo(4);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "fifty copies at once with a token for three calls are one call, fifty keys are three")
  void atOnce() throws Exception {
    ObjectNode one = buyer.paid(3);
    ObjectNode three = buyer.paid(3);
    before = shop.takeStock();

    List<JsonNode> copies = fifty(() -> client.call(arguments(one, "/a.jpg"), McpClient.object()));
    Books afterCopies = shop.since(before);
    List<JsonNode> keyed =
        fifty(() -> client.call(arguments(three, "/a.jpg"), named(UUID.randomUUID().toString())));

    assertThat(afterCopies).isEqualTo(new Books(1, 0, 0, 0, 0));
    assertThat(buyer.remaining(one)).isEqualTo(2);
    assertThat(copies)
        .filteredOn(result -> result.path("isError").asBoolean())
        .allMatch(
            result -> result.at("/structuredContent/error").asText().equals("payment_in_progress"));
    assertThat(keyed).filteredOn(result -> !result.path("isError").asBoolean()).hasSize(3);
    assertThat(shop.since(before)).isEqualTo(new Books(4, 0, 0, 0, 0));
    assertThat(buyer.remaining(three)).isZero();
  }

  @Test
  @DisplayName("a key in _meta names the call: the same as over HTTP, another one is another call")
  void keys() throws Exception {
    ObjectNode token = buyer.paid(5);
    JsonNode first = client.call(arguments(token, "/a.jpg"), named(key));
    JsonNode again = client.call(arguments(token, "/a.jpg"), named(key));
    JsonNode other = client.call(arguments(token, "/a.jpg"), named(UUID.randomUUID().toString()));
    JsonNode foreign = client.call(arguments(token, "/b.jpg"), named(key));
    var http =
        shop.post(
            Shop.SERVICE,
            Shop.BODY,
            "X-Payment-Token",
            TokenBuyer.token(token),
            "Idempotency-Key",
            key);

    assertThat(first.path("isError").asBoolean()).as(first.toString()).isFalse();
    assertReplayed(again);
    assertThat(again.path("structuredContent")).isEqualTo(first.path("structuredContent"));
    assertThat(other.path("isError").asBoolean()).isFalse();
    assertThat(other.path("_meta").has("io.tollroute/replayed")).isFalse();
    assertThat(foreign.at("/structuredContent/error").asText()).isEqualTo("idempotency_key_used");
    assertThat(http.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(shop.since(before).upstream()).isEqualTo(2);
    assertThat(buyer.remaining(token)).isEqualTo(3);
  }

  @Test
  @DisplayName("the receipt of an answer that is told again says the calls that remain now")
  void receipt() throws Exception {
    ObjectNode token = buyer.paid(5);
    client.call(arguments(token, "/a.jpg"), McpClient.object());
    client.call(arguments(token, "/b.jpg"), McpClient.object());
    client.call(arguments(token, "/c.jpg"), McpClient.object());

    JsonNode again = client.call(arguments(token, "/a.jpg"), McpClient.object());

    assertReplayed(again);
    assertThat(again.path("_meta").path("io.tollroute/receipt").path("remainingCalls").asInt(-1))
        .isEqualTo(2);
  }

  @Test
  @DisplayName("a key in _meta is the identifier of a payment that is signed")
  void identifier() throws Exception {
    ObjectNode payment = unnamed(shop.payment());
    ObjectNode meta = named(key);
    meta.set("x402/payment", payment);

    JsonNode first = client.call(McpClient.arguments(), meta);
    var otherRequest =
        shop.post(
            Shop.SERVICE,
            Shop.magic("/b.jpg"),
            "PAYMENT-SIGNATURE",
            Shop.encode(unnamed(shop.payment())),
            "Idempotency-Key",
            key);

    assertThat(first.path("isError").asBoolean()).as(first.toString()).isFalse();
    assertThat(otherRequest.statusCode()).as(otherRequest.body()).isEqualTo(409);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"short\"", "\"\"", "\"with blanks in it and long\"", "7", "true", "{}"})
  @DisplayName("what cannot be a key is refused before anything is used")
  void unusable(String unusable) throws Exception {
    ObjectNode token = buyer.paid(1);
    before = shop.takeStock();
    ObjectNode meta = McpClient.object();
    meta.set(KEY, Shop.json(unusable));

    JsonNode refused = client.call(arguments(token, "/a.jpg"), meta);

    assertThat(refused.at("/structuredContent/error").asText())
        .isEqualTo("invalid_idempotency_key");
    assertThat(buyer.remaining(token)).isEqualTo(1);
    assertThat(shop.takeStock()).isEqualTo(before);
  }

  @Test
  @DisplayName(
      "a key in _meta and another as header are refused; the same twice is one, null is none")
  void twoKeys() throws Exception {
    ObjectNode token = buyer.paid(2);
    before = shop.takeStock();

    JsonNode differing =
        client.call(
            arguments(token, "/a.jpg"),
            named(key),
            "Idempotency-Key",
            UUID.randomUUID().toString());
    JsonNode equal =
        client.call(arguments(token, "/a.jpg"), named(key), "Idempotency-Key", '"' + key + '"');
    ObjectNode none = McpClient.object();
    none.putNull(KEY);
    JsonNode absent = client.call(arguments(token, "/b.jpg"), none);

    assertThat(differing.at("/structuredContent/error").asText())
        .isEqualTo("invalid_idempotency_key");
    assertThat(equal.path("isError").asBoolean()).as(equal.toString()).isFalse();
    assertThat(absent.path("isError").asBoolean()).as(absent.toString()).isFalse();
    assertThat(shop.since(before).upstream()).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "a tool whose answers change says so, and each of its calls with a token is a new one")
  void newEachTime() throws Exception {
    ObjectNode token = buyer.paid("changing-comparison", 2);
    JsonNode tools = client.result("tools/list", McpClient.object()).path("tools");
    ObjectNode params = McpClient.object().put("name", "changing_comparison");
    params.set("arguments", arguments(token, "/a.jpg"));

    JsonNode one = client.result("tools/call", params);
    JsonNode two = client.result("tools/call", params);

    JsonNode same = tool(tools, McpClient.TOOL);
    JsonNode changing = tool(tools, "changing_comparison");
    assertThat(same.at("/annotations/idempotentHint")).isEqualTo(Shop.json("true"));
    assertThat(same.path("description").asText()).doesNotContain(KEY);
    assertThat(changing.at("/annotations/idempotentHint")).isEqualTo(Shop.json("false"));
    assertThat(changing.path("description").asText()).contains(KEY);
    assertThat(one.path("isError").asBoolean()).as(one.toString()).isFalse();
    assertThat(two.path("isError").asBoolean()).as(two.toString()).isFalse();
    assertThat(two.path("structuredContent")).isNotEqualTo(one.path("structuredContent"));
    assertThat(shop.since(before).upstream()).isEqualTo(2);
    assertThat(buyer.remaining(token)).isZero();
  }

  @Test
  @DisplayName("instructions, prompt and prices promise what is kept, for as long as it is kept")
  void promised() throws Exception {
    ObjectNode initialize = McpClient.object().put("protocolVersion", "2025-06-18");
    initialize.putObject("capabilities");
    initialize.putObject("clientInfo").put("name", "test").put("version", "1");
    ObjectNode prompt = McpClient.object().put("name", "how_to_pay");
    ObjectNode prices = McpClient.object().put("uri", "tollroute://prices");

    List<String> texts =
        List.of(
            client.result("initialize", initialize).path("instructions").asText(),
            client.result("prompts/get", prompt).at("/messages/0/content/text").asText());
    JsonNode listed =
        Shop.json(client.result("resources/read", prices).at("/contents/0/text").asText());

    assertThat(texts).allMatch(text -> text.contains("for 900 seconds at least"));
    assertThat(texts).allMatch(text -> text.contains(KEY) && text.contains("idempotentHint"));
    assertThat(listed.path("services").findValuesAsText("repeat"))
        .containsExactlyInAnyOrder("same", "new");
  }

  private static JsonNode tool(JsonNode tools, String name) {
    for (JsonNode tool : tools) {
      if (tool.path("name").asText().equals(name)) {
        return tool;
      }
    }
    throw new AssertionError("no tool " + name);
  }

  private static ObjectNode arguments(JsonNode token, String image) throws Exception {
    return ((ObjectNode) Shop.json(Shop.magic(image))).put("paymentToken", TokenBuyer.token(token));
  }

  /** A payment that names no identifier of its own. */
  private static ObjectNode unnamed(ObjectNode payment) {
    ((ObjectNode) payment.at("/extensions/payment-identifier/info")).remove("id");
    return payment;
  }

  private static ObjectNode named(String key) {
    return McpClient.object().put(KEY, key);
  }

  private static void assertReplayed(JsonNode result) {
    assertThat(result.path("isError").asBoolean()).as(result.toString()).isFalse();
    assertThat(result.path("_meta").path("io.tollroute/replayed").asBoolean()).isTrue();
  }

  private static List<JsonNode> fifty(Callable<JsonNode> call) throws Exception {
    List<Callable<JsonNode>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(call);
    }
    return AtOnce.run(calls, 60);
  }
}
