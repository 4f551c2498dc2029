package io.tollroute.mcp;

import static io.tollroute.testing.TokenBuyer.PAYMENTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tools paid with a token that was bought over HTTP. */
class McpTokenTest {

  private static Shop shop;
  private static McpClient client;

  private Books before;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open();
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

  private record Bought(String id, String token) {}

  private static ObjectNode order(int calls) throws Exception {
    return (ObjectNode)
        Shop.json(
            shop.post(
                PAYMENTS, "{\"serviceId\":\"masked-face-comparison\",\"calls\":" + calls + "}"));
  }

  private static Bought buy(int calls) throws Exception {
    ObjectNode order = order(calls);
    String id = order.path("paymentId").asText();
    ObjectNode signed = shop.wallet().sign(order, order.path("accepts").path(0));
    HttpResponse<String> paid =
        shop.post(PAYMENTS + "/" + id + "/pay", "", "PAYMENT-SIGNATURE", Shop.encode(signed));
    assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
    return new Bought(id, order.path("token").asText());
  }

  private static JsonNode call(String image, String token) throws Exception {
    ObjectNode arguments =
        (ObjectNode) Shop.json(Shop.BODY.replace("/a.jpg", "/" + image + ".jpg"));
    return client.call(arguments.put("paymentToken", token), McpClient.object());
  }

  private static JsonNode status(String id) throws Exception {
    ObjectNode params = McpClient.object().put("name", "payment_status");
    params.putObject("arguments").put("paymentId", id);
    return client.result("tools/call", params);
  }

  private static void assertAnswered(JsonNode result) {
    assertThat(result.path("isError").asBoolean()).as(result.toString()).isFalse();
    assertThat(result.at("/structuredContent/data/Result/Confidence").isNumber()).isTrue();
  }

  private static int remaining(String id) throws Exception {
    return status(id).at("/structuredContent/remainingCalls").asInt(-1);
  }

  @Test
  @DisplayName("a token as argument buys a call, and money moved when it was bought")
  void argument() throws Exception {
    Bought bought = buy(1);
    assertThat(shop.since(before).income()).isEqualTo(200_000);

    JsonNode result = call("a", bought.token());

    assertAnswered(result);
    assertThat(result.path("_meta").path("io.tollroute/receipt").path("remainingCalls").asInt(-1))
        .isZero();
    assertThat(shop.since(before).income()).isEqualTo(200_000);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
    assertThat(remaining(bought.id())).isZero();
  }

  @Test
  @DisplayName("a token as header, which the model never sees, is as good")
  void header() throws Exception {
    Bought bought = buy(1);

    assertAnswered(
        client.call(McpClient.arguments(), McpClient.object(), "X-Payment-Token", bought.token()));

    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @Test
  @DisplayName("a token used over MCP and HTTP for the same request is one use")
  void oneUse() throws Exception {
    Bought bought = buy(1);

    JsonNode tool = call("a", bought.token());
    HttpResponse<String> address =
        shop.post(Shop.SERVICE, Shop.BODY, "X-Payment-Token", bought.token());
    JsonNode other = call("b", bought.token());

    assertAnswered(tool);
    assertThat(address.statusCode()).isEqualTo(200);
    assertThat(address.body()).isEqualTo(tool.at("/content/0/text").asText());
    assertThat(other.path("isError").asBoolean()).isTrue();
    assertThat(other.at("/structuredContent/error").asText()).contains("Reason:");
    assertThat(shop.since(before).upstream()).isEqualTo(1);
    assertThat(shop.since(before).income()).isEqualTo(200_000);
  }

  @Test
  @DisplayName("two good tokens at once are refused and both stay good; one twice is one")
  void twoTokens() throws Exception {
    Bought one = buy(1);
    Bought two = buy(1);
    JsonNode arguments = McpClient.arguments().put("paymentToken", one.token());

    JsonNode both = client.call(arguments, McpClient.object(), "X-Payment-Token", two.token());
    assertThat(both.at("/structuredContent/error").asText()).isEqualTo("multiple_payment_methods");
    assertThat(both.at("/structuredContent/charged").asText()).isEqualTo("no");
    assertThat(shop.since(before).upstream()).isZero();
    assertThat(remaining(one.id())).isEqualTo(1);
    assertThat(remaining(two.id())).isEqualTo(1);

    assertAnswered(client.call(arguments, McpClient.object(), "X-Payment-Token", one.token()));
    assertThat(remaining(one.id())).isZero();
    assertThat(remaining(two.id())).isEqualTo(1);
  }

  @Test
  @DisplayName("a good token beside a good payment is refused, and both stay good")
  void tokenAndPayment() throws Exception {
    Bought bought = buy(1);
    ObjectNode payment = shop.payment();
    ObjectNode meta = McpClient.object().set("x402/payment", payment);

    JsonNode both = client.call(McpClient.arguments().put("paymentToken", bought.token()), meta);

    assertThat(both.at("/structuredContent/error").asText()).isEqualTo("multiple_payment_methods");
    assertThat(shop.since(before).upstream()).isZero();
    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertAnswered(call("a", bought.token()));
    assertAnswered(client.pay(payment));
  }

  @Test
  @DisplayName("a failed call gives the token's use back")
  void failed() throws Exception {
    Bought bought = buy(1);
    ObjectNode bad = (ObjectNode) Shop.json(Shop.magic("/sandbox/error/InvalidImage.NotFoundFace"));

    JsonNode failed = client.call(bad.put("paymentToken", bought.token()), McpClient.object());

    assertThat(failed.at("/structuredContent/error").asText()).isEqualTo("provider_rejected");
    assertThat(remaining(bought.id())).isEqualTo(1);
    assertAnswered(call("a", bought.token()));
  }

  @Test
  @DisplayName("a token is in no text, no status and no log line")
  void secret() throws Exception {
    Bought bought = buy(2);
    try (LogLines log = LogLines.capture()) {
      List<JsonNode> told =
          List.of(
              call("a", bought.token()),
              call("sandbox/error/InvalidImage.NotFoundFace", bought.token()),
              client.call(
                  McpClient.object().put("paymentToken", bought.token()), McpClient.object()),
              status(bought.id()));

      for (JsonNode result : told) {
        assertThat(result.toString()).doesNotContain(bought.token());
      }
      assertThat(log.lines()).isNotEmpty();
      assertThat(log.lines()).noneMatch(line -> line.contains(bought.token()));
    }
  }

  @Test
  @DisplayName("A payment's status can be asked for, and says how to pay while it is open")
  void status() throws Exception {
    ObjectNode order = order(3);

    JsonNode open = status(order.path("paymentId").asText()).path("structuredContent");
    JsonNode unknown = status("pay_AAAAAAAAAAAAAAAAAAAAAAAA");
    JsonNode wrong = status("../../etc");

    assertThat(open.path("status").asText()).isEqualTo("pending");
    assertThat(open.path("remainingCalls").asInt()).isEqualTo(3);
    assertThat(open.has("token")).isFalse();
    assertThat(unknown.path("isError").asBoolean()).isTrue();
    assertThat(unknown.at("/structuredContent/error").asText()).isNotEmpty();
    assertThat(wrong.path("isError").asBoolean()).isTrue();
    assertThat(shop.takeStock()).isEqualTo(before);
  }
}
