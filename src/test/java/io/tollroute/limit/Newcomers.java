package io.tollroute.limit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.Forger;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.testing.Shop;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/**
 * Buyers of whom a shop that trusts a proxy at 127.0.0.1 knows nothing, from as many addresses as
 * one likes.
 */
final class Newcomers {

  private final Shop shop;
  private int addresses;

  Newcomers(Shop shop) {
    this.shop = shop;
  }

  /** An address that nobody else has. */
  String address() {
    return "2001:db8:0:" + Integer.toHexString(++addresses) + "::1";
  }

  /** The terms of a path, asked for from an address that nobody else has. */
  ObjectNode demand(String path) throws Exception {
    return Shop.demand(shop.post(path, "", "X-Forwarded-For", address()));
  }

  /** A payment of a wallet for what a path sells. */
  ObjectNode payment(String path, SandboxWallet wallet) throws Exception {
    ObjectNode demand = demand(path);
    return wallet.sign(demand, demand.at("/accepts/0"));
  }

  /** A wallet with the price of so many calls of a path. */
  SandboxWallet holding(String path, int calls) throws Exception {
    SandboxWallet wallet = shop.newWallet();
    for (int i = 0; i < calls; i++) {
      ObjectNode demand = demand(path);
      ObjectNode gift = ((ObjectNode) demand.at("/accepts/0")).deepCopy();
      gift.put("payTo", wallet.address());
      ObjectNode request = (ObjectNode) Shop.json("{\"x402Version\":2}");
      request.set("paymentPayload", shop.wallet().sign(demand, gift));
      request.set("paymentRequirements", gift);
      HttpResponse<String> given = shop.post("/sandbox/facilitator/settle", request.toString());
      assertThat(Shop.json(given).path("success").asBoolean()).as(given.body()).isTrue();
    }
    return wallet;
  }

  /** The payment with a signature of which only the chain of a contract wallet could say more. */
  static ObjectNode asOfContract(ObjectNode payment) {
    return Forger.withSignature(payment, "0x" + "ab".repeat(97));
  }

  /** POSTs from an address; headers are given as name, value, name, value. */
  CompletableFuture<HttpResponse<String>> post(
      String path, String body, String address, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(shop.base().resolve(path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("X-Forwarded-For", address);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return shop.client().sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Pays with a signature. */
  HttpResponse<String> pay(String path, String body, ObjectNode payment, String address) {
    return post(path, body, address, "PAYMENT-SIGNATURE", Shop.encode(payment)).join();
  }

  /** Calls an MCP tool and pays with a signature. */
  HttpResponse<String> payTool(String tool, String arguments, ObjectNode payment, String address) {
    return post(
            "/mcp",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\""
                + tool
                + "\",\"arguments\":"
                + arguments
                + ",\"_meta\":{\"x402/payment\":"
                + payment
                + "}}}",
            address)
        .join();
  }

  static void assertTooMany(HttpResponse<String> answer, String reason) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("too_many_requests");
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo(reason);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
        .isPositive();
  }
}
