package io.tollroute.catalog;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Follows the {@code $ref}s within one JSON Schema that point into it ({@code #/$defs/urls}). */
final class LocalReferences {

  private static final String REF = "$ref";
  private static final String PROPERTIES = "properties";

  private final JsonNode root;

  LocalReferences(JsonNode root) {
    this.root = root;
  }

  /** A reference that leads to no schema; its message is the end of a sentence. */
  static final class Fault extends Exception {

    private static final long serialVersionUID = 1L;

    private Fault(String reference, String what) {
      super("leads to the $ref " + reference + ", which " + what);
    }
  }

  /**
   * A schema with what it refers to. What stands beside a reference goes before what it refers to.
   *
   * @throws Fault when that is in no part of the schema, or is the reference itself
   */
  JsonNode followed(JsonNode schema) throws Fault {
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    Set<String> seen = new HashSet<>();
    JsonNode at = schema;
    while (at.path(REF).isTextual()) {
      add(at, whole);
      String reference = at.get(REF).textValue();
      if (!seen.add(reference)) {
        throw new Fault(reference, "refers to itself");
      }
      at =
          find(reference)
              .filter(JsonNode::isObject)
              .orElseThrow(() -> new Fault(reference, "points nowhere in inputSchema"));
    }
    if (seen.isEmpty()) {
      return schema;
    }
    add(at, whole);
    return whole;
  }

  private static void add(JsonNode schema, ObjectNode whole) {
    for (var member : schema.properties()) {
      if (member.getKey().equals(PROPERTIES) && whole.path(PROPERTIES) instanceof ObjectNode both) {
        member
            .getValue()
            .properties()
            .forEach(each -> both.putIfAbsent(each.getKey(), each.getValue()));
      } else if (member.getKey().equals(PROPERTIES) && member.getValue().isObject()) {
        whole.set(PROPERTIES, member.getValue().deepCopy());
      } else {
        whole.putIfAbsent(member.getKey(), member.getValue());
      }
    }
  }

  private Optional<JsonNode> find(String reference) {
    try {
      URI uri = URI.create(reference);
      boolean here = reference.startsWith("#") && uri.getFragment() != null;
      return here ? Optional.of(root.at(JsonPointer.compile(uri.getFragment()))) : Optional.empty();
    } catch (IllegalArgumentException noPointer) {
      return Optional.empty();
    }
  }
}
