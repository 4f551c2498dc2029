package io.tollroute.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.TreeSet;

/** Buys and uses tokens in a shop, and looks into its books as the operator does. */
public final class TokenBuyer {

  public static final String PAYMENTS = "/api/payments";

  private static final String OPERATOR = "Bearer sandbox-operator-token";

  private final Shop shop;

  public TokenBuyer(Shop shop) {
    this.shop = shop;
  }

  /** A token that is ordered and not paid, as it was shown at its creation. */
  public ObjectNode order(String service, int calls) throws Exception {
    return order("{\"serviceId\":\"" + service + "\",\"calls\":" + calls + "}");
  }

  public ObjectNode order(int calls) throws Exception {
    return order("masked-face-comparison", calls);
  }

  /** An order of one's own words. */
  public ObjectNode order(String body) throws Exception {
    HttpResponse<String> answer = shop.post(PAYMENTS, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return (ObjectNode) Shop.json(answer);
  }

  /** A fresh signature that pays an order. */
  public String signature(JsonNode ordered) throws Exception {
    return Shop.encode(shop.wallet().sign((ObjectNode) ordered, ordered.at("/accepts/0")));
  }

  public HttpResponse<String> pay(JsonNode ordered, String signature) throws Exception {
    return shop.post(path(ordered) + "/pay", "", "PAYMENT-SIGNATURE", signature);
  }

  public HttpResponse<String> pay(JsonNode ordered) throws Exception {
    return pay(ordered, signature(ordered));
  }

  /** A token that is paid. */
  public ObjectNode paid(String service, int calls) throws Exception {
    ObjectNode ordered = order(service, calls);
    HttpResponse<String> paid = pay(ordered);
    assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
    return ordered;
  }

  public ObjectNode paid(int calls) throws Exception {
    return paid("masked-face-comparison", calls);
  }

  public HttpResponse<String> use(JsonNode payment, String path, String body) throws Exception {
    return shop.post(path, body, "X-Payment-Token", token(payment));
  }

  public HttpResponse<String> use(JsonNode payment, String body) throws Exception {
    return use(payment, Shop.SERVICE, body);
  }

  public HttpResponse<String> use(JsonNode payment) throws Exception {
    return use(payment, Shop.BODY);
  }

  /** What GET shows. */
  public JsonNode shown(JsonNode payment) throws Exception {
    return Shop.json(shop.get(path(payment)));
  }

  public int remaining(JsonNode payment) throws Exception {
    return shown(payment).path("remainingCalls").asInt(-1);
  }

  public String status(JsonNode payment) throws Exception {
    return shown(payment).path("status").asText();
  }

  /** Asks the management port as the operator. */
  public HttpResponse<String> manage(String method, String path, String body) throws Exception {
    return shop.client()
        .send(
            HttpRequest.newBuilder(shop.management().resolve("/manage/" + path))
                .header("Authorization", OPERATOR)
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }

  /** How many rows of which state and worth the ledger holds. */
  public JsonNode totals() throws Exception {
    return Shop.json(manage("GET", "totals", ""));
  }

  /** The charge of an x402 payment in the ledger, as the operator sees it. */
  public JsonNode charge(JsonNode x402) throws Exception {
    String nonce = x402.at("/payload/authorization/nonce").asText();
    for (JsonNode charge : Shop.json(manage("GET", "charges?limit=50", "")).path("charges")) {
      if (charge.path("charge").asText().endsWith(nonce)) {
        return charge;
      }
    }
    throw new AssertionError("no charge of nonce " + nonce);
  }

  public static String path(JsonNode payment) {
    return PAYMENTS + "/" + payment.path("paymentId").asText();
  }

  public static String token(JsonNode payment) {
    return payment.path("token").asText();
  }

  /** Asserts that a use is refused with the terms, for this reason. */
  public static void assertRefused(HttpResponse<String> answer, String reason) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("payment_refused");
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo(reason);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).isPresent();
  }

  /** Asserts that an order is not paid, for this reason. */
  public static void assertNotPayable(HttpResponse<String> answer, String reason) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("payment_not_payable");
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo(reason);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
  }

  /** An answer without what differs from request to request. */
  public static String comparable(HttpResponse<String> answer) throws Exception {
    ObjectNode body = (ObjectNode) Shop.json(answer);
    body.remove("requestId");
    return answer.statusCode() + " " + new TreeSet<>(answer.headers().map().keySet()) + body;
  }

  /** The same x402 payment as version 1 writes it. */
  public static String v1(ObjectNode v2) throws Exception {
    ObjectNode v1 =
        (ObjectNode)
            Shop.json("{\"x402Version\":1,\"scheme\":\"exact\",\"network\":\"base-sepolia\"}");
    v1.set("payload", v2.get("payload"));
    return Shop.encode(v1);
  }
}
