package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Answer;
import io.tollroute.catalog.Product;
import io.tollroute.catalog.SettlementOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The documents that a demand is made of (x402 v2 and v1, bazaar, payment-identifier). */
final class TermsDocuments {

  private static final String JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema";

  /** Longest description in terms, in UTF-16 units. */
  static final int MAX_DESCRIPTION = 500;

  private static final int SHORT_DESCRIPTION = 60;

  /**
   * Bytes of the header's value. With it the whole head of a 402, and a receipt of a failed
   * settlement beside it, stays below 4,096 bytes, more than which small proxies do not pass on.
   */
  private static final int MAX_HEADER = 2_900;

  /** As long as a facilitator's may be. */
  private static final String LONGEST_REASON = "r".repeat(100);

  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final Product product;
  private final X402Settings settings;
  private final TermsCut cut;
  private final boolean icon;

  /**
   * Makes the documents of a product.
   *
   * @throws TermsTooLong when they cannot be made to fit into a header
   */
  TermsDocuments(Product product, X402Settings settings) {
    this.product = product;
    this.settings = settings;
    this.cut = least();
    // worth less than anything else: nothing is cut for it
    this.icon = fits(cut, true);
  }

  /**
   * The least that has to be cut for the header to fit, whatever the reason that it is sent for.
   */
  private TermsCut least() {
    for (TermsCut enough : TermsCut.values()) {
      if (fits(enough, false)) {
        return enough;
      }
    }
    throw new TermsTooLong();
  }

  private boolean fits(TermsCut made, boolean withIcon) {
    return DemandHeader.of(widest(made, withIcon), LONGEST_REASON).length() <= MAX_HEADER;
  }

  /** With what is added for each caller, where something is. */
  private ObjectNode widest(TermsCut made, boolean withIcon) {
    ObjectNode demand = demand(made, withIcon);
    if (SignIn.isAskedFor(product)) {
      demand.withObject("/extensions").set(SignIn.EXTENSION, SignIn.unsigned(product, settings));
    }
    return demand;
  }

  /** What the documents leave out of their service to fit, each as the end of a sentence. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    if (product.description().length() > MAX_DESCRIPTION) {
      remarks.add("cut the description to " + MAX_DESCRIPTION + " characters");
    }
    for (TermsCut made : TermsCut.values()) {
      if (made != TermsCut.NOTHING && cut.includes(made)) {
        remarks.add(made.sentence());
      }
    }
    return List.copyOf(remarks);
  }

  /** x402 v2 PaymentRequired without its error and what is cut. */
  ObjectNode demand() {
    return demand(cut, icon);
  }

  private ObjectNode demand(TermsCut made, boolean withIcon) {
    ObjectNode demand = nodes.objectNode().put("x402Version", 2);
    demand.put("error", "");
    ObjectNode resource = demand.putObject("resource");
    resource.put("url", canonicalUrl());
    int most = made.includes(TermsCut.DESCRIPTION) ? SHORT_DESCRIPTION : MAX_DESCRIPTION;
    resource.put("description", Excerpt.of(firstSentence(product.description()), most));
    resource.put("mimeType", "application/json");
    resource.put("serviceName", settings.seller());
    if (!made.includes(TermsCut.TAGS)) {
      product.tags().forEach(resource.putArray("tags")::add);
    }
    if (withIcon) {
      settings.icon().ifPresent(picture -> resource.put("iconUrl", picture));
    }
    demand.putArray("accepts").add(requirements());
    demand.set("extensions", extensions(made));
    return demand;
  }

  /** x402 v2 PaymentRequirements, scheme exact with EIP-3009. */
  ObjectNode requirements() {
    ObjectNode requirements = nodes.objectNode();
    requirements.put("scheme", "exact");
    requirements.put("network", settings.network());
    requirements.put("amount", amount());
    requirements.put("asset", settings.asset());
    requirements.put("payTo", settings.payTo());
    requirements.put("maxTimeoutSeconds", settings.maxTimeoutSeconds());
    requirements.set("extra", extra());
    return requirements;
  }

