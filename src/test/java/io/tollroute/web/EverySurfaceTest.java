package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.RawHttp.Answer;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers and caches must be told, at every address where something is asked or bought. */
class EverySurfaceTest {

  private static final Set<String> PROOFS =
      Set.of("PAYMENT-SIGNATURE", "X-PAYMENT", "X-Payment-Token", "Authorization");
  private static final Set<String> READ_BY_PAGES =
      Set.of("PAYMENT-REQUIRED", "PAYMENT-RESPONSE", "X-PAYMENT-RESPONSE", "X-Request-Id");
  private static final String MARK = "<script>alert(1)</script>";

  /** What a careful browser and a careful cache ask for; nobody may get it. */
  private static final List<String> CACHE_TRICKS =
      List.of(
          "If-None-Match: *",
          "If-Modified-Since: Mon, 23 Nov 2026 00:00:00 GMT",
          "Range: bytes=0-10");

  private static Shop shop;
  private static TokenBuyer buyer;
  private static ObjectNode token;
  private static ObjectNode order;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(Map.of("TOLLROUTE_LIMITS", "off"));
    buyer = new TokenBuyer(shop);
    token = buyer.paid(5);
    order = buyer.order(1);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  /**
   * A request as it is sent.
   *
   * @param paid whether it is answered with something that was bought
   */
  private record Asked(
      int status, boolean paid, String method, String path, String body, List<String> headers) {

    Answer with(List<String> more) throws Exception {
      List<String> all = new ArrayList<>(headers);
      all.addAll(more);
      String host = "Host: " + shop.base().getAuthority();
      String request =
          RawHttp.post(path, body, all.toArray(String[]::new))
              .replaceFirst("POST", method)
              .replaceFirst("Host: shop", host);
      return shop.raw().send(request);
    }
  }

  private static Asked asked(
      int status, String method, String path, String body, String... headers) {
    return new Asked(status, false, method, path, body, List.of(headers));
  }

  private static Asked bought(String path, String body, String... headers) {
    return new Asked(200, true, "POST", path, body, List.of(headers));
  }

