package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.RawHttp.Answer;
import io.tollroute.testing.Shop;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an unpaid request is told, and what it costs to tell it: nothing. */
class DemandTest {

  private static final int HEADER_LIMIT = 3 * 1024;

  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Set<String> words(HttpResponse<String> answer, String header) {
    return new TreeSet<>(
        Arrays.asList(answer.headers().firstValue(header).orElseThrow().split(", ")));
  }

  @Test
  @DisplayName("The terms of x402 v2 travel in a header below 3 KB, for every service and reason")
  void header() throws Exception {
    for (String path : List.of(Shop.SERVICE, Shop.ALIAS)) {
      String header = shop.post(path, "").headers().firstValue("PAYMENT-REQUIRED").orElseThrow();
      assertThat(header.length()).isLessThan(HEADER_LIMIT);
      ObjectNode demand = Shop.decode(header);
      assertThat(demand.path("x402Version").isInt()).isTrue();
      assertThat(demand.path("x402Version").asInt()).isEqualTo(2);
      assertThat(demand.path("error").asText()).isEqualTo("Payment required");
      assertThat(names(demand))
          .containsExactlyInAnyOrder("x402Version", "error", "resource", "accepts", "extensions");
      assertThat(demand.path("accepts")).hasSize(1);
      assertThat(names(demand.at("/accepts/0")))
          .containsExactlyInAnyOrder(
              "scheme", "network", "amount", "asset", "payTo", "maxTimeoutSeconds", "extra");
      assertThat(demand.at("/accepts/0/amount").asText()).isEqualTo("200000");
      assertThat(names(demand.path("extensions")))
          .containsExactlyInAnyOrder("bazaar", "payment-identifier");
    }
    ObjectNode refused = shop.payment();
    ((ObjectNode) refused.path("accepted")).put("amount", "1");
    HttpResponse<String> again = shop.buy(Shop.encode(refused));
    assertThat(again.statusCode()).isEqualTo(402);
    assertThat(again.headers().firstValue("PAYMENT-REQUIRED").orElseThrow().length())
        .isLessThan(HEADER_LIMIT);
  }

  @Test
  @DisplayName("The body holds the envelope, the terms of x402 v1 and how to pay")
  void body() throws Exception {
    JsonNode body = Shop.json(shop.post(Shop.SERVICE, ""));

    assertThat(names(body))
        .containsExactlyInAnyOrder(
            "code",
            "content",
            "data",
            "message",
            "requestId",
            "error",
            "charged",
            "retryable",
            "docUrl",
            "x402Version",
            "accepts",
            "payment");
    assertThat(body.path("code").textValue()).isEqualTo("402");
    assertThat(body.path("content").textValue()).isEmpty();
    assertThat(body.path("data").isObject()).isTrue();
    assertThat(body.path("error").textValue()).isEqualTo("payment_required");
    assertThat(body.path("charged").textValue()).isEqualTo("no");
    assertThat(body.path("x402Version").intValue()).isEqualTo(1);
    assertThat(body.at("/payment/amountCents").intValue()).isEqualTo(20);
    assertThat(body.at("/payment/serviceId").textValue()).isEqualTo("masked-face-comparison");
    assertThat(URI.create(body.path("docUrl").textValue()).getFragment())
        .isEqualTo("payment_required");
  }

