package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Folders;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator reads of sales and of the answers of others. */
class OperatorLogIT {

  /** A place in a program, as stack traces have them. */
  private static final String PLACE = ".*\\s(at|<) [\\w.$/]+\\([\\w]+\\.java:\\d+\\).*";

  private static Shop shop;
  private LogLines log;

  @BeforeAll
  static void open() throws Exception {
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_X402_FACILITATOR_SUPPORTED_POLL_MS", "1000",
                // a slow machine is no silent facilitator
                "TOLLROUTE_X402_FACILITATOR_TIMEOUT_SECONDS", "10"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void listen() {
    log = LogLines.capture();
  }

  @AfterEach
  void stopListening() {
    log.close();
    shop.facilitator().behave();
    // what was said is forgotten in two steps: its hour is over, and nothing came in the next
    shop.advance(Duration.ofHours(2));
  }

  @Test
  @DisplayName("A sale leaves one line, its replay another, and neither says who paid or with what")
  void sale() throws Exception {
    ObjectNode payment = shop.payment();
    HttpResponse<String> sold = shop.buy(Shop.encode(payment));
    assertThat(sold.statusCode()).as(sold.body()).isEqualTo(200);

    String line = only("sold ");
    assertThat(line)
        .contains("INFO", Shop.json(sold).path("requestId").asText())
        .contains("service=masked-face-comparison surface=http method=x402 outcome=sold millis=");
    String name = line.replaceFirst("(?s).*charge=(ch_[0-9a-f]{16}) .*", "$1");
    JsonNode charge = new TokenBuyer(shop).charge(payment);
    assertThat(charge.path("logName").asText()).isEqualTo(name);

    log.forget();
    assertThat(shop.buy(Shop.encode(payment)).statusCode()).isEqualTo(200);
    assertThat(only("replayed ")).contains("charge=" + name);
    assertThat(lines("sold ")).isEmpty();
    String nonce = payment.at("/payload/authorization/nonce").asText().substring(2);
    assertThat(log.lines())
        .noneMatch(text -> text.contains(nonce) || text.contains(shop.wallet().address()));
  }

  @Test
  @DisplayName("A token that is bought and a call that is paid with it leave a line each")
  void token() throws Exception {
    TokenBuyer buyer = new TokenBuyer(shop);
    JsonNode token = buyer.paid(2);
    assertThat(only("sold token "))
        .contains("service=masked-face-comparison surface=http method=x402");
    log.forget();

    assertThat(buyer.use(token).statusCode()).isEqualTo(200);

    String sold = only("sold ");
    assertThat(sold).contains("method=token").doesNotContain(TokenBuyer.token(token));
    log.forget();

    assertThat(buyer.use(token).statusCode()).isEqualTo(200);

    assertThat(only("replayed "))
        .contains("method=token", sold.replaceFirst("(?s).*(charge=ch_[0-9a-f]{16} ).*", "$1"));
  }

  @Test
  @DisplayName("The line of a sale says that it came through MCP")
  void mcp() throws Exception {
    ObjectNode call =
        (ObjectNode)
            Shop.json(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":"
                    + "\"masked_face_comparison\",\"arguments\":"
                    + Shop.BODY
                    + ",\"_meta\":{}}}");
    ((ObjectNode) call.at("/params/_meta")).set("x402/payment", shop.payment());
    HttpResponse<String> answer =
        shop.post(
            "/mcp",
            call.toString(),
            "Accept",
            "application/json, text/event-stream",
            "MCP-Protocol-Version",
            "2025-06-18");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);

    assertThat(only("sold ")).contains("surface=mcp method=x402");
  }

  @Test
  @DisplayName("Lines of sales can be turned off; the start says what is sold all the same")
  void turned_off() throws Exception {
    try (Shop quiet =
        Shop.open(
            Map.of(
                "TOLLROUTE_LOG_SALES", "off",
                "TOLLROUTE_X402_RPC_URL", "http://127.0.0.1:1/v3/s3cret?key=s3cret"))) {
      assertThat(quiet.buy(quiet.signature()).statusCode()).isEqualTo(200);

      assertThat(lines("sold ")).isEmpty();
      assertThat(only(" sells: "))
          .contains("network=eip155:", "payTo=0x", "services=1")
          .contains("port=" + quiet.base().getPort())
          .contains("managementPort=" + quiet.management().getPort())
          .contains("database=sqlite", "node=127.0.0.1")
          .doesNotContain("s3cret", ".db");
    }
  }

  @Test
  @DisplayName("What /supported answers instead is told apart, once and then by the hour")
  void supported() throws Exception {
    expectSupported(
        FaultyFacilitator.redirecting(308, "https://new.example.com/x402/supported?key=s3cret"),
        "alert=facilitator_unusable /supported status=308"
            + " location=https://new.example.com/x402/supported");
    expectSupported(FaultyFacilitator.answering(401, "{}"), "status=401", "facilitator.auth");
    expectSupported(FaultyFacilitator.answering(404, ""), "status=404", "no such thing");
    expectSupported(FaultyFacilitator.answering(500, "{}"), "status=500", "out of order");
    expectSupported(page(), "a web page", "status=200 type=text/html");
    expectSupported(FaultyFacilitator.answering(200, "nonsense"), "not JSON", "status=200");
    expectSupported(FaultyFacilitator.answering(200, "{\"a\":1}"), "without a usable kinds");
    expectSupported(FaultyFacilitator.hangingUp(), "alert=facilitator_silent /supported");
    assertThat(log.lines()).noneMatch(line -> line.contains("s3cret"));
  }

