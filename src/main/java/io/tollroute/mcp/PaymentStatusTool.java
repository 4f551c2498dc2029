package io.tollroute.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Shows a payment made with POST /api/payments, without its token. */
final class PaymentStatusTool implements Tool {

  private static final String ROUTE = "direct:show-payment";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final Corridor corridor;
  private final McpJson json;

  PaymentStatusTool(Corridor corridor, McpJson json) {
    this.corridor = corridor;
    this.json = json;
  }

  @Override
  public boolean isLimited() {
    return true;
  }

  @Override
  public ObjectNode definition() {
    ObjectNode tool = json.object().put("name", "payment_status");
    tool.put("title", "Show a payment");
    tool.put(
        "description",
        "Tells whether a payment that was made for a token is paid, and how many calls are left of"
            + " it. Free.");
    ObjectNode schema = tool.putObject("inputSchema").put("type", "object");
    schema
        .putObject("properties")
        .putObject("paymentId")
        .put("type", "string")
        .put("description", "The paymentId that was given when the payment was made.");
    schema.putArray("required").add("paymentId");
    return FreeResult.annotated(tool);
  }

  @Override
  public ObjectNode call(ObjectNode arguments, ObjectNode meta, HttpCall http) {
    String id = arguments.path("paymentId").isTextual() ? arguments.path("paymentId").asText() : "";
    if (!ID.matcher(id).matches()) {
      return FreeResult.error(json, "The argument paymentId is the id of a payment.");
    }
    Map<String, Object> headers = new LinkedHashMap<>(Map.of("paymentId", id));
    ObjectNode shown = json.read(corridor.send(ROUTE, headers, new byte[0], http.origin()).body());
    return FreeResult.of(json, shown).put("isError", shown.has("error"));
  }
}