  @Test
  @DisplayName("Every entry of the v1 list passes the strict schema of legacy clients")
  void strictV1() throws Exception {
    JsonNode accepts = Shop.json(shop.post(Shop.SERVICE, "")).path("accepts");

    assertThat(accepts).hasSize(1);
    for (JsonNode entry : accepts) {
      assertThat(names(entry))
          .containsExactlyInAnyOrder(
              "scheme",
              "network",
              "maxAmountRequired",
              "resource",
              "description",
              "mimeType",
              "outputSchema",
              "payTo",
              "maxTimeoutSeconds",
              "asset",
              "extra");
      assertThat(entry.path("scheme").textValue()).isEqualTo("exact");
      assertThat(entry.path("maxAmountRequired").textValue()).matches("[1-9][0-9]*");
      assertThat(URI.create(entry.path("resource").textValue()).isAbsolute()).isTrue();
      assertThat(entry.path("description").textValue()).isNotBlank();
      assertThat(entry.path("mimeType").textValue()).isEqualTo("application/json");
      assertThat(entry.path("payTo").textValue()).matches("0x[0-9a-fA-F]{40}");
      assertThat(entry.path("asset").textValue()).matches("0x[0-9a-fA-F]{40}");
      assertThat(entry.path("maxTimeoutSeconds").isInt()).isTrue();
      assertThat(entry.path("outputSchema").isObject()).isTrue();
      assertThat(names(entry.path("extra"))).containsExactlyInAnyOrder("name", "version");
      assertThat(entry.toString()).doesNotContain(":null");
    }
  }

  @Test
  @DisplayName("The price is the same in the header, in the v1 list and in the words for people")
  void onePrice() throws Exception {
    HttpResponse<String> answer = shop.post(Shop.SERVICE, "");
    JsonNode body = Shop.json(answer);

    assertThat(Shop.demand(answer).at("/accepts/0/amount").asText())
        .isEqualTo(body.at("/accepts/0/maxAmountRequired").asText())
        .isEqualTo(body.at("/payment/amountCents").asInt() + "0000");
  }

  @Test
  @DisplayName("An alias is answered with the terms of the canonical address")
  void alias() throws Exception {
    HttpResponse<String> canonical = shop.post(Shop.SERVICE, "");
    HttpResponse<String> alias = shop.post(Shop.ALIAS, "");

    assertThat(Shop.demand(alias)).isEqualTo(Shop.demand(canonical));
    assertThat(Shop.demand(alias).at("/resource/url").asText())
        .isEqualTo(shop.base() + Shop.SERVICE);
    assertThat(Shop.json(alias).path("accepts")).isEqualTo(Shop.json(canonical).path("accepts"));
  }

