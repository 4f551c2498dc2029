package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What marketplaces are told of a service by way of the facilitator")
class ListingTest {

  private static final String PATH = "/api/tools/face";
  private static final String ICON = "https://pictures.example.com/shop.png";

  @TempDir private static Path folder;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    new FaceServices(folder).write("face", "0.50");
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES",
                folder.toString(),
                "TOLLROUTE_SERVICES_POLL_MS",
                "50",
                "TOLLROUTE_ICON_URL",
                ICON));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  /** As most clients make it: it echoes neither the resource nor an extension. */
  private static ObjectNode bare() throws Exception {
    ObjectNode demand = Shop.demand(shop.post(PATH, ""));
    ObjectNode payment = shop.wallet().sign(demand, demand.at("/accepts/0"));
    payment.remove(List.of("resource", "extensions"));
    return payment;
  }

  private static HttpResponse<String> pay(ObjectNode payment) throws Exception {
    return shop.post(PATH, Shop.BODY, "PAYMENT-SIGNATURE", Shop.encode(payment));
  }

  private static JsonNode last(String operation) throws Exception {
    List<String> bodies = shop.facilitator().bodies(operation);
    return Shop.json(bodies.get(bodies.size() - 1)).path("paymentPayload");
  }

  private static void assertValid(JsonNode bazaar) {
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(bazaar.get("schema"))
                .validate(bazaar.get("info")))
        .isEmpty();
  }

  @Test
  @DisplayName("is filled in where a buyer echoed nothing, with its texts and a real example")
  void backfilled() throws Exception {
    assertThat(pay(bare()).statusCode()).isEqualTo(200);

    JsonNode sent = last("settle");
    assertThat(sent).isEqualTo(last("verify"));
    assertThat(sent.at("/resource/url").asText()).isEqualTo(shop.base() + PATH);
    assertThat(sent.at("/resource/description").asText()).startsWith("Tells how alike");
    assertThat(sent.at("/resource/iconUrl").asText()).isEqualTo(ICON);
    JsonNode bazaar = sent.at("/extensions/bazaar");
    assertThat(bazaar.at("/info/input/type").asText()).isEqualTo("http");
    assertThat(
            bazaar
                .at("/schema/properties/input/properties/body/properties/ImageURLA/description")
                .asText())
        .contains("first image");
    assertThat(bazaar.at("/info/output/example/data/Result/Confidence").isNumber()).isTrue();
    assertValid(bazaar);
  }

  @Test
  @DisplayName("is what the buyer echoed, where he did")
  void echoed() throws Exception {
    ObjectNode demand = Shop.demand(shop.post(PATH, ""));
    ObjectNode payment = shop.wallet().sign(demand, demand.at("/accepts/0"));
    payment.set("resource", demand.get("resource"));
    payment.set("extensions", demand.get("extensions"));

    assertThat(pay(payment).statusCode()).isEqualTo(200);

    assertThat(demand.at("/resource/iconUrl").asText()).isEqualTo(ICON);
    assertThat(last("settle").get("resource")).isEqualTo(demand.get("resource"));
    assertThat(last("settle").get("extensions")).isEqualTo(demand.get("extensions"));
  }

  @Test
  @DisplayName("is the tool, at the address of the MCP server, where a tool was called")
  void tool() throws Exception {
    ObjectNode call = (ObjectNode) Shop.json("{\"jsonrpc\":\"2.0\",\"id\":1}");
    ObjectNode params = call.put("method", "tools/call").putObject("params").put("name", "face");
    params.set("arguments", Shop.json(Shop.BODY));
    params.putObject("_meta").set("x402/payment", bare());

    JsonNode result = Shop.json(shop.post("/mcp", call.toString())).path("result");

    assertThat(result.path("isError").asBoolean()).as(result.toString()).isFalse();
    JsonNode sent = last("settle");
    assertThat(sent.at("/resource/url").asText()).isEqualTo(shop.base() + "/mcp");
    assertThat(sent.at("/resource/iconUrl").asText()).isEqualTo(ICON);
    JsonNode bazaar = sent.at("/extensions/bazaar");
    assertThat(bazaar.at("/info/input/type").asText()).isEqualTo("mcp");
    assertThat(bazaar.at("/info/input/toolName").asText()).isEqualTo("face");
    assertThat(bazaar.at("/info/input/inputSchema/required")).hasSize(2);
    assertValid(bazaar);
  }

  @Test
  @DisplayName("is filled in for payments of x402 v1 too")
  void v1() throws Exception {
    ObjectNode payment = bare();
    ObjectNode old = (ObjectNode) Shop.json("{\"x402Version\":1,\"scheme\":\"exact\"}");
    old.put("network", "base-sepolia").set("payload", payment.get("payload"));

    HttpResponse<String> answer = shop.post(PATH, Shop.BODY, "X-PAYMENT", Shop.encode(old));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(last("settle").at("/extensions/bazaar/info/input/type").asText()).isEqualTo("http");
  }

  @Test
  @DisplayName("is sent again as it was, byte for byte, though the service's texts have changed")
  void sentAgain() throws Exception {
    ObjectNode payment = bare();
    int before = shop.facilitator().bodies("settle").size();
    shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
    assertThat(pay(payment).statusCode()).isEqualTo(503);
    Path file = folder.resolve("face.yaml");
    Files.writeString(file, Files.readString(file).replace("Tells how alike", "Says how similar"));
    Shop.await(
        () ->
            Shop.demand(shop.post(PATH, ""))
                .at("/resource/description")
                .asText()
                .startsWith("Says how similar"));

    HttpResponse<String> answer = pay(payment);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<String> sent = shop.facilitator().bodies("settle");
    assertThat(sent).hasSize(before + 2);
    assertThat(sent.get(before + 1)).isEqualTo(sent.get(before)).contains("Tells how alike");
    Files.writeString(file, Files.readString(file).replace("Says how similar", "Tells how alike"));
    Shop.await(
        () ->
            Shop.demand(shop.post(PATH, ""))
                .at("/resource/description")
                .asText()
                .startsWith("Tells how alike"));
  }
}
