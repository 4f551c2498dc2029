package io.tollroute.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;

/** JSON Schemas of requests that no service file describes. */
public final class RequestSchema {

  private RequestSchema() {}

  /**
   * Reads a schema that ships with the program.
   *
   * @param name file name in the folder {@code schema}
   * @throws IOException when there is none of that name
   */
  public static JsonNode read(String name) throws IOException {
    try (InputStream in = RequestSchema.class.getResourceAsStream("/schema/" + name)) {
      if (in == null) {
        throw new IOException("schema/" + name + " is missing from the class path");
      }
      return new ObjectMapper().readTree(in);
    }
  }
}
