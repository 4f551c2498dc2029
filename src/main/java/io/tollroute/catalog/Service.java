package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * A service of the catalogue: what a buyer asks for, pays and gets. Made from one file of the
 * services folder.
 *
 * <p>The JSON documents are shared by all calls; read them, never change them.
 *
 * @param id the last part of its path, for example {@code masked-face-comparison}
 * @param aliases other ids that are the same product
 * @param toolName its name as an MCP tool
 * @param title short name for people, printable ASCII
 * @param description what it does and for whom, in plain sentences
 * @param tags at most 5 words to be found by, printable ASCII of 1 to 32 characters (the x402
 *     resource metadata's limits)
 * @param tariff how an answered call is priced
 * @param inputSchema JSON Schema of the request body, type object
 * @param outputSchema JSON Schema of the answer, type object
 * @param exampleRequest a body the input schema accepts
 * @param exampleResponse an answer
 * @param provider who does the work
 * @param settles whether the work or the buyer's money comes first
 * @param repeat what the same request with the same token is
 * @param address where it is called, a path below the public address
 * @param detailed the answer with all that is known of it, which its contract may leave out
 * @param shelf how it is found, and whether it is on sale
 */
public record Service(
    String id,
    List<String> aliases,
    String toolName,
    String title,
    String description,
    List<String> tags,
    Tariff tariff,
    JsonNode inputSchema,
    JsonNode outputSchema,
    JsonNode exampleRequest,
    JsonNode exampleResponse,
    Provider provider,
    SettlementOrder settles,
    Repeat repeat,
    String address,
    Answer detailed,
    Shelf shelf)
    implements Product {

  /** What is sold is the answer to one call. */
  public static final String KIND = "call";

  /** The same where the work goes on after the call that began it. */
  public static final String JOB = "job";

  /** The path below which the services of the catalogue are called, each by its id. */
  public static final String TOOLS = "/api/tools/";

  /** The path at which all of them are tools. */
  public static final String MCP = "/mcp";

  /** A service with its own copies of the lists. */
  public Service {
    aliases = List.copyOf(aliases);
    tags = List.copyOf(tags);
  }

  /** The lowest price of a call, for which it is offered to whoever sends no input. */
  @Override
  public Price price() {
    return tariff.from();
  }

  @Override
  public Optional<Product> under(Tariff other) {
    return Optional.of(new PricedCall(this, exampleRequest, other, 0));
  }

  /**
   * The call with an input.
   *
   * @param input as it was validated
   * @throws Refusal {@code invalid_request} when so much is not sold in one call
   */
  public Product pricedFor(JsonNode input) throws Refusal {
    return new PricedCall(this, input, tariff, tariff.units(input).orElseThrow(this::tooMuch));
  }

  private Refusal tooMuch() {
    Refusal refusal = Refusal.of("invalid_request");
    return tariff
        .per()
        .map(
            per ->
                refusal
                    .at(per.pointer())
                    .saying(
                        "One call is sold for at most "
                            + per.upTo()
                            + " of these, and for no fewer than none."))
        .orElse(refusal);
  }

  @Override
  public String kind() {
    return provider.job().isPresent() ? JOB : KIND;
  }

  @Override
  public List<String> otherAddresses() {
    return aliases.stream().map(TOOLS::concat).toList();
  }

  @Override
  public Optional<Tool> tool() {
    return Optional.of(new Tool(toolName, MCP));
  }

  @Override
  public int makingSeconds() {
    return heldSeconds() + provider.job().map(Provider.Job::withinSeconds).orElse(0);
  }

  @Override
  public int heldSeconds() {
    return provider.bounds().timeoutSeconds();
  }

  /** The same service, the work of which is to look at a job that goes on, where it has jobs. */
  public Optional<Service> looking() {
    return provider
        .looking()
        .map(
            look ->
                new Service(
                    id,
                    aliases,
                    toolName,
                    title,
                    description,
                    tags,
                    tariff,
                    inputSchema,
                    outputSchema,
                    exampleRequest,
                    exampleResponse,
                    look,
                    settles,
                    repeat,
                    address,
                    detailed,
                    shelf));
  }

  @Override
  public boolean isListed() {
    return true;
  }

  @Override
  public Optional<Calls> pricedAs() {
    return Optional.empty();
  }

  /**
   * The input schema with every key refused that it does not name: what an input must meet, so that
   * nobody can hand {@code Action} or {@code AccessKeyId} to the provider.
   */
  public JsonNode closedInputSchema() {
    ObjectNode closed = inputSchema.deepCopy();
    if (!closed.has("additionalProperties")) {
      // unlike additionalProperties it also knows the keys that an allOf or a $ref names
      closed.put("unevaluatedProperties", false);
    }
    return closed;
  }
}
