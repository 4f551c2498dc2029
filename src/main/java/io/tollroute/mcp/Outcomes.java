package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** The table {@code mcp.yaml}: the only place that knows statuses and JSON-RPC codes. */
final class Outcomes {

  /**
   * @param status of HTTP
   * @param code of the JSON-RPC error; 0 where there is none
   */
  record Outcome(int status, int code, String message) {}

  private final Map<String, Outcome> outcomes;

  private Outcomes(Map<String, Outcome> outcomes) {
    this.outcomes = outcomes;
  }

  static Outcomes read() throws IOException {
    try (InputStream table = Outcomes.class.getResourceAsStream("/mcp.yaml")) {
      Map<String, Outcome> outcomes = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> row : new YAMLMapper().readTree(table).properties()) {
        JsonNode columns = row.getValue();
        outcomes.put(
            row.getKey(),
            new Outcome(
                columns.required("status").intValue(),
                columns.path("code").asInt(),
                columns.path("message").asText()));
      }
      return new Outcomes(outcomes);
    }
  }

  /** The row of a word; a word outside the table is a defect of the program. */
  Outcome of(String word) {
    Outcome found = outcomes.get(word);
    if (found == null) {
      throw new IllegalArgumentException("outcome without a row in mcp.yaml: " + word);
    }
    return found;
  }
}
