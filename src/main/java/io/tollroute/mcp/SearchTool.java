package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Service;
import io.tollroute.search.ServiceSearch;

/** Finds services by words, for agents that should not read hundreds of tools. */
final class SearchTool implements Tool {

  private static final int MAX_RESULTS = 20;

  private final ServiceSearch search;
  private final McpJson json;

  SearchTool(ServiceSearch search, McpJson json) {
    this.search = search;
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
        .put(
            "description",
            "Words to look for, in English or Chinese, 300 characters at most; without them, the"
                + " first services are listed.");
    ObjectNode output = tool.putObject("outputSchema").put("type", "object");
    output.putObject("properties").putObject("services").put("type", "array");
    output.putArray("required").add("services");
    return FreeResult.annotated(tool);
  }

  @Override
  public ObjectNode call(ObjectNode arguments, ObjectNode meta, HttpCall http) {
    JsonNode query = arguments.path("query");
    if (!query.isMissingNode() && !query.isNull() && !query.isTextual()) {
      return FreeResult.error(json, "The argument query is a text.");
    }
    String text = query.asText("");
    if (text.length() > ServiceSearch.MAX_LENGTH) {
      return FreeResult.error(
          json, "The argument query has more than " + ServiceSearch.MAX_LENGTH + " characters.");
    }
    ObjectNode found = json.object();
    ArrayNode services = found.putArray("services");
    search.find(text).stream().limit(MAX_RESULTS).forEach(service -> services.add(entry(service)));
    return FreeResult.of(json, found);
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