  /** Every kind of answer about a purchase, by every way in. */
  private static Map<String, Asked> surfaces() throws Exception {
    Map<String, Asked> all = new LinkedHashMap<>();
    String signature = "PAYMENT-SIGNATURE: " + shop.signature();
    String inToken = "X-Payment-Token: " + TokenBuyer.token(token);
    String otherBody = Shop.magic("/another.jpg");
    all.put("the price", asked(402, "POST", Shop.SERVICE, ""));
    all.put("the price at the old address", asked(402, "POST", Shop.ALIAS, ""));
    all.put("a call paid by signature", bought(Shop.SERVICE, Shop.BODY, signature));
    all.put("the same again", bought(Shop.SERVICE, Shop.BODY, signature));
    all.put(
        "the same payment for another request",
        asked(409, "POST", Shop.SERVICE, otherBody, signature));
    all.put("a call paid by token", bought(Shop.SERVICE, Shop.BODY, inToken));
    all.put(
        "an unreadable payment",
        asked(400, "POST", Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE: !"));
    all.put("an input that is not taken", asked(400, "POST", Shop.SERVICE, "{}", inToken));
    all.put("a check", asked(200, "POST", Shop.SERVICE + "/check", Shop.BODY));
    all.put("a wrong method", asked(405, "GET", Shop.SERVICE, ""));
    all.put("an unknown service", asked(404, "POST", "/api/tools/none", ""));
    all.put("an unknown address", asked(404, "GET", "/none", ""));
    all.put(
        "an order",
        asked(
            201,
            "POST",
            TokenBuyer.PAYMENTS,
            "{\"serviceId\":\"masked-face-comparison\",\"calls\":2}"));
    all.put("a wrong order", asked(400, "POST", TokenBuyer.PAYMENTS, "{}"));
    all.put("a look at an order", asked(200, "GET", TokenBuyer.path(order), ""));
    all.put("the price of an order", asked(402, "POST", TokenBuyer.path(order) + "/pay", ""));
    all.put("a look at an order of nobody", asked(404, "GET", TokenBuyer.PAYMENTS + "/none", ""));
    all.put("a claim of a credit", asked(400, "POST", "/api/credits", "{}"));
    all.put("a search", asked(200, "GET", "/api/catalog/search?q=face", ""));
    all.put("a wrong search", asked(400, "GET", "/api/catalog/search?limit=none", ""));
    all.put("a tool's price", asked(200, "POST", "/mcp", call(Shop.BODY, "")));
    all.put(
        "a tool's answer", asked(200, "POST", "/mcp", call(Shop.BODY, TokenBuyer.token(token))));
    return all;
  }

  private static String call(String arguments, String token) throws Exception {
    ObjectNode input = (ObjectNode) Shop.json(arguments);
    if (!token.isEmpty()) {
      input.put("paymentToken", token);
    }
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
        + "{\"name\":\"masked_face_comparison\",\"arguments\":"
        + input
        + "}}";
  }

  @Test
  @DisplayName(
      "nothing that was asked or bought is left in a cache, by whatever way it was asked for")
  void caching() throws Exception {
    for (Map.Entry<String, Asked> surface : surfaces().entrySet()) {
      Asked asked = surface.getValue();

      Answer answer = asked.with(CACHE_TRICKS);

      assertThat(answer.status()).as(surface.getKey() + answer.body()).isEqualTo(asked.status());
      assertThat(answer.header("Cache-Control"))
          .as(surface.getKey())
          .hasValueSatisfying(said -> assertThat(said).endsWith("no-store"));
      assertThat(asked.paid())
          .as(surface.getKey())
          .isEqualTo(
              answer.header("PAYMENT-RESPONSE").isPresent()
                  || answer.header("X-Payment-Receipt").isPresent());
      if (asked.paid()) {
        assertThat(answer.header("Cache-Control"))
            .as(surface.getKey())
            .contains("private, no-store");
      }
      for (String name :
          List.of("ETag", "Last-Modified", "Accept-Ranges", "Content-Range", "Age", "Expires")) {
        assertThat(answer.header(name)).as(surface.getKey()).isEmpty();
      }
      if (!asked.path().equals("/mcp")) {
        assertThat(words(answer, "Vary")).as(surface.getKey()).containsAll(PROOFS);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://page.example.com", "null"})
  @DisplayName(
      "any page, also one without an origin, may ask and read the terms, and never with credentials")
  void crossOrigin(String origin) throws Exception {
    for (Map.Entry<String, Asked> surface : surfaces().entrySet()) {
      Asked asked = surface.getValue();

      Answer answer = asked.with(List.of("Origin: " + origin, "Cookie: session=1"));

      assertThat(answer.header("Access-Control-Allow-Credentials")).as(surface.getKey()).isEmpty();
      assertThat(answer.header("Set-Cookie")).as(surface.getKey()).isEmpty();
      if (asked.path().equals("/mcp")) {
        // a page could make a server of the visitor's own machine work for it
        assertThat(answer.status()).as(surface.getKey()).isEqualTo(403);
        assertThat(answer.header("Access-Control-Allow-Origin")).as(surface.getKey()).isEmpty();
      } else {
        assertThat(answer.status()).as(surface.getKey()).isEqualTo(asked.status());
        assertThat(answer.headers().get("access-control-allow-origin"))
            .as(surface.getKey())
            .containsExactly("*");
        assertThat(words(answer, "Access-Control-Expose-Headers"))
            .as(surface.getKey())
            .containsAll(READ_BY_PAGES);
      }
    }
  }

  static Set<String> addresses() throws Exception {
    Set<String> addresses = new TreeSet<>();
    for (Asked asked : surfacesOfNobody()) {
      addresses.add(asked.path());
    }
    return addresses;
  }

  private static List<Asked> surfacesOfNobody() {
    return List.of(
        asked(402, "POST", Shop.SERVICE, ""),
        asked(200, "POST", Shop.SERVICE + "/check", ""),
        asked(200, "POST", TokenBuyer.PAYMENTS, ""),
        asked(200, "GET", TokenBuyer.PAYMENTS + "/none", ""),
        asked(200, "POST", TokenBuyer.PAYMENTS + "/none/pay", ""),
        asked(200, "POST", "/api/credits", ""),
        asked(200, "GET", "/api/catalog/search", ""),
        asked(200, "GET", "/openapi.json", ""));
  }

  @ParameterizedTest
  @MethodSource("addresses")
  @DisplayName(
      "a page that asks first may send every header with which somebody pays, at every address")
  void preflight(String address) throws Exception {
    for (String origin : List.of("https://page.example.com", "null")) {
      Answer answer =
          shop.raw()
              .send(
                  "OPTIONS "
                      + address
                      + " HTTP/1.1\r\nHost: shop\r\nOrigin: "
                      + origin
                      + "\r\nAccess-Control-Request-Method: POST\r\n"
                      + "Access-Control-Request-Headers: content-type,payment-signature\r\n\r\n");

      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.header("Access-Control-Allow-Origin")).contains("*");
      assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
      assertThat(words(answer, "Access-Control-Allow-Headers"))
          .containsAll(PROOFS)
          .contains("Content-Type", "Idempotency-Key", "SIGN-IN-WITH-X")
          .doesNotContain("*");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/manage/totals",
        "/manage/payments",
        "/manage/charges",
        "/observe/health",
        "/observe/health/ready"
      })
  @DisplayName(
      "no page may read or change what is the operator's, and the buyers' port does not have it")
  void operator(String path) throws Exception {
    RawHttp management = new RawHttp(shop.management());
    for (String request : List.of("GET", "OPTIONS")) {
      Answer answer =
          management.send(
              request
                  + " "
                  + path
                  + " HTTP/1.1\r\nHost: "
                  + shop.management().getAuthority()
                  + "\r\nOrigin: https://page.example.com\r\n"
                  + "Access-Control-Request-Method: POST\r\n"
                  + "Authorization: Bearer sandbox-operator-token\r\n\r\n");
      assertThat(answer.headers().keySet())
          .as(request + " " + answer.headers())
          .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control"));
    }
    assertThat(shop.get(path).statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName(
      "a browser that wants a page gets JSON that it does not take for one, without what a token is")
  void html() throws Exception {
    for (Map.Entry<String, Asked> surface : surfaces().entrySet()) {
      Asked asked = surface.getValue();
      List<String> browser =
          new ArrayList<>(List.of("User-Agent: Mozilla/5.0", "Sec-Fetch-Mode: navigate"));
      if (!asked.path().equals("/mcp")) {
        browser.add("Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
      }

      Answer answer = asked.with(browser);

      assertThat(answer.status()).as(surface.getKey()).isEqualTo(asked.status());
      assertThat(answer.header("Content-Type").orElse(""))
          .as(surface.getKey())
          .startsWith("application/json");
      assertThat(answer.header("X-Content-Type-Options")).as(surface.getKey()).contains("nosniff");
      if (asked.status() != 201) {
        assertThat(answer.body() + answer.headers())
            .as(surface.getKey())
            .doesNotContain(TokenBuyer.token(token));
      }
    }
  }

  @Test
  @DisplayName("what a caller sends never comes back as a part of a page, wherever he puts it")
  void echoed() throws Exception {
    String inPath = URLEncoder.encode(MARK, StandardCharsets.UTF_8);
    String inText = "\"" + MARK + "\"";
    List<Asked> all =
        List.of(
            asked(0, "POST", "/api/tools/" + inPath, ""),
            asked(0, "GET", "/api/tools/" + inPath, ""),
            asked(0, "GET", "/" + inPath, ""),
            asked(0, "GET", "/docs/" + inPath, ""),
            asked(0, "GET", "/docs/errors?" + inPath, ""),
            asked(0, "GET", "/services/" + inPath + "/llms.txt", ""),
            asked(0, "GET", "/api/catalog/search?q=" + inPath, ""),
            asked(0, "GET", "/api/catalog/search?category=" + inPath, ""),
            asked(0, "GET", "/api/catalog/search?" + inPath + "=1", ""),
            asked(0, "POST", Shop.SERVICE + "/check", "{" + inText + ":1}"),
            asked(
                0,
                "POST",
                Shop.SERVICE,
                "{" + inText + ":" + inText + "}",
                "X-Payment-Token: " + TokenBuyer.token(token)),
            asked(0, "POST", Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE: " + MARK),
            asked(0, "POST", Shop.SERVICE, Shop.BODY, "X-Payment-Token: " + MARK),
            asked(0, "POST", Shop.SERVICE, Shop.BODY, "SIGN-IN-WITH-X: " + MARK),
            asked(0, "POST", Shop.SERVICE, "", "X-Request-Id: " + MARK),
            asked(0, "POST", TokenBuyer.PAYMENTS, "{\"serviceId\":" + inText + "}"),
            asked(0, "POST", TokenBuyer.PAYMENTS, "{" + inText + ":1}"),
            asked(0, "GET", TokenBuyer.PAYMENTS + "/" + inPath, ""),
            asked(0, "POST", "/api/credits", "{\"payer\":" + inText + "}"),
            asked(0, "POST", "/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":" + inText + "}"),
            asked(
                0,
                "POST",
                "/mcp",
                "{\"jsonrpc\":\"2.0\",\"id\":"
                    + inText
                    + ",\"method\":\"tools/call\",\"params\":{\"name\":"
                    + inText
                    + "}}"),
            asked(
                0,
                "POST",
                "/mcp",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"search_services\",\"arguments\":{\"query\":"
                    + inText
                    + "}}}"));
    for (Asked asked : all) {
      Answer answer = asked.with(List.of("Accept: text/html, application/json, text/event-stream"));

      assertThat(answer.headers().toString())
          .as(asked.toString())
          .doesNotContain("<script", "%3Cscript");
      assertThat(answer.header("X-Content-Type-Options")).as(asked.toString()).contains("nosniff");
      if (!answer.header("Content-Type").orElse("").startsWith("application/json")) {
        assertThat(answer.body()).as(asked.toString()).doesNotContain("alert(1)");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/docs/errors", "/docs/buying", "/docs/mcp"})
  @DisplayName(
      "a page for people runs nothing, stands in nobody's frame, and sends nothing anywhere")
  void pages(String path) throws Exception {
    Answer page = asked(200, "GET", path, "").with(List.of("Accept: text/html"));

    assertThat(page.header("Content-Type").orElse("")).startsWith("text/html");
    assertThat(page.header("X-Content-Type-Options")).contains("nosniff");
    assertThat(page.header("Content-Security-Policy").orElse("").split("; "))
        .contains(
            "default-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'");
    assertThat(page.body()).doesNotContain("<script", "javascript:", TokenBuyer.token(token));
  }

  private static List<String> words(Answer answer, String name) {
    return List.of(answer.header(name).orElse("").split(", "));
  }
}
