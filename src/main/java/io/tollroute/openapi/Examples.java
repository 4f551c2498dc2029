package io.tollroute.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Examples of a document, as far as its own schemas allow them, and made ones where none does. */
final class Examples {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_SHOWN = 2_000;

  private final SchemaCheck check = new SchemaCheck();
  private final ApiDocument document;

  Examples(ApiDocument document) {
    this.document = document;
  }

  /** Those that a parameter or a media type has. */
  List<JsonNode> of(JsonNode holder) throws Unsellable {
    List<JsonNode> all = new ArrayList<>();
    if (holder.has("example")) {
      add(holder.get("example"), all);
    }
    for (Map.Entry<String, JsonNode> named : holder.path("examples").properties()) {
      JsonNode example = document.at(named.getValue());
      if (example.has("value")) {
        add(example.get("value"), all);
      }
    }
    return all;
  }

  /** Many documents write an object or an array as a text. */
  private static void add(JsonNode example, List<JsonNode> all) {
    if (example.asText().matches("(?s)\\s*[\\[{].*")) {
      try {
        all.add(JSON.readTree(example.textValue()));
      } catch (JsonProcessingException noJson) {
        // a text that only begins like one
      }
    }
    all.add(example);
  }

  /** The first of {@code candidates} that {@code schema} allows. */
  Optional<JsonNode> allowed(JsonNode schema, List<JsonNode> candidates) {
    return candidates.stream().filter(value -> check.allows(schema, value)).findFirst();
  }

  /** A value that must be there. */
  JsonNode needed(JsonNode schema, JsonNode holder) throws Unsellable {
    List<JsonNode> candidates = of(holder);
    candidates.add(new Sample(true, false).of(schema));
    JsonNode made = new Sample(false, false).of(schema);
    return allowed(schema, candidates).orElse(made);
  }

  /** A value that need not be there is shown where the document has an example of it. */
  Optional<JsonNode> shown(JsonNode schema, JsonNode holder) throws Unsellable {
    List<JsonNode> candidates = of(holder);
    if (schema.has(SchemaPort.EXAMPLE)) {
      candidates.add(schema.get(SchemaPort.EXAMPLE));
    }
    candidates.removeIf(value -> value.isNull() || value.toString().length() > LONGEST_SHOWN);
    return allowed(schema, candidates);
  }
}