  @Test
  @DisplayName("A probe without body and content type is told the price")
  void emptyProbe() throws Exception {
    for (String path : List.of(Shop.SERVICE, Shop.ALIAS)) {
      Answer probe = shop.raw().send("POST " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(probe.status()).isEqualTo(402);
      assertThat(probe.header("PAYMENT-REQUIRED")).isPresent();
      Answer old = shop.raw().send("POST " + path + " HTTP/1.0\r\n\r\n");
      assertThat(old.status()).isEqualTo(402);
    }
  }

  @Test
  @DisplayName("A GET of a service is 405 with Allow and says that POST is what it wants")
  void get() throws Exception {
    HttpResponse<String> answer = shop.get(Shop.SERVICE);

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("POST, OPTIONS");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("method_not_allowed");
    assertThat(Shop.json(answer).path("message").asText()).contains("POST");
    assertThat(shop.get(Shop.ALIAS).statusCode()).isEqualTo(405);
  }

  @Test
  @DisplayName("A browser is told the price in JSON that it does not take for a page")
  void browser() throws Exception {
    Answer answer =
        shop.raw()
            .send(
                RawHttp.post(
                    Shop.SERVICE,
                    "",
                    "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
                    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
                    "Accept-Encoding: gzip, br",
                    "Sec-Fetch-Mode: navigate"));

    assertThat(answer.status()).isEqualTo(402);
    assertThat(answer.header("PAYMENT-REQUIRED")).isPresent();
    assertThat(answer.header("Content-Type")).contains("application/json");
    assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
    assertThat(answer.header("Set-Cookie")).isEmpty();
    assertThat(Shop.json(answer.body()).path("error").asText()).isEqualTo("payment_required");
  }

  @Test
  @DisplayName("any page may call: origin *, no credentials, and the headers it must see exposed")
  void crossOrigin() throws Exception {
    for (String origin : List.of("https://page.example.com", "null")) {
      HttpResponse<String> unpaid = shop.post(Shop.SERVICE, "", "Origin", origin);
      HttpResponse<String> paid =
          shop.post(
              Shop.SERVICE, Shop.BODY, "Origin", origin, "PAYMENT-SIGNATURE", shop.signature());
      HttpResponse<String> wrong = shop.post("/nothing", "", "Origin", origin);
      assertThat(unpaid.statusCode()).isEqualTo(402);
      assertThat(paid.statusCode()).isEqualTo(200);
      for (HttpResponse<String> answer : List.of(unpaid, paid)) {
        assertThat(words(answer, "Access-Control-Expose-Headers"))
            .contains(
                "PAYMENT-REQUIRED",
                "PAYMENT-RESPONSE",
                "X-PAYMENT-RESPONSE",
                "X-Request-Id",
                "Retry-After");
      }
      assertThat(words(wrong, "Access-Control-Expose-Headers")).contains("X-Request-Id");
      for (HttpResponse<String> answer : List.of(unpaid, paid, wrong)) {
        assertThat(answer.headers().allValues("Access-Control-Allow-Origin")).containsExactly("*");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
      }
    }
  }

  @Test
  @DisplayName("a preflight is answered with the methods and headers that a buyer needs")
  void preflight() throws Exception {
    Answer answer =
        shop.raw()
            .send(
                "OPTIONS "
                    + Shop.SERVICE
                    + " HTTP/1.1\r\nHost: shop\r\nOrigin: null\r\n"
                    + "Access-Control-Request-Method: POST\r\n"
                    + "Access-Control-Request-Headers: content-type,payment-signature\r\n\r\n");

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("Access-Control-Allow-Origin")).contains("*");
    assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
    assertThat(answer.header("Access-Control-Allow-Methods").orElseThrow()).contains("POST");
    assertThat(answer.header("Access-Control-Allow-Headers").orElseThrow().split(", "))
        .contains(
            "Content-Type",
            "PAYMENT-SIGNATURE",
            "X-PAYMENT",
            "X-Payment-Token",
            "SIGN-IN-WITH-X",
            "Access-Control-Expose-Headers");
  }