  /** Polls go on; whatever is asked, one line says so. */
  private void expectSupported(FaultyFacilitator.Fault fault, String... words) throws Exception {
    log.forget();
    shop.facilitator().on("supported", fault);
    Shop.await(() -> !lines(words[0]).isEmpty());
    int asked = shop.facilitator().calls("supported");
    Shop.await(() -> shop.facilitator().calls("supported") > asked);
    assertThat(only(words[0])).contains(words);
    shop.advance(Duration.ofHours(2));
  }

  private static FaultyFacilitator.Fault page() {
    return (exchange, passing) -> {
      byte[] body = "<html>Welcome</html>".getBytes(java.nio.charset.StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    };
  }

  @Test
  @DisplayName("Many calls that fail in the same way are one line without a place of the program")
  void one_line_for_many() throws Exception {
    for (String operation : List.of("verify", "settle")) {
      for (FaultyFacilitator.Fault fault :
          List.of(
              FaultyFacilitator.answering(500, "x"),
              FaultyFacilitator.redirecting(302, "https://elsewhere.example.com/"),
              FaultyFacilitator.hangingUp())) {
        log.forget();
        shop.facilitator().on(operation, fault);
        for (int i = 0; i < 3; i++) {
          assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(503);
        }
        // what is asked beside it may be answered by another fault
        assertThat(lines("alert=facilitator_"))
            .as(operation)
            .filteredOn(line -> line.contains(" /" + operation + " "))
            .hasSize(1);
        assertThat(log.lines()).noneMatch(line -> line.matches("(?s)" + PLACE));
        shop.facilitator().behave();
      }
    }
    log.forget();
    shop.advance(Duration.ofMinutes(61));
    shop.bean("sparseLog", io.tollroute.log.SparseLog.class).tell();

    assertThat(lines("(2 more like it in the last hour)")).hasSizeGreaterThanOrEqualTo(6);
  }

  @Test
  @DisplayName("A lie told again and again is one line, and an address is no reason word")
  void lies() throws Exception {
    String address = "0x" + "2b".repeat(20);
    expectOnce(
        "verify",
        "{\"isValid\":true,\"payer\":\"" + address + "\"}",
        "alert=facilitator_lies verify",
        address);
    expectOnce(
        "verify",
        "{\"isValid\":false,\"invalidReason\":\"" + address + "\"}",
        "the facilitator refuses at /verify reason=unspecified",
        address);
  }

  private void expectOnce(String operation, String answer, String said, String never)
      throws Exception {
    log.forget();
    shop.facilitator().on(operation, FaultyFacilitator.answering(200, answer));
    for (int i = 0; i < 3; i++) {
      assertThat(shop.buy(shop.signature()).statusCode()).isGreaterThanOrEqualTo(400);
    }
    only(said);
    assertThat(log.lines()).noneMatch(line -> line.contains(never));
    shop.facilitator().behave();
  }

  @Test
  @DisplayName("Of a provider's own route that fails the log names the HTTP status, once")
  void own_provider(@TempDir Path folder) throws Exception {
    HttpServer upstream =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "https://moved.example.com/v2?key=s3cret");
          exchange.sendResponseHeaders(410, -1);
          exchange.close();
        });
    upstream.start();
    Path routes = Folders.copy(Path.of("routes"), folder.resolve("routes"));
    Files.writeString(
        routes.resolve("provider/own.camel.yaml"),
        """
        - route:
            id: own
            description: An operator's own provider
            from:
              uri: direct:own
              steps:
                - to:
                    uri: http://127.0.0.1:%d/secret-path
                    parameters:
                      httpMethod: POST
        """
            .formatted(upstream.getAddress().getPort()));
    Path services = Files.createDirectory(folder.resolve("services"));
    new FaceServices(services).write("masked-face-comparison", "0.20");
    String text = Files.readString(services.resolve("masked-face-comparison.yaml"));
    Files.writeString(
        services.resolve("masked-face-comparison.yaml"),
        text.replace("route: direct:alibaba-rpc", "route: direct:own"));
    try (Shop own =
        Shop.open(
            Map.of(
                "TOLLROUTE_ROUTES",
                routes.toString(),
                "TOLLROUTE_SERVICES",
                services.toString()))) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> answer = own.buy(own.signature());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
      }

      assertThat(only("alert=provider_unusable"))
          .contains("route=direct:own status=410 location=https://moved.example.com/v2");
      assertThat(log.lines())
          .noneMatch(line -> line.contains("s3cret") || line.contains("secret-path"))
          .noneMatch(line -> line.matches("(?s)" + PLACE));
    } finally {
      upstream.stop(0);
    }
  }

  private List<String> lines(String part) {
    return log.lines().stream().filter(line -> line.contains(part)).toList();
  }

  private String only(String part) {
    assertThat(lines(part)).as(part).hasSize(1);
    return lines(part).get(0);
  }
}
