package io.tollroute;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tollroute.testing.Shop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RouteFilesTest {

  private static final Path ROUTES = Path.of("routes");
  private static final Path SCHEMAS = Path.of("target", "yaml-dsl-schemas", "schema");
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Pattern SETTING = Pattern.compile("\\{\\{(tollroute\\.[a-z0-9.-]+)}}");

  @ParameterizedTest
  @MethodSource("files")
  @DisplayName("a route file is valid YAML DSL of the Camel it runs on")
  void valid(Path file) throws IOException {
    assertThat(faults("camelYamlDsl.json", YAML.readTree(file.toFile()))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("files")
  @DisplayName("a route file is in canonical form, without shorthand")
  void canonical(Path file) throws IOException {
    assertThat(faults("camelYamlDsl-canonical.json", YAML.readTree(file.toFile()))).isEmpty();
  }

  @Test
  @DisplayName("the schemas find a misspelt step and a shorthand")
  void theSchemasFindMistakes() throws IOException {
    JsonNode misspelt =
        YAML.readTree("- route: {id: a, from: {uri: direct:a, steps: [{proces: {ref: x}}]}}");
    JsonNode shorthand =
        YAML.readTree("- route: {id: a, from: {uri: direct:a, steps: [{to: direct:b}]}}");
    assertThat(faults("camelYamlDsl.json", misspelt)).isNotEmpty();
    assertThat(faults("camelYamlDsl.json", shorthand)).isEmpty();
    assertThat(faults("camelYamlDsl-canonical.json", shorthand)).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("files")
  @DisplayName("every route has an id and says what it is for")
  void described(Path file) throws IOException {
    for (JsonNode route : YAML.readTree(file.toFile()).findValues("route")) {
      assertThat(route.path("id").asText()).isNotBlank();
      assertThat(route.path("description").asText()).as(route.path("id").asText()).isNotBlank();
    }
  }

  @Test
  @DisplayName(
      "every bean, route and setting that the files name exists, and every setting is used")
  void namesExist() throws Exception {
    Set<String> settings = new TreeSet<>();
    for (Path file : files().toList()) {
      Matcher names = SETTING.matcher(Files.readString(file));
      while (names.find()) {
        settings.add(names.group(1));
      }
    }
    Set<String> known = new TreeSet<>();
    YAML.readTree(Path.of("src/main/resources/settings.yaml").toFile())
        .fieldNames()
        .forEachRemaining(known::add);
    assertThat(known).containsAll(settings);

    String code = everything(Path.of("src", "main", "java"), ".java");
    String properties = Files.readString(Path.of("src/main/resources/application.properties"));
    for (String setting : known) {
      assertThat(
              settings.contains(setting)
                  || code.contains('"' + setting + '"')
                  || code.contains("\"tollroute.x402.asset-\" + part")
                      && setting.startsWith("tollroute.x402.asset-")
                  || properties.contains("{{" + setting + "}}"))
          .as("%s is used", setting)
          .isTrue();
    }

    Set<String> directs = new TreeSet<>();
    Set<String> called = new TreeSet<>();
    Set<String> beans = new TreeSet<>();
    for (Path file : files().toList()) {
      JsonNode tree = YAML.readTree(file.toFile());
      for (JsonNode from : tree.findValues("from")) {
        directs.add(from.path("uri").asText());
      }
      for (JsonNode to : tree.findValues("to")) {
        called.add(to.isTextual() ? to.asText() : to.path("uri").asText());
      }
      for (JsonNode ref : tree.findValues("ref")) {
        beans.add(ref.asText());
      }
    }
    called.removeIf(uri -> !uri.startsWith("direct:"));
    assertThat(directs).containsAll(called);
    try (Shop shop = Shop.open()) {
      for (String bean : beans) {
        assertThat(shop.application().main().getCamelContext().getRegistry().lookupByName(bean))
            .as(bean)
            .isNotNull();
      }
    }
  }

  static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(ROUTES)) {
      return files
          .filter(file -> file.toString().endsWith(".camel.yaml"))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static String everything(Path folder, String ending) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(ending)).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  private static List<String> faults(String schema, JsonNode routes) throws IOException {
    ObjectNode document =
        (ObjectNode) new ObjectMapper().readTree(SCHEMAS.resolve(schema).toFile());
    if (schema.contains("canonical")) {
      // the 4.22 schema marks every data format as required at once
      for (String model : List.of("MarshalDefinition", "UnmarshalDefinition")) {
        ((ObjectNode) document.at("/items/definitions/org.apache.camel.model." + model))
            .remove("required");
      }
    }
    Schema compiled =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4).getSchema(document);
    List<String> faults = new ArrayList<>();
    compiled.validate(routes).forEach(error -> faults.add(error.toString()));
    return faults;
  }
}
