package io.tollroute.httpjson;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.Option;
import com.jayway.jsonpath.PathNotFoundException;
import com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Where a part of a request, or of what is sold, comes from. */
sealed interface Origin {

  /**
   * What it is in {@code document}; empty when there is nothing.
   *
   * @param variables environment variables by name
   */
  Optional<JsonNode> in(JsonNode document, Function<String, Optional<String>> variables);

  /** The pointer into the input where it comes from; empty when it does not come from one place. */
  default String place() {
    return "";
  }

  /** The first environment variable that it needs and {@code isSet} does not know. */
  default Optional<String> missing(Predicate<String> isSet) {
    return Optional.empty();
  }

  /** Whether it is the whole document, as it stands. */
  default boolean isWhole() {
    return false;
  }

  /** As the schema writes it. */
  static Origin of(JsonNode written) throws RecipeFault {
    if (written.isTextual()) {
      return new Pointed(JsonPointer.compile(written.textValue()));
    }
    if (written.has("from")) {
      return new Pointed(JsonPointer.compile(written.get("from").textValue()));
    }
    if (written.has("value")) {
      return new Fixed(written.get("value"));
    }
    if (written.has("env")) {
      return new Secret(written.get("env").textValue(), written.path("prefix").asText());
    }
    if (written.has("jsonpath")) {
      return Path.of(written.get("jsonpath").textValue());
    }
    Map<String, Origin> members = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : written.path("object").properties()) {
      members.put(member.getKey(), of(member.getValue()));
    }
    return new Composed(members);
  }

  /** A place in the document. */
  record Pointed(JsonPointer pointer) implements Origin {

    @Override
    public Optional<JsonNode> in(JsonNode document, Function<String, Optional<String>> variables) {
      JsonNode found = document.at(pointer);
      return found.isMissingNode() ? Optional.empty() : Optional.of(found);
    }

    @Override
    public String place() {
      return pointer.toString();
    }

    @Override
    public boolean isWhole() {
      return pointer.matches();
    }
  }

  /** Always the same. */
  record Fixed(JsonNode value) implements Origin {

    @Override
    public Optional<JsonNode> in(JsonNode document, Function<String, Optional<String>> variables) {
      return Optional.of(value);
    }
  }

  /** A secret of the operator's, from the environment. */
  record Secret(String variable, String prefix) implements Origin {

    @Override
    public Optional<JsonNode> in(JsonNode document, Function<String, Optional<String>> variables) {
      return variables.apply(variable).map(secret -> TextNode.valueOf(prefix + secret));
    }

    @Override
    public Optional<String> missing(Predicate<String> isSet) {
      return isSet.test(variable) ? Optional.empty() : Optional.of(variable);
    }
  }

  /** What a JSONPath (RFC 9535, as Jayway has it) finds. */
  record Path(JsonPath path) implements Origin {

    private static final Configuration TREES =
        Configuration.builder()
            .jsonProvider(new JacksonJsonNodeJsonProvider(new ObjectMapper()))
            .mappingProvider(new JacksonMappingProvider(new ObjectMapper()))
            .options(Option.DEFAULT_PATH_LEAF_TO_NULL)
            .build();

    static Path of(String text) throws RecipeFault {
      try {
        return new Path(JsonPath.compile(text));
      } catch (InvalidPathException | IllegalArgumentException e) {
        throw new RecipeFault("the JSONPath " + text + " cannot be read");
      }
    }

    @Override
    public Optional<JsonNode> in(JsonNode document, Function<String, Optional<String>> variables) {
      try {
        JsonNode found = path.read(document, TREES);
        return found == null || found.isNull() ? Optional.empty() : Optional.of(found);
      } catch (PathNotFoundException nothing) {
        return Optional.empty();
      }
    }
  }

  /** An object of further ones; a member without a origin is left out. */
  record Composed(Map<String, Origin> members) implements Origin {

    @Override
    public Optional<JsonNode> in(JsonNode document, Function<String, Optional<String>> variables) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      members.forEach(
          (name, origin) ->
              origin.in(document, variables).ifPresent(found -> object.set(name, found)));
      return Optional.of(object);
    }

    @Override
    public Optional<String> missing(Predicate<String> isSet) {
      return members.values().stream().flatMap(s -> s.missing(isSet).stream()).findFirst();
    }
  }
}
