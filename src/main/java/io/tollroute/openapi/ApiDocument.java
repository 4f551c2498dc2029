package io.tollroute.openapi;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** An OpenAPI 3.0 or 3.1 document, which refers to nothing but itself. */
final class ApiDocument {

  private static final Pattern SUPPORTED = Pattern.compile("3\\.[01](\\..*)?");

  private final JsonNode root;

  private ApiDocument(JsonNode root) {
    this.root = root;
  }

  /**
   * The document that {@code root} is.
   *
   * @throws OpenApiFault when it is none of a version that is known, or has no operation
   */
  static ApiDocument of(JsonNode root) throws OpenApiFault {
    if (root.has("swagger")) {
      throw new OpenApiFault("it is Swagger 2.0; convert it to OpenAPI 3.0 or 3.1 first");
    }
    if (!SUPPORTED.matcher(root.path("openapi").asText()).matches()) {
      throw new OpenApiFault(
          "it is no OpenAPI 3.0 or 3.1 document: openapi does not say 3.0 or 3.1");
    }
    if (!root.path("paths").isObject() || root.path("paths").isEmpty()) {
      throw new OpenApiFault("it has no paths, and so no operation");
    }
    return new ApiDocument(root);
  }

  JsonNode root() {
    return root;
  }

  /** The name of the API. */
  String title() {
    return root.at("/info/title").asText("API");
  }

  /** What a part is, or what it refers to. */
  JsonNode at(JsonNode part) throws Unsellable {
    JsonNode at = part;
    Set<String> seen = new HashSet<>();
    while (at.path("$ref").isTextual()) {
      String reference = at.get("$ref").textValue();
      if (!seen.add(reference)) {
        throw new Unsellable("refers to itself and nothing else: " + shown(reference));
      }
      at = target(reference);
    }
    return at;
  }

  /** What a reference leads to, which may be a reference again. */
  JsonNode target(String reference) throws Unsellable {
    if (!reference.startsWith("#/")) {
      throw new Unsellable("refers to another document, which is not fetched: " + shown(reference));
    }
    JsonNode target = MissingNode.getInstance();
    try {
      // a reference is a URI, so it may hold an encoded pointer; a plus in it is a plus
      target =
          root.at(
              JsonPointer.compile(
                  URLDecoder.decode(
                      reference.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException unreadable) {
      // leads nowhere
    }
    if (target.isMissingNode()) {
      throw new Unsellable("refers to what is not there: " + shown(reference));
    }
    return target;
  }

  private static String shown(String reference) {
    return Texts.ascii(reference, 80);
  }
}
