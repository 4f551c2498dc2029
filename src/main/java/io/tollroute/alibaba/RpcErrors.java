package io.tollroute.alibaba;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What Alibaba's error codes mean for a call, from {@code alibaba-errors.yaml}: decided by the
 * code, because the same code comes with different statuses.
 */
public final class RpcErrors {

  /**
   * One row.
   *
   * @param word error word for the buyer
   * @param message our own sentence; empty for the word's usual one
   * @param named whether the buyer is told Alibaba's code
   * @param repeat whether a freshly signed repeat may succeed
   * @param alert whether it is the operator's to mend
   */
  record Row(String word, String message, boolean named, boolean repeat, boolean alert) {}

  private final Map<String, Row> rows;
  private final Row unknown;

  private RpcErrors(Map<String, Row> rows, Row unknown) {
    this.rows = rows;
    this.unknown = unknown;
  }

  /** Reads the table that ships with the program. */
  public static RpcErrors read() throws IOException {
    try (InputStream table = RpcErrors.class.getResourceAsStream("/alibaba-errors.yaml")) {
      Map<String, Row> rows = new LinkedHashMap<>();
      for (JsonNode group : new YAMLMapper().readTree(table)) {
        Row row =
            new Row(
                group.required("word").textValue(),
                group.path("message").asText(""),
                group.path("named").asBoolean(),
                group.path("repeat").asBoolean(),
                group.path("alert").asBoolean());
        group.required("codes").forEach(code -> rows.put(code.textValue(), row));
      }
      Row unknown = rows.remove("*");
      return new RpcErrors(rows, unknown);
    }
  }

  /** The row of a code: its own, else that of its family ({@code Family.*}), else the unknown's. */
  Row of(String code) {
    Row own = rows.get(code);
    if (own != null) {
      return own;
    }
    int dot = code.indexOf('.');
    return rows.getOrDefault((dot < 0 ? code : code.substring(0, dot)) + ".*", unknown);
  }
}