  /** An entry of the v1 list; legacy clients parse every entry strictly, so no null and no v2. */
  ObjectNode v1() {
    ObjectNode v1 = nodes.objectNode();
    v1.put("scheme", "exact");
    v1.put("network", settings.v1Network());
    v1.put("maxAmountRequired", amount());
    v1.put("resource", canonicalUrl());
    v1.put("description", Excerpt.of(product.description(), MAX_DESCRIPTION));
    v1.put("mimeType", "application/json");
    ObjectNode outputSchema = v1.putObject("outputSchema");
    ObjectNode input = outputSchema.putObject("input");
    input.put("type", "http").put("method", "POST").put("discoverable", true);
    input.put("bodyType", "json");
    if (product.inputSchema().has("properties")) {
      input.set("bodyFields", product.inputSchema().get("properties"));
    }
    outputSchema.set("output", product.outputSchema());
    v1.put("payTo", settings.payTo());
    v1.put("maxTimeoutSeconds", settings.maxTimeoutSeconds());
    v1.put("asset", settings.asset());
    v1.set("extra", extra());
    return v1;
  }

  /** The extensions of the header: what they ask to be echoed must hold what they say here. */
  ObjectNode extensions() {
    return extensions(cut);
  }

  private ObjectNode extensions(TermsCut made) {
    ObjectNode extensions = nodes.objectNode();
    if (product.isListed() && !made.includes(TermsCut.BAZAAR)) {
      extensions.set("bazaar", bazaar(!made.includes(TermsCut.OUTPUT_EXAMPLE)));
    }
    if (!made.includes(TermsCut.IDENTIFIER)) {
      extensions.set("payment-identifier", paymentIdentifier());
    }
    return extensions;
  }

  /** The extensions for which the header has no room, or not for all of them. */
  ObjectNode extensionsOfBody() {
    ObjectNode extensions = nodes.objectNode();
    if (product.isListed() && cut.includes(TermsCut.OUTPUT_EXAMPLE)) {
      extensions.set("bazaar", bazaar(true));
    }
    if (cut.includes(TermsCut.IDENTIFIER)) {
      extensions.set("payment-identifier", paymentIdentifier());
    }
    return extensions;
  }

  /** Every address under which a payment may say it was made for this product. */
  Set<String> resources() {
    Set<String> resources = new LinkedHashSet<>();
    resources.add(canonicalUrl());
    product.otherAddresses().forEach(address -> resources.add(settings.publicUrl() + address));
    // the name of an MCP tool as a resource (x402 transports-v2/mcp)
    product.tool().ifPresent(tool -> resources.add("mcp://tool/" + tool.name()));
    return resources;
  }

  /** What marketplaces are told of the product, in full: no buyer's header has to carry it. */
  Listing listing() {
    ObjectNode input = httpInput();
    ObjectNode bazaar =
        bazaar(input, httpInputSchema(fullBodySchema()), Optional.of(product.detailed()));
    return new Listing(resource(canonicalUrl()), bazaar);
  }

  /** The same of the product as an MCP tool (@x402/extensions 2.27, toolName). */
  Listing listing(Product.Tool tool) {
    ObjectNode input = nodes.objectNode().put("type", "mcp").put("toolName", tool.name());
    input.put("description", Excerpt.of(product.description(), MAX_DESCRIPTION));
    input.put("transport", "streamable-http");
    input.set("inputSchema", fullBodySchema());
    input.set("example", product.exampleRequest());
    ObjectNode inputSchema = nodes.objectNode().put("type", "object");
    ObjectNode properties = inputSchema.putObject("properties");
    properties.putObject("type").put("type", "string").put("const", "mcp");
    properties.putObject("toolName").put("type", "string");
    properties.putObject("description").put("type", "string");
    properties.putObject("transport").put("type", "string").putArray("enum").add("streamable-http");
    properties.putObject("inputSchema").put("type", "object");
    properties.putObject("example").put("type", "object");
    inputSchema.putArray("required").add("type").add("toolName").add("inputSchema");
    inputSchema.put("additionalProperties", false);
    return new Listing(
        resource(settings.publicUrl() + tool.address()),
        bazaar(input, inputSchema, Optional.of(product.detailed())));
  }

  private ObjectNode resource(String url) {
    ObjectNode resource = nodes.objectNode().put("url", url);
    resource.put("description", Excerpt.of(product.description(), MAX_DESCRIPTION));
    resource.put("mimeType", "application/json");
    resource.put("serviceName", settings.seller());
    product.tags().forEach(resource.putArray("tags")::add);
    settings.icon().ifPresent(picture -> resource.put("iconUrl", picture));
    return resource;
  }

