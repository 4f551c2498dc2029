package io.tollroute.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.Shop;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class McpCallTest {

  private static Shop shop;
  private static McpClient client;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open();
    client = new McpClient(shop);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static void assertUntouched(Books before) throws Exception {
    assertThat(shop.takeStock()).isEqualTo(before);
  }

  private static void assertOneSale(Books before) throws Exception {
    Books since = shop.since(before);
    assertThat(since.upstream()).isEqualTo(1);
    assertThat(since.settled()).isEqualTo(1);
    assertThat(since.income()).isEqualTo(200_000);
  }

  @Test
  @DisplayName("J01 an unpaid call gets the terms as a result, and nothing else happens")
  void unpaid() throws Exception {
    Books before = shop.takeStock();

    JsonNode result = client.call(McpClient.arguments(), McpClient.object());

    assertThat(result.path("isError").asBoolean()).isTrue();
    JsonNode terms = result.path("structuredContent");
    assertThat(Shop.json(result.at("/content/0/text").asText())).isEqualTo(terms);
    assertThat(result.at("/content/0/text").asText()).isEqualTo(terms.toString());
    assertThat(result.path("_meta").path("x402/error")).isEqualTo(terms);
    assertThat(terms.path("x402Version").asInt()).isEqualTo(2);
    assertThat(terms.at("/accepts/0/amount").asText()).isEqualTo("200000");
    assertThat(terms.path("error").asText())
        .contains("USD 0.20", "/api/payments", "masked-face-comparison", "paymentToken");
    assertThat(result.at("/content/1/text").asText()).isEqualTo(terms.path("error").asText());
    assertUntouched(before);
  }

  @Test
  @DisplayName(
      "J02 a call paid in _meta is answered, with the receipt in _meta, and money moves once")
  void paid() throws Exception {
    Books before = shop.takeStock();

    JsonNode result = client.pay(shop.payment());

    assertThat(result.path("isError").asBoolean()).as(result.toString()).isFalse();
    JsonNode answer = result.path("structuredContent");
    assertThat(answer.path("message").asText()).isEqualTo("success");
    assertThat(answer.at("/data/Result/Confidence").isNumber()).isTrue();
    assertThat(Shop.json(result.at("/content/0/text").asText())).isEqualTo(answer);
    JsonNode receipt = result.path("_meta").path("x402/payment-response");
    assertThat(receipt.path("success").asBoolean()).isTrue();
    assertThat(receipt.path("transaction").asText()).startsWith("0x");
    assertOneSale(before);
  }
}
