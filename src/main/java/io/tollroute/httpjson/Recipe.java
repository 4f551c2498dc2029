package io.tollroute.httpjson;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.catalog.LinedJson;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a service says of the API that it sells, ready for use.
 *
 * @param origin scheme, host and port
 * @param path below the origin, with {name} for each path parameter; begins with a slash
 * @param query the fixed part of the query; may be empty
 * @param method the HTTP method
 * @param pathOrigins what stands for each name in the path
 * @param fields the parameters of the query
 * @param headers the headers that go out
 * @param body what is sent as JSON
 * @param form what is sent as a form
 * @param statuses what a status means
 * @param mediaTypes what an answer may be
 * @param data what of the answer is sold; empty for all of it
 */
record Recipe(
    URI origin,
    String path,
    String query,
    String method,
    Map<String, Origin> pathOrigins,
    Map<String, Field> fields,
    Map<String, Origin> headers,
    Optional<Origin> body,
    Optional<Map<String, Field>> form,
    Statuses statuses,
    List<String> mediaTypes,
    Optional<Origin> data) {

  /** A parameter of a query or a form. */
  record Field(Origin origin, Style style) {}

  private static final Pattern URL =
      Pattern.compile("(?<origin>https?://[^/?]+)(?<path>/[^?]*)?(\\?(?<query>.*))?");

  static final Pattern NAME = Pattern.compile("\\{([^{}]+)}");

  private static final Pattern BRACE = Pattern.compile("[{}]");

  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

  /** Headers that HTTP itself writes, or that are the program's own. */
  private static final Set<String> NOT_OURS_TO_SET =
      Set.of(
          "accept",
          "accept-encoding",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "cookie",
          "expect",
          "host",
          "keep-alive",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "tollroute-deadline",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final Pattern OF_CAMEL = Pattern.compile("camel.*|org-apache-camel.*");

  private static final ObjectMapper TREES = new ObjectMapper();

  /**
   * Reads the settings of a service, which the schema has accepted.
   *
   * @param schema with the defaults
   */
  static Recipe of(Map<String, Object> settings, JsonNode schema) throws RecipeFault {
    JsonNode written = TREES.valueToTree(settings);
    Matcher url = URL.matcher(written.path("url").asText());
    if (!url.matches()) {
      throw new RecipeFault("the url must begin with http:// or https://");
    }
    String path = url.group("path") == null ? "/" : url.group("path");
    String method = written.path("method").asText("POST");
    return new Recipe(
        origin(url.group("origin")),
        path,
        url.group("query") == null ? "" : url.group("query"),
        method,
        path(path, written.path("path")),
        fields(written.path("query")),
        headers(written.path("headers")),
        body(written, method),
        written.has("form") ? Optional.of(fields(written.get("form"))) : Optional.empty(),
        new Statuses(written.path("statuses"), schema),
        texts(
            written.has("mediaTypes")
                ? written.get("mediaTypes")
                : schema.at("/properties/mediaTypes/default")),
        data(written));
  }

  private static URI origin(String text) throws RecipeFault {
    try {
      URI origin = URI.create(text);
      if (origin.getHost() != null && origin.getUserInfo() == null) {
        return origin;
      }
    } catch (IllegalArgumentException unreadable) {
      // the same for all that is no host
    }
    throw new RecipeFault("the url names no host that can be called");
  }

  private static Map<String, Origin> path(String path, JsonNode written) throws RecipeFault {
    Map<String, Origin> origins = new LinkedHashMap<>();
    Matcher names = NAME.matcher(path);
    while (names.find()) {
      String name = names.group(1);
      origins.put(
          name,
          written.has(name)
              ? Origin.of(written.get(name))
              : Origin.of(TREES.getNodeFactory().textNode(LinedJson.append("", name))));
    }
    if (BRACE.matcher(NAME.matcher(path).replaceAll("x")).find()) {
      throw new RecipeFault("the url has a brace that belongs to no {name}");
    }
    for (Map.Entry<String, JsonNode> named : written.properties()) {
      if (!origins.containsKey(named.getKey())) {
        throw new RecipeFault("the path of the url has no {" + named.getKey() + "}");
      }
    }
    return origins;
  }

  private static Map<String, Field> fields(JsonNode written) throws RecipeFault {
    Map<String, Field> fields = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : written.properties()) {
      fields.put(
          field.getKey(), new Field(Origin.of(field.getValue()), Style.of(field.getValue())));
    }
    return fields;
  }

  private static Map<String, Origin> headers(JsonNode written) throws RecipeFault {
    Map<String, Origin> headers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> header : written.properties()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (NOT_OURS_TO_SET.contains(name) || OF_CAMEL.matcher(name).matches()) {
        throw new RecipeFault("the header " + header.getKey() + " cannot be set");
      }
      headers.put(header.getKey(), Origin.of(header.getValue()));
    }
    return headers;
  }

  private static Optional<Origin> body(JsonNode written, String method) throws RecipeFault {
    boolean sends = WITH_BODY.contains(method);
    if (!sends && (written.has("body") || written.has("form"))) {
      throw new RecipeFault(method + " sends no body");
    }
    if (written.has("body")) {
      return Optional.of(Origin.of(written.get("body")));
    }
    return sends && !written.has("form")
        ? Optional.of(Origin.of(TREES.getNodeFactory().textNode("")))
        : Optional.empty();
  }

  private static Optional<Origin> data(JsonNode written) throws RecipeFault {
    if (!written.has("data")) {
      return Optional.empty();
    }
    Origin data = Origin.of(written.get("data"));
    if (data.missing(variable -> false).isPresent()) {
      throw new RecipeFault("a secret is nothing that is sold");
    }
    return data.isWhole() ? Optional.empty() : Optional.of(data);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.textValue()));
    return texts;
  }

  /** The first environment variable that it needs and {@code isSet} does not know. */
  Optional<String> missing(Predicate<String> isSet) {
    return Stream.of(
            pathOrigins.values().stream(),
            fields.values().stream().map(Field::origin),
            headers.values().stream(),
            body.stream(),
            form.stream().flatMap(all -> all.values().stream()).map(Field::origin))
        .flatMap(origins -> origins)
        .flatMap(origin -> origin.missing(isSet).stream())
        .findFirst();
  }
}
