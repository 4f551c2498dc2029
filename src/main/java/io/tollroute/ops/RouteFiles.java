package io.tollroute.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.LinedJson;
import io.tollroute.catalog.Problem;
import io.tollroute.catalog.YamlFault;
import io.tollroute.catalog.YamlReader;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.main.DefaultRoutesCollector;
import org.apache.camel.main.RoutesCollector;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * The route files of this start, read once: what they serve, what they call and by which names,
 * each with file and line.
 */
final class RouteFiles {

  /** Ends the name of a file that says what settings a service must give to a route. */
  static final String SETTINGS_SCHEMA = ".provider.schema.json";

  /** No ConfigMap holds more. */
  private static final int MAX_BYTES = 1024 * 1024;

  private static final String DIRECT = "direct:";
  private static final String KAMELET = "kamelet:";

  /** Where a Kamelet's own route begins and ends. */
  private static final Set<String> INSIDE = Set.of(KAMELET + "source", KAMELET + "sink");

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Parameters of an endpoint, and one of a template. */
  private static final Pattern PARAMETERS =
      Pattern.compile("/parameters$|/templatedRoute/parameters/[0-9]+$");

  private static final Pattern BEAN = Pattern.compile("#(?:bean:)?([A-Za-z_][A-Za-z0-9_.-]*)");

  private static final String TEMPLATE = "routeTemplate";
  private static final String TEMPLATED = "templatedRoute";

  /** A name in a route file and where it stands. */
  record Named(String name, Path file, int line) {

    Problem problem(String reason) {
      return new Problem(file, line, reason);
    }

    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  private record SettingsSchema(Path file, JsonNode schema) {}

  private final Map<Path, String> texts;
  private final List<Named> routes = new ArrayList<>();
  private final List<Named> ids = new ArrayList<>();
  private final List<Named> served = new ArrayList<>();
  private final List<Named> calls = new ArrayList<>();
  private final List<Named> beans = new ArrayList<>();
  private final List<Named> configured = new ArrayList<>();
  private final Set<String> configurations = new TreeSet<>();
  private final Set<String> ownBeans = new TreeSet<>();
  private final Map<String, String> templates = new HashMap<>();
  private final List<Templated> templated = new ArrayList<>();
  private final Map<String, SettingsSchema> settingsSchemas = new LinkedHashMap<>();
  private final Map<String, KameletFile> kamelets = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private final List<RouteEntry> entries = new ArrayList<>();
  private final UnaryOperator<String> placeholders;

  /** A route that is made of a template, and where its begin is named. */
  private record Templated(String template, Map<String, String> parameters, Named place) {}

  private RouteFiles(Map<Path, String> texts, UnaryOperator<String> placeholders) {
    this.texts = texts;
    this.placeholders = placeholders;
  }

  /**
   * Reads the files.
   *
   * @param placeholders fills in what stands in double braces
   * @throws SettingsFault naming each file that cannot be read or is no YAML, with the line
   */
  static RouteFiles read(Collection<Path> files, UnaryOperator<String> placeholders)
      throws SettingsFault {
    Map<Path, String> texts = new LinkedHashMap<>();
    RouteFiles read = new RouteFiles(texts, placeholders);
    List<String> faults = new ArrayList<>();
    for (Path file : files) {
      try {
        byte[] bytes = start(file);
        if (bytes.length > MAX_BYTES) {
          faults.add(file + ": is larger than " + MAX_BYTES + " bytes");
          continue;
        }
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        if (file.toString().endsWith(SETTINGS_SCHEMA)) {
          read.settingsSchema(file, text);
          continue;
        }
        texts.put(file, text);
        // a file of comments alone has no routes
        if (text.lines().anyMatch(line -> !line.isBlank() && !line.strip().startsWith("#"))) {
          read.scan(file, new YamlReader().read(text));
        }
      } catch (YamlFault e) {
        faults.add(new Problem(file, e.line(), e.getMessage()).toString());
      } catch (JsonProcessingException e) {
        int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
        faults.add(new Problem(file, line, "no JSON: " + e.getOriginalMessage()).toString());
      } catch (CharacterCodingException e) {
        faults.add(file + ": is not UTF-8");
      } catch (IOException e) {
        faults.add(file + ": cannot be read");
      }
    }
    if (!faults.isEmpty()) {
      throw new SettingsFault(faults);
    }
    // a template may stand in a file behind those of its routes
    read.templated.forEach(read::fromTemplate);
    read.settingsSchemas.forEach(read::checkOwner);
    return read;
  }

