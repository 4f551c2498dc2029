package io.tollroute.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How an API knows the seller: by what stands in a header or in the query. The file gets the name
 * of an environment variable, which begins with API_, and so is none of the program's.
 */
final class Securing {

  private static final Set<String> SIGN_INS = Set.of("oauth2", "openIdConnect");

  private final ApiDocument document;
  private final boolean ownToken;

  /**
   * Reads the schemes of {@code document}.
   *
   * @param ownToken whether a token of the seller's stands for a sign-in
   */
  Securing(ApiDocument document, boolean ownToken) {
    this.document = document;
    this.ownToken = ownToken;
  }

  /** A place and what stands there. */
  private record Key(String place, String name, ObjectNode source, String variable) {}

  /**
   * Adds to {@code settings} what one of the operation's alternatives asks for, and the variables
   * to {@code variables}.
   *
   * @throws Unsellable when there is none that a key or a password meets
   */
  void secure(JsonNode operation, ObjectNode settings, Set<String> variables) throws Unsellable {
    JsonNode alternatives =
        operation.has("security") ? operation.get("security") : document.root().path("security");
    if (!alternatives.isArray() || alternatives.isEmpty()) {
      return;
    }
    String why = "";
    for (JsonNode alternative : alternatives) {
      try {
        Map<String, Key> keys = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> scheme : alternative.properties()) {
          keys.put(scheme.getKey(), key(scheme.getKey()));
        }
        keys.values()
            .forEach(
                key -> {
                  settings.withObject("/" + key.place()).set(key.name(), key.source());
                  variables.add(key.variable());
                });
        return;
      } catch (Unsellable next) {
        why = why.isEmpty() ? next.getMessage() : why;
      }
    }
    throw new Unsellable(why);
  }

  private Key key(String name) throws Unsellable {
    JsonNode scheme =
        document.at(document.root().path("components").path("securitySchemes").path(name));
    String type = scheme.path("type").asText();
    String variable = variable(name);
    String in = scheme.path("in").asText();
    if (type.equals("apiKey") && (in.equals("header") || in.equals("query"))) {
      String place = in.equals("header") ? "headers" : "query";
      return new Key(place, scheme.path("name").asText(), source(variable, ""), variable);
    }
    if (ownToken && SIGN_INS.contains(type)) {
      return new Key("headers", "Authorization", source(variable, "Bearer "), variable);
    }
    if (type.equals("http")) {
      String word = scheme.path("scheme").asText().toLowerCase(Locale.ROOT);
      Optional<String> prefix =
          switch (word) {
            case "bearer" -> Optional.of("Bearer ");
            // the variable holds user:password in base64
            case "basic" -> Optional.of("Basic ");
            default -> Optional.empty();
          };
      if (prefix.isPresent()) {
        return new Key("headers", "Authorization", source(variable, prefix.get()), variable);
      }
    }
    throw new Unsellable(
        "asks for "
            + Texts.ascii(
                type.isEmpty()
                    ? "an unknown security scheme"
                    : type + (in.isEmpty() ? "" : " in " + in),
                60)
            + (SIGN_INS.contains(type) ? " (see --token)" : ""));
  }

  private String variable(String scheme) {
    String name = Texts.slug(document.title(), 30) + "_" + Texts.slug(scheme, 30);
    return "API_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static ObjectNode source(String variable, String prefix) {
    ObjectNode source = JsonNodeFactory.instance.objectNode().put("env", variable);
    return prefix.isEmpty() ? source : source.put("prefix", prefix);
  }
}
