package io.tollroute.httpjson;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the statuses of an API mean. */
final class Statuses {

  /** Whose doing a status is. */
  enum Meaning {
    ANSWER,
    CALLER,
    BUSY,
    PROVIDER
  }

  private static final int CLASS = 100;

  private final Map<Meaning, Set<String>> lists = new EnumMap<>(Meaning.class);

  /** As a service has it in {@code written}, and where it says nothing as {@code schema} says. */
  Statuses(JsonNode written, JsonNode schema) {
    list(Meaning.ANSWER, "answer", written, schema);
    list(Meaning.CALLER, "caller", written, schema);
    list(Meaning.BUSY, "busy", written, schema);
  }

  private void list(Meaning meaning, String name, JsonNode written, JsonNode schema) {
    JsonNode list =
        written.has(name)
            ? written.get(name)
            : schema.at("/properties/statuses/properties/" + name + "/default");
    Set<String> texts = new HashSet<>();
    list.forEach(item -> texts.add(item.asText()));
    lists.put(meaning, texts);
  }

  /** What {@code status} means. */
  Meaning of(int status) {
    return named(Integer.toString(status), named(status / CLASS + "xx", Meaning.PROVIDER));
  }

  private Meaning named(String text, Meaning otherwise) {
    return lists.entrySet().stream()
        .filter(list -> list.getValue().contains(text))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(otherwise);
  }
}
