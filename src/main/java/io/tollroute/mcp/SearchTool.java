package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.Service;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds services by words, for agents that should not read hundreds of tools. */
final class SearchTool implements Tool {

  private static final int MAX_RESULTS = 20;
  private static final int MAX_WORDS = 16;

  private final Catalogue catalogue;
  private final McpJson json;

  SearchTool(Catalogue catalogue, McpJson json) {
    this.catalogue = catalogue;
    this.json = json;
  }

  @Override
  public ObjectNode definition() {
    ObjectNode tool = json.object().put("name", "search_services");
    tool.put("title", "Search the services on sale");
    tool.put(
        "description",
        "Finds paid services by words and tells what each costs and which tool calls it. Free.");
    ObjectNode schema = tool.putObject("inputSchema").put("type", "object");
    schema
        .putObject("properties")
        .putObject("query")
        .put("type", "string")
        .put("description", "Words to look for; without them, the first services are listed.");
    ObjectNode output = tool.putObject("outputSchema").put("type", "object");
    output.putObject("properties").putObject("services").put("type", "array");
    output.putArray("required").add("services");
    tool.putObject("annotations")
        .put("readOnlyHint", true)
        .put("destructiveHint", false)
        .put("idempotentHint", true)
        .put("openWorldHint", false);
    return tool;
  }

  @Override
  public ObjectNode call(ObjectNode arguments, ObjectNode meta, HttpCall http) {
    JsonNode query = arguments.path("query");
    if (!query.isMissingNode() && !query.isNull() && !query.isTextual()) {
      return FreeResult.error(json, "The argument query is a text.");
    }
    ObjectNode found = json.object();
    ArrayNode services = found.putArray("services");
    find(query.asText("")).forEach(service -> services.add(entry(service)));
    return FreeResult.of(json, found);
  }

  private List<Service> find(String query) {
    List<String> words = new ArrayList<>();
    for (String word : query.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
      if (!word.isEmpty() && words.size() < MAX_WORDS) {
        words.add(word);
      }
    }
    return catalogue.services().stream()
        .filter(service -> words.isEmpty() || hits(service, words) > 0)
        .sorted(Comparator.comparingLong((Service service) -> -hits(service, words)))
        .limit(MAX_RESULTS)
        .toList();
  }

  private static long hits(Service service, List<String> words) {
    String text =
        String.join(
                " ",
                service.id(),
                service.toolName(),
                service.title(),
                service.description(),
                String.join(" ", service.tags()))
            .toLowerCase(Locale.ROOT);
    return words.stream().filter(text::contains).count();
  }

  private ObjectNode entry(Service service) {
    ObjectNode entry = json.object();
    entry.put("tool", service.toolName()).put("serviceId", service.id());
    entry.put("title", service.title()).put("description", service.description());
    entry.put("price", service.price().text());
    if (service.tariff().goesByInput()) {
      entry.put("priceUpTo", service.tariff().cap().text());
    }
    entry.put("currency", service.price().currency());
    return entry;
  }
}
