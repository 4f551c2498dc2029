package io.tollroute.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer as it goes out.
 *
 * @param headers the receipt, by the name of its header
 * @param body the envelope
 */
record GivenAnswer(Map<String, String> headers, byte[] body) {

  private static final ObjectMapper JSON = new ObjectMapper();

  byte[] bytes() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode names = json.putObject("headers");
    headers.forEach(names::put);
    json.put("body", body);
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  static GivenAnswer read(byte[] bytes) {
    try {
      JsonNode json = JSON.readTree(bytes);
      Map<String, String> headers = new LinkedHashMap<>();
      json.path("headers")
          .properties()
          .forEach(header -> headers.put(header.getKey(), header.getValue().textValue()));
      return new GivenAnswer(headers, json.required("body").binaryValue());
    } catch (IOException e) {
      throw new UncheckedIOException("the answer of a job was written by another version", e);
    }
  }
}