  /** All of it, or one byte more than is taken. */
  private static byte[] start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_BYTES + 1);
    }
  }

  private void settingsSchema(Path file, String text) throws JsonProcessingException {
    String name = file.getFileName().toString();
    String route = DIRECT + name.substring(0, name.length() - SETTINGS_SCHEMA.length());
    JsonNode schema = STRICT.readTree(text);
    if (!schema.isObject()) {
      problems.add(new Problem(file, 1, "is not a JSON Schema"));
    }
    settingsSchemas.put(route, new SettingsSchema(file, schema));
  }

  private void checkOwner(String route, SettingsSchema schema) {
    if (!isServed(route)) {
      problems.add(
          new Problem(schema.file(), 0, "no route file serves " + route + ", by its name"));
    }
  }

  private void scan(Path file, LinedJson yaml) {
    if (KameletFile.isOne(file)) {
      KameletFile.read(file, yaml, this::isSet, problems)
          .ifPresent(
              kamelet -> {
                kamelets.put(KAMELET + kamelet.name(), kamelet);
                entries.add(kameletEntry(file, kamelet.name(), yaml));
                template(file, yaml);
              });
      return;
    }
    if (!yaml.root().isArray()) {
      // Camel would make routes of a Pipe too, which nobody has looked at
      problems.add(new Problem(file, 1, "is no list of routes, each after a dash"));
    }
    for (int i = 0; i < (yaml.root().isArray() ? yaml.root().size() : 0); i++) {
      JsonNode entry = yaml.root().get(i);
      for (Map.Entry<String, JsonNode> part : entry.properties()) {
        String at = LinedJson.append("/" + i, part.getKey());
        entries.add(new RouteEntry(file, yaml.line(at), part.getKey(), part.getValue()));
        if (part.getKey().equals("route") && part.getValue().path("id").isTextual()) {
          routes.add(named(part.getValue().get("id").textValue(), file, yaml, at + "/id"));
        }
        if (part.getKey().equals(TEMPLATE)) {
          template(part.getValue());
        }
        if (part.getKey().equals(TEMPLATED)) {
          templated(part.getValue(), file, yaml, at);
        }
        if (part.getKey().equals("routeConfiguration")) {
          configurations.add(part.getValue().path("id").asText());
        }
        if (part.getKey().equals("from")) {
          from(part.getValue(), at, file, yaml);
        }
        if (part.getKey().equals("beans")) {
          part.getValue().forEach(bean -> ownBeans.add(bean.path("name").asText()));
        }
        walk(part.getValue(), at, file, yaml);
      }
    }
  }

  private static RouteEntry kameletEntry(Path file, String name, LinedJson yaml) {
    ObjectNode template = JsonNodeFactory.instance.objectNode().put("id", name);
    if (yaml.root().at("/spec/template") instanceof ObjectNode written) {
      template.setAll(written);
      template.put("id", name);
    }
    return new RouteEntry(file, yaml.line("/spec/template"), RouteEntry.KAMELET, template);
  }

  private boolean isSet(String property) {
    String placeholder = "{{" + property + "}}";
    return !placeholders.apply(placeholder).equals(placeholder);
  }

  /** The steps of a Kamelet; its ids are those of each route that is made of it. */
  private void template(Path file, LinedJson yaml) {
    String at = "/spec/template";
    JsonNode template = yaml.root().at(at);
    template.path("beans").forEach(bean -> ownBeans.add(bean.path("name").asText()));
    List<Named> known = List.copyOf(ids);
    walk(template, at, file, yaml);
    ids.retainAll(known);
  }

  private void template(JsonNode template) {
    JsonNode from = template.has("from") ? template.path("from") : template.at("/route/from");
    templates.put(template.path("id").asText(), from.path("uri").asText());
  }

  private void templated(JsonNode route, Path file, LinedJson yaml, String at) {
    Map<String, String> parameters = new HashMap<>();
    route
        .path("parameters")
        .forEach(
            parameter ->
                parameters.put(parameter.path("name").asText(), parameter.path("value").asText()));
    String template = route.path("routeTemplateRef").asText();
    templated.add(
        new Templated(template, parameters, named(template, file, yaml, at + "/routeTemplateRef")));
    if (route.path("routeId").isTextual()) {
      Named id = named(route.get("routeId").textValue(), file, yaml, at + "/routeId");
      routes.add(id);
      ids.add(id);
    }
  }

  private void fromTemplate(Templated route) {
    String from = templates.getOrDefault(route.template(), "");
    for (Map.Entry<String, String> parameter : route.parameters().entrySet()) {
      from = from.replace("{{" + parameter.getKey() + "}}", parameter.getValue());
    }
    if (from.startsWith(DIRECT)) {
      served.add(new Named(placeholders.apply(from), route.place().file(), route.place().line()));
    }
  }

  private static Named named(String name, Path file, LinedJson yaml, String pointer) {
    return new Named(name, file, yaml.line(pointer));
  }

  private void walk(JsonNode node, String at, Path file, LinedJson yaml) {
    for (int i = 0; i < (node.isArray() ? node.size() : 0); i++) {
      walk(node.get(i), at + "/" + i, file, yaml);
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String pointer = LinedJson.append(at, field.getKey());
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "description" -> {
          continue;
        }
        case "from" -> from(value, pointer, file, yaml);
        case "steps" -> steps(value, pointer, file, yaml);
        case "routeConfigurationId" -> {
          for (String id : placeholders.apply(value.asText()).split(",")) {
            configured.add(named(id.strip(), file, yaml, pointer));
          }
        }
        case "ref" -> bean(value.asText(), pointer, file, yaml);
        case "id" -> {
          if (value.isTextual() && !at.endsWith("/parameters")) {
            ids.add(named(value.textValue(), file, yaml, pointer));
          }
        }
        default -> {
          boolean called = !at.endsWith("/from");
          if (called && value.isTextual()) {
            call(value.textValue(), node, pointer, file, yaml);
          }
        }
      }
      if (value.isTextual()) {
        var reference = BEAN.matcher(value.textValue());
        if (PARAMETERS.matcher(at).find() && reference.matches()) {
          bean(reference.group(1), pointer, file, yaml);
        }
      }
      walk(value, pointer, file, yaml);
    }
  }

  private void from(JsonNode from, String at, Path file, LinedJson yaml) {
    String uri = uri(from.path("uri").asText(), from);
    if (uri.startsWith(DIRECT) && !at.matches("/[0-9]+/" + TEMPLATE + "/.*")) {
      served.add(named(uri, file, yaml, at + "/uri"));
    }
    if (from.isObject() && !from.has("steps")) {
      problems.add(new Problem(file, yaml.line(at), "a route needs steps, and this one has none"));
    }
  }

  private void steps(JsonNode steps, String at, Path file, LinedJson yaml) {
    if (steps.isEmpty()) {
      problems.add(new Problem(file, yaml.line(at), "steps is empty"));
    }
  }

  private void call(String uri, JsonNode node, String at, Path file, LinedJson yaml) {
    String called = uri(uri, node);
    boolean named =
        called.startsWith(DIRECT) && called.length() > DIRECT.length()
            || called.startsWith(KAMELET) && !INSIDE.contains(called);
    if (named) {
      calls.add(named(called, file, yaml, at));
    }
  }

  private void bean(String name, String at, Path file, LinedJson yaml) {
    if (name.matches("[A-Za-z_][A-Za-z0-9_.-]*")) {
      beans.add(named(name, file, yaml, at));
    }
  }

  /** An address as Camel would write it: without slashes, parameters and placeholders. */
  private String uri(String written, JsonNode node) {
    String whole =
        written.equals("direct")
            ? DIRECT + node.path("parameters").path("name").asText()
            : written
                .replaceFirst("^(direct|kamelet)://", "$1:")
                .replaceFirst("[?].*", "")
                .replaceFirst("^(kamelet:[^/]*)/.*", "$1");
    return placeholders.apply(whole);
  }

  /** All that stands in the files, in their order. */
  List<RouteEntry> entries() {
    return Collections.unmodifiableList(entries);
  }

  /** Fills in what stands in double braces. */
  UnaryOperator<String> placeholders() {
    return placeholders;
  }

  /** Routes by their ids. */
  List<Named> routes() {
    return routes;
  }

  /** Ids of routes and steps. */
  List<Named> ids() {
    return ids;
  }

  /** Addresses {@code direct:} that routes begin with. */
  List<Named> served() {
    return served;
  }

  /**
   * Addresses {@code direct:} and {@code kamelet:} that routes call; what is only known at a call
   * is {@code ${...}}.
   */
  List<Named> calls() {
    return calls;
  }

  /**
   * What routes name as their configuration and no file holds, where it is named first; a pattern
   * may match none.
   */
  List<Named> unknownConfigurations() {
    Map<String, Named> unknown = new LinkedHashMap<>();
    configured.stream()
        .filter(named -> !named.name().endsWith("*") && !configurations.contains(named.name()))
        .forEach(named -> unknown.putIfAbsent(named.name(), named));
    return List.copyOf(unknown.values());
  }

  /** Objects that are referred to, but those that the files make themselves. */
  List<Named> beans() {
    return beans.stream().filter(bean -> !ownBeans.contains(bean.name())).toList();
  }

  /** What was seen to be wrong while reading. */
  List<Problem> problems() {
    return problems;
  }

  /** Whether somebody answers at an address that a service names. */
  boolean isServed(String address) {
    return served.stream().anyMatch(route -> route.name().equals(address))
        || kamelets.containsKey(address)
        || isKameletOfJar(address);
  }

  /** As in Camel's own catalogue of Kamelets, which finds them by itself. */
  private static boolean isKameletOfJar(String address) {
    return address.startsWith(KAMELET)
        && RouteFiles.class.getResource(
                "/kamelets/" + address.substring(KAMELET.length()) + KameletFile.ENDING)
            != null;
  }

  /**
   * What the settings of a service must be that names {@code route}, if a file beside it says so,
   * or the Kamelet itself.
   */
  Optional<JsonNode> settingsSchema(String route) {
    return Optional.ofNullable(kamelets.get(route))
        .map(KameletFile::settingsSchema)
        .or(() -> Optional.ofNullable(settingsSchemas.get(route)).map(SettingsSchema::schema));
  }

  /** Where the route of this id stands. */
  Optional<Named> route(String id) {
    return routes.stream().filter(route -> route.name().equals(id)).findFirst();
  }

  /** What Camel makes of one file as it was read. */
  Collection<RoutesBuilder> builders(CamelContext context, Path file) throws Exception {
    return PluginHelper.getRoutesLoader(context)
        .findRoutesBuilders(resource(file, texts.get(file)));
  }

  private static Resource resource(Path file, String text) {
    return ResourceHelper.fromBytes("file:" + file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Hands Camel the files as they were read, under their plain names whatever is in these. */
  RoutesCollector collector() {
    return new DefaultRoutesCollector() {
      @Override
      public Collection<RoutesBuilder> collectRoutesFromDirectory(
          CamelContext context, String excludePattern, String includePattern) {
        List<Resource> resources = new ArrayList<>();
        texts.forEach((file, text) -> resources.add(resource(file, text)));
        try {
          return PluginHelper.getRoutesLoader(context).findRoutesBuilders(resources);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } catch (Exception e) {
          throw org.apache.camel.RuntimeCamelException.wrapRuntimeCamelException(e);
        }
      }
    };
  }
}
