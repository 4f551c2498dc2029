package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tollroute.module.Assembly;
import io.tollroute.settings.Setting;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The route files that ship with the product, without starting them. */
class RouteFilesTest {

  private static final Path ROUTES = Path.of("routes");
  private static final Path OF_MAIN = Path.of("src/main/resources/tollroute-main.properties");
  private static final Path OF_CAMEL = Path.of("src/main/resources/tollroute-camel.properties");
  private static final Path SCHEMAS = Path.of("target", "yaml-dsl-schemas", "schema");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^}]+)}}");
  private static final Pattern BEAN = Pattern.compile("#(?:bean:)?(\\w+)");

  static List<Path> files() throws IOException {
    return all().stream().filter(file -> !KameletFile.isOne(file)).toList();
  }

  static List<Path> kamelets() throws IOException {
    return all().stream().filter(KameletFile::isOne).toList();
  }

  private static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(ROUTES)) {
      // Kustomize makes ConfigMaps of the folders by files of this name
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("Kustomization"))
          .sorted()
          .toList();
    }
  }

  private static JsonNode yaml(Path file) {
    try {
      return new YAMLMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every field of every object in every file. */
  private static void eachField(BiConsumer<String, JsonNode> visitor) throws IOException {
    for (Path file : files()) {
      eachField(yaml(file), visitor);
    }
  }

  private static void eachField(JsonNode node, BiConsumer<String, JsonNode> visitor) {
    node.properties().forEach(field -> visitor.accept(field.getKey(), field.getValue()));
    node.forEach(child -> eachField(child, visitor));
  }

  private static List<JsonNode> routes() throws IOException {
    List<JsonNode> routes = new ArrayList<>();
    for (Path file : files()) {
      yaml(file).forEach(entry -> routes.add(entry.path("route")));
    }
    routes.removeIf(JsonNode::isMissingNode);
    return routes;
  }

  /** The calls that go out, each made of the one template. */
  private static List<JsonNode> templated() throws IOException {
    List<JsonNode> routes = new ArrayList<>();
    for (Path file : files()) {
      yaml(file).forEach(entry -> routes.add(entry.path("templatedRoute")));
    }
    routes.removeIf(JsonNode::isMissingNode);
    return routes;
  }

  private static String parameter(JsonNode route, String name) {
    for (JsonNode parameter : route.path("parameters")) {
      if (parameter.path("name").asText().equals(name)) {
        return parameter.path("value").asText();
      }
    }
    throw new AssertionError(name + " is not given in " + route);
  }

  @Test
  @DisplayName("No route sends over HTTP by itself: the template does, in bounds that each names")
  void outbound() throws Exception {
    List<String> senders = new ArrayList<>();
    eachField(
        (name, value) -> {
          if (value.has("httpMethod")) {
            senders.add(value.path("httpClientConfigurer").asText());
          }
        });

    assertThat(senders).containsExactly("{{http}}");
    assertThat(templated()).hasSize(9);
    for (JsonNode route : templated()) {
      assertThat(route.path("routeTemplateRef").asText()).isEqualTo("outbound");
      assertThat(route.path("routeId").asText()).isEqualTo(parameter(route, "address"));
      assertThat(parameter(route, "http")).matches("#bean:[a-zA-Z]+Http");
    }
  }

  private static List<String> check(JsonNode schema, Path file) throws IOException {
    Schema validator =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4).getSchema(schema);
    return validator.validate(yaml(file)).stream().map(Object::toString).toList();
  }

  private static JsonNode schema(String name) throws IOException {
    return new ObjectMapper().readTree(SCHEMAS.resolve(name).toFile());
  }

  @ParameterizedTest
  @MethodSource("files")
  @DisplayName(
      "A file of the folder is a route file, and none declares beans, which are made twice")
  void routeFile(Path file) {
    assertThat(file.toString()).endsWith(".camel.yaml");
    assertThat(yaml(file).isArray()).isTrue();
    assertThat(yaml(file)).allMatch(entry -> !entry.has("beans"));
  }

  @ParameterizedTest
  @MethodSource("files")
  @DisplayName("A file is valid YAML DSL of the Camel that runs it")
  void valid(Path file) throws Exception {
    assertThat(check(schema("camelYamlDsl.json"), file)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("files")
  @DisplayName("A file is in the canonical form, which the next Camel asks for")
  void canonical(Path file) throws Exception {
    JsonNode schema = schema("camelYamlDsl-canonical.json");
    // 4.22.0 wrongly demands every data format of each
    for (String model : List.of("Marshal", "Unmarshal")) {
      ((ObjectNode) schema.at("/items/definitions/org.apache.camel.model." + model + "Definition"))
          .remove("required");
    }
    assertThat(check(schema, file)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  @DisplayName("A Kamelet is a valid route, and says of each parameter what it is")
  void kamelet(Path file, @TempDir Path folder) throws Exception {
    JsonNode kamelet = yaml(file);
    Path route = folder.resolve("route.yaml");
    new YAMLMapper()
        .writeValue(route.toFile(), List.of(Map.of("from", kamelet.at("/spec/template/from"))));

    assertThat(check(schema("camelYamlDsl.json"), route)).isEmpty();
    assertThat(kamelet.at("/spec/definition/description").asText()).isNotBlank();
    assertThat(kamelet.at("/spec/definition/properties"))
        .isNotEmpty()
        .allSatisfy(
            parameter ->
                assertThat(parameter.properties().stream().map(Map.Entry::getKey))
                    .contains("title", "description", "type"));
  }

  @Test
  @DisplayName("The schemas are at work: a shorthand and an unknown step are found")
  void schemasWork(@TempDir Path folder) throws Exception {
    Path shorthand = folder.resolve("shorthand.yaml");
    Files.writeString(shorthand, "- from:\n    uri: direct:a\n    steps:\n      - to: direct:b\n");
    Path unknown = folder.resolve("unknown.yaml");
    Files.writeString(
        unknown, "- route:\n    from:\n      uri: direct:a\n      steps:\n        - shout: {}\n");

    assertThat(check(schema("camelYamlDsl.json"), shorthand)).isEmpty();
    assertThat(check(schema("camelYamlDsl-canonical.json"), shorthand)).isNotEmpty();
    assertThat(check(schema("camelYamlDsl.json"), unknown)).isNotEmpty();
  }

  @Test
  @DisplayName("Every route has an id and says what it is for")
  void described() throws Exception {
    assertThat(routes()).hasSizeGreaterThan(15);
    for (JsonNode route : routes()) {
      assertThat(route.path("id").asText()).as(route.toString()).matches("[a-z0-9]+(-[a-z0-9]+)*");
      assertThat(route.path("description").asText())
          .as(route.path("id").asText())
          .hasSizeGreaterThan(5);
    }
  }

  @Test
  @DisplayName("Every route but a stand-in says who waits for what it does")
  void configured() throws Exception {
    for (JsonNode route : routes()) {
      String id = route.path("id").asText();
      if (!id.startsWith("sandbox-")) {
        assertThat(route.path("routeConfigurationId").asText())
            .as(id)
            .isIn("buyer", "operator", "background", "called", "job", "work");
      }
    }
  }

  @Test
  @DisplayName("No two routes have one id, and no two steps of all routes")
  void ids() throws Exception {
    List<String> routes = routes().stream().map(route -> route.path("id").asText()).toList();
    assertThat(routes).doesNotHaveDuplicates();
    List<String> all = new ArrayList<>();
    eachField(
        (name, value) -> {
          if (name.equals("id")) {
            all.add(value.asText());
          }
        });
    assertThat(all).doesNotHaveDuplicates();
  }

  private static final Set<String> METHODS = Set.of("x402", "token", "free");
  private static final Set<String> KINDS = Set.of("call", "job", "token");

  @Test
  @DisplayName("Every direct: that is called is a route, and every route is called by somebody")
  void targets() throws Exception {
    Set<String> routes = new TreeSet<>();
    Set<String> called = new TreeSet<>();
    for (JsonNode route : routes()) {
      routes.add(route.at("/from/uri").asText());
    }
    routes.removeIf(uri -> !uri.startsWith("direct:"));
    for (JsonNode route : templated()) {
      routes.add("direct:" + parameter(route, "address"));
    }
    eachField(
        (name, value) -> {
          boolean target = name.equals("to") && value.isTextual();
          JsonNode uri = target ? value : value.path("uri");
          if ((name.equals("to") || name.equals("toD")) && uri.asText().startsWith("direct:")) {
            METHODS.forEach(
                method -> called.add(uri.asText().replace("${variable.method}", method)));
            KINDS.forEach(kind -> called.add(uri.asText().replace("${variable.kind}", kind)));
          }
        });
    // named by the service files
    called.addAll(Set.of("direct:alibaba-rpc", "direct:alibaba-job", "direct:http-json"));
    // asked by operator.Management, x402.RouteNode and provider.CallProvider
    called.addAll(Set.of("direct:facilitator-record", "direct:chain-node", "direct:do-the-work"));
    // named by what a payment holds
    called.removeIf(uri -> uri.contains("${"));
    called.addAll(
        Set.of(
            "direct:open-payment-x402",
            "direct:open-payment-manual",
            "direct:open-payment-credit"));

    assertThat(called).isEqualTo(routes);
  }

  @Test
  @DisplayName("Every ref: names an object that is bound, and every bound object is used")
  void beans(@TempDir Path folder) throws Exception {
    Set<String> named = new TreeSet<>();
    eachField(
        (name, value) -> {
          // the breaker of a step is named without more
          if (name.equals("ref") || name.equals("circuitBreaker") && value.isTextual()) {
            named.add(value.asText());
          } else if (value.isTextual()) {
            BEAN.matcher(value.asText()).results().map(r -> r.group(1)).forEach(named::add);
          }
        });
    Set<String> bound = new TreeSet<>();
    try (Assembly assembly = assembly(folder)) {
      bound.addAll(assembly.beans().keySet());
    }
    // what Camel and tollroute-camel.properties look up by name; and what is for an
    // operator's own routes
    bound.removeAll(Set.of("platform-http-engine", "headerPolicy", "refuse"));

    assertThat(named).isEqualTo(bound);
  }

  private static Assembly assembly(Path folder) throws Exception {
    return Modules.assemble(
        Application.Mode.SANDBOX,
        settings(folder),
        RouteFiles.read(files(), text -> text),
        Clock.systemUTC());
  }

  private static Settings settings(Path folder) throws Exception {
    return Settings.resolve(
        SettingsTable.read(),
        Path.of("").toAbsolutePath(),
        true,
        Map.of("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + folder.resolve("ledger.db")),
        new Properties(),
        new Properties());
  }

  @Test
  @DisplayName(
      "Every placeholder is a setting or a module's text, and every setting is used somewhere")
  void placeholders(@TempDir Path folder) throws Exception {
    Set<String> settings =
        SettingsTable.read().all().stream()
            .map(Setting::name)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> placeholders = new TreeSet<>();
    StringBuilder uses = new StringBuilder();
    for (Path file : files()) {
      String text = Files.readString(file);
      PLACEHOLDER.matcher(text).results().map(r -> r.group(1)).forEach(placeholders::add);
      uses.append(text);
    }
    uses.append(Files.readString(OF_MAIN)).append(Files.readString(OF_CAMEL));
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        uses.append(Files.readString(source));
      }
    }

    // the template's own, filled in where it is used
    eachField(
        (name, value) -> {
          if (name.equals("routeTemplate")) {
            value.path("parameters").forEach(own -> placeholders.remove(own.path("name").asText()));
          }
        });
    assertThat(settings).containsAll(placeholders);
    // ServeRules puts the two parts of a token's domain together
    String text = uses.toString();
    assertThat(settings)
        .allMatch(name -> text.contains('"' + name + '"') || text.contains("{{" + name + "}}"));
  }

  @Test
  @DisplayName("Camel's options name only settings that there are")
  void properties() throws Exception {
    Map<String, String> unknown = new TreeMap<>();
    String text = Files.readString(OF_MAIN) + Files.readString(OF_CAMEL);
    for (MatchResult match : PLACEHOLDER.matcher(text).results().toList()) {
      if (SettingsTable.read().named(match.group(1)).isEmpty()) {
        unknown.put(match.group(1), match.group());
      }
    }
    assertThat(unknown).isEmpty();
  }
}
