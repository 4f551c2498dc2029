package io.tollroute.sandbox;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a seller in the sandbox asks for. */
public final class Terms {

  private Terms() {}

  /** A PaymentRequired of the sandbox for this many atomic units. */
  public static ObjectNode demand(String amount) {
    ObjectNode demand = JsonNodeFactory.instance.objectNode().put("x402Version", 2);
    demand
        .putObject("resource")
        .put("url", "http://localhost:8080/api/tools/masked-face-comparison");
    demand
        .putArray("accepts")
        .addObject()
        .put("scheme", "exact")
        .put("network", SandboxChain.NETWORK)
        .put("amount", amount)
        .put("asset", SandboxChain.ASSET)
        .put("payTo", SandboxChain.PAY_TO)
        .put("maxTimeoutSeconds", 300)
        .putObject("extra")
        .put("name", SandboxChain.ASSET_NAME)
        .put("version", SandboxChain.ASSET_VERSION);
    ObjectNode extensions = demand.putObject("extensions");
    extensions.putObject("payment-identifier").putObject("info").put("required", false);
    ObjectNode bazaar = extensions.putObject("bazaar");
    bazaar
        .putObject("info")
        .putObject("input")
        .putObject("body")
        .put("ImageURLA", "https://example.com/a.jpg")
        .put("ImageURLB", "https://example.com/b.jpg");
    ObjectNode properties =
        bazaar
            .putObject("schema")
            .putObject("properties")
            .putObject("input")
            .putObject("properties")
            .putObject("body")
            .putObject("properties");
    properties.putObject("ImageURLA").put("type", "string");
    properties.putObject("ImageURLB").put("type", "string");
    properties.putObject("QualityScoreThreshold").put("type", "number");
    return demand;
  }
}
