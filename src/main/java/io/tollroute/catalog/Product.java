package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What a payment buys: the call of a service, or something of ours such as a token. The corridor,
 * the ledger and the payment methods ask nothing else of it.
 *
 * <p>The JSON documents are shared by all calls; read them, never change them.
 */
public interface Product {

  /**
   * Calls of a service, whose price is what a product costs.
   *
   * @param service its id
   * @param calls how many
   * @param units for how many units of input each is; none where the price does not go by one
   */
  record Calls(String service, int calls, int units) {}

  /**
   * A product as an MCP tool.
   *
   * @param name of the tool
   * @param address of the MCP server, a path below the public address
   */
  record Tool(String name, String address) {}

  /** What a charge says that was bought; the same for all addresses of the product. */
  String id();

  /** Its {@link ProductKind}, by name. */
  String kind();

  /** What it is, in plain sentences. */
  String description();

  /** Words to be found by. */
  List<String> tags();

  /** What it costs now. */
  Price price();

  /** By what it is priced. */
  Tariff tariff();

  /** The same as it is sold by another tariff of its service; empty when it is not. */
  Optional<Product> under(Tariff other);

  /** What is offered to whoever says nothing of an input: itself, but for a call that is priced. */
  default Product offered() {
    return this;
  }

  /** How many units of what the price goes by; none where it does not. */
  default int units() {
    return 0;
  }

  /** Whether the work or the money comes first. */
  SettlementOrder settles();

  /** What the same request with the same token is. */
  Repeat repeat();

  /** Where it is bought, a path below the public address. */
  String address();

  /** Other such paths. */
  List<String> otherAddresses();

  /** As an MCP tool, where it is one. */
  Optional<Tool> tool();

  /** JSON Schema of the request body, type object. */
  JsonNode inputSchema();

  /** JSON Schema of the answer, type object. */
  JsonNode outputSchema();

  /** A body that the input schema accepts. */
  JsonNode exampleRequest();

  /** An answer. */
  JsonNode exampleResponse();

  /** The answer with all that is known of it. */
  default Answer detailed() {
    return new Answer(outputSchema(), exampleResponse());
  }

  /** How long making one may take, in seconds. */
  int makingSeconds();

  /** How much of that a call is busy with it; what a job does goes on by itself. */
  default int heldSeconds() {
    return makingSeconds();
  }

  /** Whether it is offered to everybody for as long as it stands in the catalogue. */
  boolean isListed();

  /** Of what its price is the price of now; empty where it has one that stays, or its own. */
  Optional<Calls> pricedAs();
}
