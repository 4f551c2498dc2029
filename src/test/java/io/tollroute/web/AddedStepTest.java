package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.OwnProvider;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step that looks at every answer, added to the shipped routes by an operator. */
@DisplayName("A step of one's own that reads an answer on its way out")
class AddedStepTest {

  private static final String READS =
      """
              - setVariable:
                  name: seen
                  expression:
                    simple:
                      expression: "${body}"
      """;

  private static final String FIRST = "        - setHeader:\n            id: name-request\n";

  @TempDir private static Path home;

  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    OwnProvider own =
        new OwnProvider(home)
            .route(
                "mine",
                """
                - route:
                    id: mine
                    description: Does nothing
                    from:
                      uri: direct:mine
                      steps:
                        - setBody: {expression: {constant: {expression: '{"done":true}'}}}
                """)
            .service("mine", "direct:mine");
    Path file = home.resolve("routes/http.camel.yaml");
    String routes = Files.readString(file);
    assertThat(routes).containsOnlyOnce(FIRST);
    Files.writeString(file, routes.replace(FIRST, READS + FIRST));
    shop = Shop.open(own.settings());
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @Test
  @DisplayName("leaves it to the buyer: what he paid for, the terms, a refusal, an order")
  void leaves() throws Exception {
    HttpResponse<String> terms = shop.post("/api/tools/mine", "");
    assertThat(terms.statusCode()).isEqualTo(402);
    assertThat(Shop.json(terms).path("accepts")).hasSize(1);

    ObjectNode demand = Shop.demand(terms);
    String signature = Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0")));
    HttpResponse<String> bought =
        shop.post("/api/tools/mine", "{\"text\":\"a\"}", "PAYMENT-SIGNATURE", signature);
    assertThat(bought.statusCode()).as(bought.body()).isEqualTo(200);
    assertThat(Shop.json(bought).at("/data/done").asBoolean()).isTrue();

    assertThat(Shop.json(shop.post("/api/tools/none-such", "")).path("error").asText())
        .isEqualTo("unknown_service");
    HttpResponse<String> order = shop.post("/api/payments", "{\"serviceId\":\"mine\"}");
    assertThat(order.statusCode()).isEqualTo(201);
    assertThat(Shop.json(order).path("token").asText()).isNotEmpty();
  }

  @Test
  @DisplayName("leaves it to a buyer who comes through MCP")
  void mcp() throws Exception {
    ObjectNode demand = Shop.demand(shop.post("/api/tools/mine", ""));
    ObjectNode payment = shop.wallet().sign(demand, demand.at("/accepts/0"));

    HttpResponse<String> answer =
        shop.post(
            "/mcp",
            """
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"mine",
             "arguments":{"text":"b"},"_meta":{"x402/payment":%s}}}
            """
                .formatted(payment),
            "Accept",
            "application/json, text/event-stream");

    JsonNode result = Shop.json(answer).path("result");
    assertThat(result.path("isError").asBoolean()).as(answer.body()).isFalse();
    assertThat(result.at("/structuredContent/data/done").asBoolean()).isTrue();
  }
}
