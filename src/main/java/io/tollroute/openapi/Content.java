package io.tollroute.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The media types of a request, a response or a parameter.
 *
 * @param written as the document has them
 */
record Content(JsonNode written) {

  private static final Pattern JSON =
      Pattern.compile("(application|text)/([a-z0-9.+-]+\\+)?json", Pattern.CASE_INSENSITIVE);

  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String ANY = "*/*";

  boolean isEmpty() {
    return written.isEmpty();
  }

  /** What is said of JSON, if it is among them. */
  Optional<JsonNode> json() {
    return chosen().map(Map.Entry::getValue);
  }

  /** What is said of a form, if one is among them. */
  Optional<JsonNode> form() {
    return Optional.ofNullable(written.get(FORM));
  }

  /** The name of the JSON, where it is not one that is expected anyway. */
  Optional<String> unusualJson() {
    return chosen()
        .map(type -> name(type).toLowerCase(Locale.ROOT))
        .filter(type -> type.startsWith("text/") || !type.endsWith("json") && !type.equals(ANY));
  }

  private Optional<Map.Entry<String, JsonNode>> chosen() {
    return written.properties().stream()
        .filter(type -> JSON.matcher(name(type)).matches())
        .findFirst()
        .or(() -> written.properties().stream().filter(t -> t.getKey().equals(ANY)).findFirst());
  }

  private static String name(Map.Entry<String, JsonNode> type) {
    return type.getKey().split(";", 2)[0].strip();
  }

  /** Their names, for a report. */
  String names() {
    return Texts.ascii(
        String.join(", ", written.properties().stream().map(Map.Entry::getKey).toList()), 60);
  }
}
