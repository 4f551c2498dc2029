package io.tollroute.mcp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.PaymentCarrier;
import io.tollroute.catalog.Service;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Who this server is to MCP.
 *
 * @param name reverse DNS and a slash, for example {@code com.example.api/tollroute}
 * @param title for people
 * @param publicUrl absolute base, without trailing slash
 * @param keepSeconds how long an answer can be had again at least
 * @param carriers how calls are paid
 */
record ServerIdentity(
    String name,
    String title,
    String version,
    String publicUrl,
    long keepSeconds,
    List<PaymentCarrier> carriers) {

  static final String DESCRIPTION =
      "API calls sold one at a time, paid with x402 or a token. A call that fails is not charged.";

  static final String TOKEN_ADDRESS = "/api/payments";

  /** The identity of the server at {@code publicUrl}. */
  static ServerIdentity at(
      URI publicUrl,
      String seller,
      String version,
      long keepSeconds,
      List<PaymentCarrier> carriers) {
    String host = publicUrl.getHost();
    List<String> labels = new ArrayList<>(List.of(host.split("\\.")));
    if (host.chars().anyMatch(Character::isLetter)) {
      Collections.reverse(labels);
    }
    return new ServerIdentity(
        String.join(".", labels) + "/tollroute",
        seller,
        version,
        publicUrl.toString(),
        keepSeconds,
        carriers);
  }

  /** Where messages carry payments. */
  PaymentFields payments(McpJson json) {
    return new PaymentFields(carriers, json);
  }

  /** Where its messages go. */
  String endpoint() {
    return publicUrl + Service.MCP;
  }

  /** Where tokens are bought. */
  String tokens() {
    return publicUrl + TOKEN_ADDRESS;
  }

  /** What an agent has to know to buy. */
  String instructions() {
    return "Each tool is a service that is paid per answered call; its price is in its description,"
        + " and a call that fails is not charged. Call a tool without payment to get its terms (an"
        + " error result that costs nothing), then pay: "
        + payments(new McpJson()).hints()
        + ", everybody else buys a token with POST "
        + tokens()
        + " and passes it as the argument paymentToken. If the outcome of a call is unknown, repeat"
        + " it with the same arguments and the same payment: for "
        + keepSeconds
        + " seconds at least that gives the same answer and never charges twice. To call again with"
        + " the same arguments and the same token, send another"
        + " _meta[\"io.tollroute/idempotency-key\"]. A tool whose idempotentHint is false takes each"
        + " call with a token for a new one, unless it has the same key.";
  }

  /** {@code Implementation} of the protocol. */
  ObjectNode implementation() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", name)
        .put("title", title)
        .put("version", version)
        .put("websiteUrl", publicUrl);
  }
}
