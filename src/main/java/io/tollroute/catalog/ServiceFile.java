package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The format of a service file: YAML, the project's {@code schema/service.schema.json}, and what
 * that schema cannot say: the two schemas inside are JSON Schemas, and the examples meet them.
 */
final class ServiceFile {

  /** A valid file and the service it describes. */
  record Parsed(Path file, Service service, LinedJson json) {

    int line(String pointer) {
      return json.line(pointer);
    }
  }

  private static final int MAX_BYTES = 256 * 1024;
  private static final String SCHEMA = "/schema/service.schema.json";
  private static final String SETTINGS = "/provider/settings";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]+}}");
  private static final String META_SCHEMA = "https://json-schema.org/draft/2020-12/schema";

  private final YamlReader yaml = new YamlReader();
  private final JsonNode schemaText = readSchema();
  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          registry ->
              registry
                  .schemaCacheEnabled(false)
                  .schemaRegistryConfig(
                      SchemaRegistryConfig.builder()
                          .locale(Locale.ENGLISH)
                          .formatAssertionsEnabled(true)
                          .build()));
  private final Schema schema = schemas.getSchema(schemaText);
  private final Schema metaSchema = schemas.getSchema(SchemaLocation.of(META_SCHEMA));

  private final String usualSettlement;
  private final Providers providers;
  private final List<ServiceRule> rules;

  /**
   * Reads service files.
   *
   * @param usualSettlement {@code after} or {@code first}, for files that do not say
   * @param providers who says what a service must tell its provider
   * @param rules what others ask of a service
   */
  ServiceFile(String usualSettlement, Providers providers, List<ServiceRule> rules) {
    this.usualSettlement = usualSettlement;
    this.providers = providers;
    this.rules = List.copyOf(rules);
  }

  /** The file's service; empty when it is none, and then there is at least one more problem. */
  Optional<Parsed> read(Path file, List<Problem> problems) {
    try {
      LinedJson json = yaml.read(text(file));
      List<Problem> found = new ArrayList<>();
      check(file, json, "", new Rules(schema, schemaText), json.root(), found);
      if (found.isEmpty()) {
        checkSchemas(file, json, found);
        checkSettings(file, json, found);
      }
      problems.addAll(found);
      return found.isEmpty()
          ? Optional.of(new Parsed(file, service(json.root()), json))
          : Optional.empty();
    } catch (YamlFault e) {
      problems.add(new Problem(file, e.line(), e.getMessage()));
    } catch (IOException e) {
      problems.add(new Problem(file, 0, "cannot be read: " + e));
    } catch (StackOverflowError e) {
      // neither the YAML nor the schema library bounds its recursion
      problems.add(new Problem(file, 0, "nests too deep, or a schema in it refers to itself"));
    }
    return Optional.empty();
  }

  private static String text(Path file) throws IOException, YamlFault {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new YamlFault(0, "is larger than " + MAX_BYTES + " bytes");
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(rest).toString();
    } catch (CharacterCodingException e) {
      int line = 1;
      for (int i = 0; i < rest.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw new YamlFault(line, "is not UTF-8");
    }
  }

  /** What {@code provider.settings} must be is said by the kind of provider. */
  private void checkSettings(Path file, LinedJson json, List<Problem> found) {
    JsonNode provider = json.root().get("provider");
    String route = provider.get("route").textValue();
    Optional<JsonNode> own = providers.find(route).flatMap(ProviderKind::settingsSchema);
    if (own.isEmpty()) {
      return;
    }
    JsonNode settings =
        provider.hasNonNull("settings")
            ? provider.get("settings")
            : JsonNodeFactory.instance.objectNode();
    try {
      Schema compiled = schemas.getSchema(own.get());
      compiled.initializeValidators();
      check(file, json, SETTINGS, new Rules(compiled, own.get()), settings, found);
    } catch (SchemaException | IllegalArgumentException e) {
      found.add(
          new Problem(
              file,
              json.line("/provider/route"),
              "the schema of the settings of "
                  + route
                  + " cannot be used: "
                  + line(e.getMessage())));
    }
  }

  private void checkSchemas(Path file, LinedJson json, List<Problem> found) {
    for (String key : List.of("inputSchema", "outputSchema")) {
      check(file, json, "/" + key, new Rules(metaSchema), json.root().get(key), found);
    }
    if (found.isEmpty()) {
      add(file, json, new TariffFile(json.root()).offences(), found);
    }
    if (!found.isEmpty()) {
      return;
    }
    Service service = service(json.root());
    for (ServiceRule rule : rules) {
      add(file, json, rule.offences(service), found);
    }
    checkExample(file, json, "inputSchema", service.closedInputSchema(), "exampleRequest", found);
    if (service.tariff().units(service.exampleRequest()).isEmpty()) {
      String at = "/exampleRequest";
      found.add(
          new Problem(file, json.line(at), at + ": has more than price.per sells in one call"));
    }
    checkExample(file, json, "outputSchema", service.outputSchema(), "exampleResponse", found);
  }

  private static void add(
      Path file, LinedJson json, List<ServiceRule.Offence> offences, List<Problem> found) {
    for (ServiceRule.Offence offence : offences) {
      String at = offence.pointer();
      found.add(new Problem(file, json.line(at), at + ": " + offence.sentence()));
    }
  }

  private void checkExample(
      Path file, LinedJson json, String key, JsonNode own, String example, List<Problem> found) {
    Schema compiled;
    try {
      compiled = schemas.getSchema(own);
      compiled.initializeValidators();
      check(file, json, "/" + example, new Rules(compiled), json.root().get(example), found);
    } catch (SchemaException | IllegalArgumentException e) {
      String pointer = "/" + key;
      found.add(
          new Problem(
              file, json.line(pointer), pointer + " cannot be used: " + line(e.getMessage())));
    }
  }

  /**
   * A schema, and its text where what it says of a part helps whoever wrote the file.
   *
   * @param text missing when it does not
   */
  private record Rules(Schema schema, JsonNode text) {

    Rules(Schema schema) {
      this(schema, MissingNode.getInstance());
    }

    /** What the schema says about the part, so that the reader need not look it up. */
    String hint(Error error) {
      if (text.isMissingNode() || error.getKeyword().equals("required")) {
        return "";
      }
      String keyword = error.getSchemaLocation().getFragment().toString();
      String rule = keyword.substring(0, keyword.lastIndexOf('/'));
      String description = text.at(rule).path("description").asText();
      return rule.isEmpty() || description.isEmpty() ? "" : ". " + description;
    }
  }

  private static void check(
      Path file, LinedJson json, String base, Rules rules, JsonNode part, List<Problem> found) {
    for (Error error : rules.schema().validate(part)) {
      if (isFilledInLater(error, base)) {
        continue;
      }
      String pointer = base + error.getInstanceLocation();
      if (error.getProperty() != null && !error.getKeyword().equals("required")) {
        pointer = LinedJson.append(pointer, error.getProperty());
      }
      String where = pointer.isEmpty() ? "the service" : pointer;
      String reason = where + ": " + line(error.getMessage()) + rules.hint(error);
      Problem problem = new Problem(file, json.line(pointer), reason);
      if (!found.contains(problem)) {
        found.add(problem);
      }
    }
  }

  /** A setting may be a placeholder of Camel's, such as {@code {{env:ACME_KEY}}}. */
  private static boolean isFilledInLater(Error error, String base) {
    JsonNode at = error.getInstanceNode();
    return base.equals(SETTINGS)
        && at != null
        && at.isTextual()
        && PLACEHOLDER.matcher(at.textValue()).matches();
  }

  private static String line(String message) {
    return message == null ? "" : message.replaceAll("\\s+", " ");
  }

  private static SettlementOrder settlement(String word) {
    return SettlementOrder.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private Service service(JsonNode root) {
    JsonNode provider = root.get("provider");
    return new Service(
        root.get("id").textValue(),
        texts(root.path("aliases")),
        root.get("toolName").textValue(),
        root.get("title").textValue(),
        root.get("description").textValue(),
        texts(root.get("tags")),
        new TariffFile(root).read(),
        root.get("inputSchema"),
        root.get("outputSchema"),
        root.get("exampleRequest"),
        root.get("exampleResponse"),
        new Provider(
            provider.get("route").textValue(),
            settings(provider.path("settings")),
            bounds(provider)),
        settlement(root.path("settle").asText(usualSettlement)),
        Repeat.valueOf(root.path("repeat").asText("same").toUpperCase(Locale.ROOT)),
        Service.TOOLS + root.get("id").textValue());
  }

  private Provider.Bounds bounds(JsonNode provider) {
    int usual =
        providers
            .find(provider.path("route").asText())
            .map(ProviderKind::usualSeconds)
            .orElse(Provider.USUAL_SECONDS);
    return new Provider.Bounds(
        provider.path("timeoutSeconds").asInt(usual),
        provider.path("maxAnswerBytes").asInt(Provider.USUAL_ANSWER_BYTES));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.textValue()));
    return texts;
  }

  private static Map<String, Object> settings(JsonNode object) {
    Map<String, Object> settings = new LinkedHashMap<>();
    object.properties().forEach(entry -> settings.put(entry.getKey(), plain(entry.getValue())));
    return Collections.unmodifiableMap(settings);
  }

  private static Object plain(JsonNode node) {
    if (node.isObject()) {
      return settings(node);
    }
    if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(plain(item)));
      return Collections.unmodifiableList(items);
    }
    if (node.isNumber()) {
      return node.numberValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    return node.textValue();
  }

  private static JsonNode readSchema() {
    try (InputStream in = ServiceFile.class.getResourceAsStream(SCHEMA)) {
      if (in == null) {
        throw new IllegalStateException(SCHEMA + " is missing from the class path");
      }
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
