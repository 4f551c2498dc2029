package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.chain.ChainNode;
import io.tollroute.chain.NodeFault;
import io.tollroute.json.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** The node that the route {@code direct:chain-node} asks. */
public final class RouteNode implements ChainNode, AutoCloseable {

  private static final String ROUTE = "direct:chain-node";
  private static final int ID = 1;
  private static final int REVERTED = 3;
  private static final Pattern REVERT =
      Pattern.compile("revert|opcode|jump dest|out of gas|vm execution", Pattern.CASE_INSENSITIVE);

  /** How proxies before a node refuse a question, without JSON-RPC. */
  private static final Set<Integer> REFUSALS = Set.of(400, 413, 422);

  private final ProducerTemplate routes;

  /** Asks through the routes of {@code context}. */
  public RouteNode(CamelContext context) {
    this.routes = context.createProducerTemplate(1);
  }

  @Override
  public JsonNode ask(String method, ArrayNode parameters) throws NodeFault {
    Exchange answer =
        routes.request(
            ROUTE, exchange -> exchange.getMessage().setBody(question(method, parameters)));
    byte[] body = answer.getMessage().getBody(byte[].class);
    int status = answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
    return result(method, status, body == null ? new byte[0] : body);
  }

  /** A question as JSON-RPC writes it. */
  public static String question(String method, ArrayNode parameters) {
    ObjectNode question = JsonNodeFactory.instance.objectNode();
    question.put("jsonrpc", "2.0").put("id", ID).put("method", method).set("params", parameters);
    return question.toString();
  }

  /**
   * The result in the answer of a node.
   *
   * @throws NodeFault when there is none
   */
  public static JsonNode result(String method, int status, byte[] body) throws NodeFault {
    Optional<ObjectNode> answer = new StrictJson(64, 1 << 20).object(body);
    Optional<JsonNode> error = answer.map(found -> found.path("error")).filter(RouteNode::isError);
    if (error.isPresent() || REFUSALS.contains(status)) {
      boolean reverted = method.equals("eth_call") && error.filter(RouteNode::isRevert).isPresent();
      throw new NodeFault(
          reverted ? NodeFault.Kind.REVERTED : NodeFault.Kind.REFUSED,
          "The chain's node answers " + method + " with an error.");
    }
    if (answer.isEmpty() || status / 100 != 2 || answer.get().path("id").asInt() != ID) {
      throw new NodeFault(NodeFault.Kind.SILENT, "The chain's node does not answer.");
    }
    if (!answer.get().hasNonNull("result")) {
      throw new NodeFault(
          NodeFault.Kind.UNKNOWN, "The chain's node did not answer " + method + ".");
    }
    return answer.get().get("result");
  }

  /** Some write a text where JSON-RPC has an object. */
  private static boolean isError(JsonNode error) {
    return error.isObject() || !error.asText("").isBlank();
  }

  /** The code is that of newer nodes; of others only the message says it. */
  private static boolean isRevert(JsonNode error) {
    return error.path("code").asInt() == REVERTED
        || REVERT.matcher(error.path("message").asText()).find();
  }

  @Override
  public void close() {
    try {
      routes.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