  private ObjectNode fullBodySchema() {
    ObjectNode body = nodes.objectNode().put("type", "object");
    for (String key : List.of("properties", "required", "anyOf", "oneOf", "allOf")) {
      if (product.inputSchema().has(key)) {
        body.set(key, product.inputSchema().get(key));
      }
    }
    return body;
  }

  private ObjectNode httpInput() {
    ObjectNode input = nodes.objectNode();
    input.put("type", "http").put("method", "POST").put("bodyType", "json");
    input.set("body", product.exampleRequest());
    return input;
  }

  private ObjectNode httpInputSchema(ObjectNode body) {
    ObjectNode inputSchema = nodes.objectNode().put("type", "object");
    ObjectNode properties = inputSchema.putObject("properties");
    properties.putObject("type").put("type", "string").put("const", "http");
    properties.putObject("method").put("type", "string").putArray("enum").add("POST");
    properties.putObject("bodyType").put("type", "string").putArray("enum").add("json");
    properties.set("body", body);
    inputSchema.putArray("required").add("type").add("method").add("bodyType").add("body");
    inputSchema.put("additionalProperties", false);
    return inputSchema;
  }

  /** The official bazaar extension for a JSON POST (@x402/extensions 2.27), short. */
  private ObjectNode bazaar(boolean withAnswer) {
    ObjectNode bazaar = bazaar(httpInput(), httpInputSchema(bodySchema()), Optional.empty());
    if (withAnswer) {
      ((ObjectNode) bazaar.at("/info/output")).set("example", product.exampleResponse());
    }
    return bazaar;
  }

  private ObjectNode bazaar(ObjectNode input, ObjectNode inputSchema, Optional<Answer> answer) {
    ObjectNode bazaar = nodes.objectNode();
    ObjectNode info = bazaar.putObject("info");
    info.set("input", input);
    ObjectNode output = info.putObject("output").put("type", "json");
    ObjectNode schema = bazaar.putObject("schema");
    schema.put("$schema", JSON_SCHEMA).put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties.set("input", inputSchema);
    ObjectNode outputSchema = properties.putObject("output").put("type", "object");
    ObjectNode outputProperties = outputSchema.putObject("properties");
    outputProperties.putObject("type").put("type", "string");
    if (answer.isPresent()) {
      output.set("example", answer.get().example());
      outputProperties.set("example", answer.get().schema());
    } else {
      // readers take it for the schema of an answer, and complain where there is none
      outputProperties.putObject("example").put("type", "object");
    }
    outputSchema.putArray("required").add("type");
    schema.putArray("required").add("input");
    return bazaar;
  }

  /** Types and required keys only: the header carries it twice a call, so texts stay out. */
  private ObjectNode bodySchema() {
    ObjectNode body = nodes.objectNode().put("type", "object");
    ObjectNode properties = body.putObject("properties");
    product
        .inputSchema()
        .path("properties")
        .properties()
        .forEach(
            property -> {
              JsonNode type = property.getValue().get("type");
              ObjectNode slim = properties.putObject(property.getKey());
              if (type != null) {
                slim.set("type", type);
              }
            });
    JsonNode required = product.inputSchema().get("required");
    if (required != null) {
      body.set("required", required);
    }
    return body;
  }

  private ObjectNode paymentIdentifier() {
    ObjectNode extension = nodes.objectNode();
    extension.putObject("info").put("required", false);
    ObjectNode schema = extension.putObject("schema");
    schema.put("$schema", JSON_SCHEMA).put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("required").put("type", "boolean");
    properties
        .putObject("id")
        .put("type", "string")
        .put("minLength", 16)
        .put("maxLength", 128)
        .put("pattern", "^[a-zA-Z0-9_-]+$");
    schema.putArray("required").add("required");
    return extension;
  }

  /** The header is sent with every payment again, so it holds one sentence only. */
  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    return end < 0 ? text : text.substring(0, end + 1);
  }

  /** The token's EIP-712 domain, and the order of work and settlement where it is not the usual. */
  private ObjectNode extra() {
    ObjectNode extra = nodes.objectNode();
    extra.put("name", settings.assetName()).put("version", settings.assetVersion());
    if (product.settles() == SettlementOrder.FIRST) {
      extra.put("paymentFlow", "upfront");
    }
    return extra;
  }

  private String amount() {
    return product.price().atomicUnits(settings.decimals()).toString();
  }

  private String canonicalUrl() {
    return settings.publicUrl() + product.address();
  }
}