  @Test
  @DisplayName("health and administration are another port that no page may read")
  void managementPort() throws Exception {
    HttpResponse<String> health =
        shop.client()
            .send(
                HttpRequest.newBuilder(shop.management().resolve("/observe/health"))
                    .header("Origin", "https://page.example.com")
                    .build(),
                HttpResponse.BodyHandlers.ofString());

    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    assertThat(shop.get("/observe/health").statusCode()).isEqualTo(404);
    assertThat(
            shop.client()
                .send(
                    HttpRequest.newBuilder(shop.management().resolve(Shop.SERVICE))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  @DisplayName("nothing that was asked or bought is left in a cache")
  void caching() throws Exception {
    String payment = shop.signature();
    HttpResponse<String> unpaid = shop.post(Shop.SERVICE, "", "If-None-Match", "*");
    HttpResponse<String> paid =
        shop.post(
            Shop.SERVICE,
            Shop.BODY,
            "PAYMENT-SIGNATURE",
            payment,
            "If-None-Match",
            "*",
            "If-Modified-Since",
            "Mon, 23 Nov 2026 00:00:00 GMT",
            "Range",
            "bytes=0-10");
    HttpResponse<String> replayed = shop.buy(payment);
    HttpResponse<String> conflict = shop.buy(payment, Shop.magic("/another.jpg"));
    HttpResponse<String> alias = shop.get(Shop.ALIAS);

    assertThat(unpaid.statusCode()).isEqualTo(402);
    assertThat(paid.statusCode()).isEqualTo(200);
    assertThat(replayed.statusCode()).isEqualTo(200);
    assertThat(conflict.statusCode()).isEqualTo(409);
    assertThat(alias.statusCode()).isEqualTo(405);
    for (HttpResponse<String> answer : List.of(unpaid, conflict, alias)) {
      assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
    }
    for (HttpResponse<String> answer : List.of(paid, replayed)) {
      assertThat(answer.headers().allValues("Cache-Control")).containsExactly("private, no-store");
    }
    for (HttpResponse<String> answer : List.of(unpaid, paid, replayed, conflict, alias)) {
      assertThat(words(answer, "Vary"))
          .containsExactlyInAnyOrder(
              "PAYMENT-SIGNATURE", "X-PAYMENT", "X-Payment-Token", "Authorization");
      for (String name : List.of("ETag", "Last-Modified", "Accept-Ranges", "Content-Range")) {
        assertThat(answer.headers().firstValue(name)).isEmpty();
      }
    }
    assertThat(paid.body()).isEqualTo(replayed.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "not json", "[[[[[[[[", "{\"ImageURLA\":1,\"ImageURLA\":2}", "\u0000"})
  @DisplayName("An unpaid request costs nothing: its body is not read, whatever it is")
  void garbageBodies(String body) throws Exception {
    assertThat(shop.post(Shop.SERVICE, body).statusCode()).isEqualTo(402);
    Answer other =
        shop.raw()
            .send(
                RawHttp.post(Shop.SERVICE, body)
                    .replace("Content-Type: application/json", "Content-Type: text/csv"));
    assertThat(other.status()).isEqualTo(402);
  }

  private static void askForTerms(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      assertThat(shop.post(i % 2 == 0 ? Shop.SERVICE : Shop.ALIAS, Shop.BODY).statusCode())
          .isEqualTo(402);
    }
  }

  @Test
  @DisplayName("An unpaid request asks nobody and leaves no row in the ledger")
  void unpaidCostsNothing() throws Exception {
    String url = shop.application().settings().text("tollroute.database.url");
    Path log = Path.of(url.substring("jdbc:sqlite:".length()) + "-wal");
    shop.buy(shop.signature());
    int verified = shop.facilitator().calls("verify");
    int settled = shop.facilitator().calls("settle");
    int upstream = shop.upstreamCalls();

    boolean untouched = false;
    // every 20 s the clock writes down what is offered, once in three tries at most
    for (int i = 0; i < 3 && !untouched; i++) {
      FileTime when = Files.getLastModifiedTime(log);
      long size = Files.size(log);
      askForTerms(50);
      untouched = Files.getLastModifiedTime(log).equals(when) && Files.size(log) == size;
    }

    assertThat(untouched).isTrue();
    assertThat(shop.facilitator().calls("verify")).isEqualTo(verified);
    assertThat(shop.facilitator().calls("settle")).isEqualTo(settled);
    assertThat(shop.upstreamCalls()).isEqualTo(upstream);

    FileTime before = Files.getLastModifiedTime(log);
    shop.buy(shop.signature());
    assertThat(Files.getLastModifiedTime(log)).as("a paid call is written").isNotEqualTo(before);
  }

  @Test
  @DisplayName("The terms are computed once: the same service is answered with the same bytes")
  void sameBytes() throws Exception {
    HttpResponse<String> first = shop.post(Shop.SERVICE, "");
    HttpResponse<String> second = shop.post(Shop.SERVICE, "");

    assertThat(second.headers().firstValue("PAYMENT-REQUIRED"))
        .isEqualTo(first.headers().firstValue("PAYMENT-REQUIRED"));
    String id = Shop.json(first).path("requestId").asText();
    String other = Shop.json(second).path("requestId").asText();
    assertThat(other).isNotEqualTo(id);
    assertThat(second.body()).isEqualTo(first.body().replace(id, other));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain"
      })
  @DisplayName("whoever only asks for the price gets it, whatever the client says of the body")
  void anyContentType(String type) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(shop.base().resolve(Shop.SERVICE))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString("a=b"))
            .build();

    HttpResponse<String> answer = shop.client().send(request, HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
  }
}
