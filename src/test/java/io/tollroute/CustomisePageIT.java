package io.tollroute;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tollroute.testing.Folders;
import io.tollroute.testing.FreePorts;
import io.tollroute.testing.Jars;
import io.tollroute.testing.Page;
import io.tollroute.testing.Shop;
import io.tollroute.testing.ShopProcess;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
  private static Process echo;

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
    page.write(
        "routes/told.camel.yaml", home, text -> text.replace("data/events", home + "/events"));
    for (String source :
        List.of(
            "acme/Voucher.java",
            "acme/Vouchers.java",
            "acme/VoucherModule.java",
            "META-INF/services/io.tollroute.module.Module")) {
      page.write(source, sources);
    }
    Jars.pack(sources, home.resolve("lib/ext/acme.jar"));
    int port = FreePorts.draw().port();
    startEcho(port);
    page.write("services/echo.yaml", home, text -> text.replace("8099", Integer.toString(port)));
    addCities();
    others = Shop.open();
    shop =
        ShopProcess.launch(
            others,
            home,
            Map.of(
                "VOUCHER_KEY",
                KEY,
                "ECHO_KEY",
                "my-key",
                "TOLLROUTE_EVENTS",
                "direct:told",
                "TOLLROUTE_HTTP_JSON_ALLOWED_HOSTS",
                "127.0.0.1:" + port));
  }

  private static void startEcho(int port) throws Exception {
    page.write("Echo.java", home, text -> text.replace("8099", Integer.toString(port)));
    echo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "Echo.java")
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("echo.log").toFile())
            .start();
    Shop.await(
        () -> {
          try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
          } catch (IOException notYet) {
            return false;
          }
        });
  }

  private static void addCities() throws Exception {
    String database = home.resolve("cities.db").toString();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      for (String line : page.file("cities.sql").split(";\n")) {
        statement.executeUpdate(line);
      }
    }
    page.write(
        "conf/application.properties", home, text -> text.replace("/srv/shop/cities.db", database));
    page.write("routes/provider/city.camel.yaml", home);
    page.write("services/city.yaml", home);
    Folders.copy(Path.of("target", "added-component"), home.resolve("lib/ext"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    others.close();
    echo.destroyForcibly().waitFor();
  }

  private static String voucher(String id) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return id + "." + HexFormat.of().formatHex(mac.doFinal(id.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode example() throws Exception {
    return example("quick-check");
  }

  private static JsonNode example(String service) throws Exception {
    return new YAMLMapper().readTree(page.file("services/" + service + ".yaml"));
  }

  private static HttpResponse<String> pay(String service, String body) throws Exception {
    String path = "/api/tools/" + service;
    ObjectNode demand = Shop.demand(shop.post(path, ""));
    String signature = Shop.encode(others.wallet().sign(demand, demand.at("/accepts/0")));
    return shop.post(path, body, "PAYMENT-SIGNATURE", signature);
  }

  private static void assertSoldAsShown(String service) throws Exception {
    HttpResponse<String> answer = pay(service, example(service).path("exampleRequest").toString());
    assertThat(answer.statusCode()).as(answer.body() + shop.printed()).isEqualTo(200);
    assertThat(Shop.json(answer).path("data"))
        .isEqualTo(example(service).at("/exampleResponse/data"));
  }

  private static HttpResponse<String> buy(String voucher, String body) throws Exception {
    return shop.post(PATH, body, "X-Voucher", voucher);
  }

  @Test
  @DisplayName("A service and its provider: sold as the example says")
  void service() throws Exception {
    assertSoldAsShown("quick-check");
  }

  @Test
  @DisplayName("An API: a local echo is sold by a service file, and gets what the page says")
  void api() throws Exception {
    assertSoldAsShown("echo");
    assertThat(shop.printed()).doesNotContain("my-key");
  }

  @Test
  @DisplayName(
      "A component that is not in the bundle: a table is sold, and what is not in it is 422")
  void component() throws Exception {
    assertThat(page.text())
        .contains("org.apache.camel:camel-jdbc:" + camelVersion() + " -DoutputDirectory=lib/ext");
    assertSoldAsShown("city");
    for (String name : List.of("Atlantis", "x' OR '1'='1")) {
      HttpResponse<String> refused = pay("city", "{\"name\":\"" + name + "\"}");
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
      assertThat(Shop.json(refused).path("reason").asText()).isEqualTo("unknown_city");
      assertThat(Shop.json(refused).path("charged").asText()).isEqualTo("no");
    }
  }

  private static String camelVersion() throws IOException {
    try (Stream<Path> jars = Files.list(Path.of("target", "added-component"))) {
      return jars.map(jar -> jar.getFileName().toString())
          .map(name -> name.replaceFirst("camel-jdbc-(.*)\\.jar", "$1"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  @DisplayName("Events to a file: a call that was sold is a line of JSON")
  void events() throws Exception {
    String body = example("quick-check").path("exampleRequest").toString();
    HttpResponse<String> answer = pay("quick-check", body);
    String id = answer.headers().firstValue("X-Request-Id").orElseThrow();
    Path file = home.resolve("events/events.jsonl");
    Shop.await(
        () ->
            Files.exists(file)
                && Files.readAllLines(file).stream().anyMatch(line -> line.contains(id)));

    String line =
        Files.readAllLines(file).stream().filter(told -> told.contains(id)).findFirst().orElse("");

    assertThat(Shop.json(line).path("type").asText()).isEqualTo("io.tollroute.charge.settled");
    assertThat(Shop.json(line).at("/data/service").asText()).isEqualTo("quick-check");
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

  @Test
  @DisplayName(
      "Another price and another step: both take effect while the shop is open, and what was offered"
          + " before stays good")
  void changes() throws Exception {
    ObjectNode offered = Shop.demand(shop.post("/api/tools/echo", ""));
    edit("services/echo.yaml", "amount: \"0.01\"", "amount: \"0.02\"");
    Shop.await(
        () ->
            Shop.demand(shop.post("/api/tools/echo", ""))
                .at("/accepts/0/amount")
                .asText()
                .equals("20000"));
    HttpResponse<String> answer =
        shop.post(
            "/api/tools/echo",
            example("echo").path("exampleRequest").toString(),
            "PAYMENT-SIGNATURE",
            Shop.encode(others.wallet().sign(offered, offered.at("/accepts/0"))));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);

    edit("routes/opening-hours.camel.yaml", "{\"open\":\"always\"}", "{\"open\":\"by day\"}");
    Shop.await(() -> shop.get("/opening-hours").body().equals("{\"open\":\"by day\"}"));
    edit("routes/opening-hours.camel.yaml", "{\"open\":\"by day\"}", "{\"open\":\"always\"}");
    Shop.await(() -> shop.get("/opening-hours").body().equals("{\"open\":\"always\"}"));
  }

  private static void edit(String file, String before, String after) throws IOException {
    String text = Files.readString(home.resolve(file));
    assertThat(text).contains(before);
    Files.writeString(home.resolve(file), text.replace(before, after));
  }
}
