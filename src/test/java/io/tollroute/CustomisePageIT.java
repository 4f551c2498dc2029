package io.tollroute;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tollroute.testing.Folders;
import io.tollroute.testing.Jars;
import io.tollroute.testing.Page;
import io.tollroute.testing.Shop;
import io.tollroute.testing.ShopProcess;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/customise.md shows, taken from there as it stands and added to a distribution. */
@DisplayName("The recipes of docs/customise.md")
@Timeout(300)
class CustomisePageIT {

  private static final String KEY = "key-of-the-test";
  private static final String PATH = "/api/tools/quick-check";

  @TempDir private static Path home;
  @TempDir private static Path sources;

  private static Page page;
  private static Shop others;
  private static ShopProcess shop;

  @BeforeAll
  static void add() throws Exception {
    page = new Page("customise.md");
    for (String part : List.of("routes", "services", "schema", "docs")) {
      Folders.furnish(home, part);
    }
    page.write("services/quick-check.yaml", home);
    page.write("routes/provider/quick-check.camel.yaml", home);
    page.write("routes/payment/voucher.camel.yaml", home);
    page.write("routes/opening-hours.camel.yaml", home);
    for (String source :
        List.of(
            "acme/Voucher.java",
            "acme/Vouchers.java",
            "acme/VoucherModule.java",
            "META-INF/services/io.tollroute.module.Module")) {
      page.write(source, sources);
    }
    Jars.pack(sources, home.resolve("lib/ext/acme.jar"));
    others = Shop.open();
    shop = ShopProcess.launch(others, home, Map.of("VOUCHER_KEY", KEY));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    others.close();
  }

  private static String voucher(String id) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return id + "." + HexFormat.of().formatHex(mac.doFinal(id.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode example() throws Exception {
    return new YAMLMapper().readTree(page.file("services/quick-check.yaml"));
  }

  private static HttpResponse<String> buy(String voucher, String body) throws Exception {
    return shop.post(PATH, body, "X-Voucher", voucher);
  }

  @Test
  @DisplayName("A service and its provider: sold as the example says")
  void service() throws Exception {
    ObjectNode demand = Shop.demand(shop.post(PATH, ""));
    String signature = Shop.encode(others.wallet().sign(demand, demand.at("/accepts/0")));

    HttpResponse<String> answer =
        shop.post(
            PATH, example().path("exampleRequest").toString(), "PAYMENT-SIGNATURE", signature);

    assertThat(answer.statusCode()).as(answer.body() + shop.printed()).isEqualTo(200);
    assertThat(Shop.json(answer).path("data")).isEqualTo(example().at("/exampleResponse/data"));
  }

  @Test
  @DisplayName("An address: it takes its methods, and another one is 405 with what it takes")
  void address() throws Exception {
    HttpResponse<String> page = shop.get("/opening-hours");
    assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
    assertThat(page.body()).isEqualTo("{\"open\":\"always\"}");
    assertThat(page.headers().firstValue("X-Request-Id")).isPresent();

    HttpResponse<String> posted = shop.post("/opening-hours", "{}");
    assertThat(posted.statusCode()).isEqualTo(405);
    assertThat(posted.headers().firstValue("Allow").orElse("")).contains("GET");
    assertThat(Shop.json(posted).path("error").asText()).isEqualTo("method_not_allowed");
  }

  @Test
  @DisplayName("A payment method: it is in the terms, pays one answer, and gives it again")
  void method() throws Exception {
    HttpResponse<String> unpaid = shop.post(PATH, "");
    assertThat(unpaid.statusCode()).isEqualTo(402);
    assertThat(Shop.json(unpaid).at("/voucher/header").asText()).isEqualTo("X-Voucher");
    assertThat(Shop.json(unpaid).at("/payment/retryWith").toString()).contains("X-Voucher");
    assertThat(unpaid.headers().firstValue("Access-Control-Expose-Headers").orElse(""))
        .contains("X-Voucher-Receipt");
    String voucher = voucher("one");

    HttpResponse<String> first = buy(voucher, "{\"text\":\"a\"}");
    assertThat(first.statusCode()).as(first.body() + shop.printed()).isEqualTo(200);
    assertThat(first.headers().firstValue("X-Voucher-Receipt")).contains("{\"voucher\":\"used\"}");
    HttpResponse<String> again = buy(voucher, "{\"text\":\"a\"}");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    HttpResponse<String> other = buy(voucher, "{\"text\":\"b\"}");
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(Shop.json(other).path("error").asText()).isEqualTo("payment_used");
  }

  @Test
  @DisplayName("A payment method: one that is nobody's is 402 with the terms, and MCP takes it too")
  void otherSurfaces() throws Exception {
    HttpResponse<String> forged = buy("two.00", "{\"text\":\"a\"}");
    assertThat(forged.statusCode()).isEqualTo(402);
    assertThat(Shop.json(forged).path("reason").asText()).isEqualTo("voucher_unknown");

    HttpResponse<String> answer =
        shop.post(
            "/mcp",
            """
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"quick_check",
             "arguments":{"text":"a"},"_meta":{"acme/voucher":"%s"}}}
            """
                .formatted(voucher("three")),
            "Accept",
            "application/json, text/event-stream");
    JsonNode result = Shop.json(answer).path("result");
    assertThat(result.path("isError").asBoolean()).as(answer.body()).isFalse();
    assertThat(result.at("/_meta/acme~1receipt/voucher").asText()).isEqualTo("used");
  }
}
