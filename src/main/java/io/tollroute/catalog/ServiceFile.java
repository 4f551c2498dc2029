package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The format of a service file: YAML, the project's {@code schema/service.schema.json}, and what
 * that schema cannot say: the two schemas inside are JSON Schemas, and the examples meet them.
 */
final class ServiceFile {

  /** A valid file and the service it describes. */
  record Parsed(Source source, Service service) {

    Path file() {
      return source.file();
    }

    Source.Place place(String pointer) {
      return source.place(pointer);
    }
  }

  private static final int MAX_BYTES = 256 * 1024;
  private static final String SCHEMA = "/schema/service.schema.json";
  private static final String SETTINGS = "/provider/settings";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]+}}");
  private static final String META_SCHEMA = "https://json-schema.org/draft/2020-12/schema";

  private static final String ANSWER = "answer";
  private static final String NO_EXAMPLE = "The shape of this result is not published.";

  private final YamlReader yaml = new YamlReader();
  private final EnvelopeShape envelope = new EnvelopeShape();
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

  private record Compiled(JsonNode text, Schema schema) {}

  private final Map<String, Compiled> settingsSchemas = new ConcurrentHashMap<>();
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

  /** What is written in a file; empty when it cannot be read, and then there is a problem more. */
  Optional<Source> source(Path file, List<Problem> problems) {
    try {
      return Optional.of(Source.of(file, yaml.read(text(file))));
    } catch (YamlFault e) {
      problems.add(new Problem(file, e.line(), e.getMessage()));
    } catch (IOException e) {
      problems.add(new Problem(file, 0, "cannot be read: " + e));
    } catch (StackOverflowError e) {
      // the YAML library does not bound its recursion
      problems.add(new Problem(file, 0, "nests too deep"));
    }
    return Optional.empty();
  }

  /** The file's service; empty when it is none, and then there is at least one more problem. */
  Optional<Parsed> read(Path file, ServiceDefaults defaults, List<Problem> problems) {
    return source(file, problems)
        .flatMap(own -> defaults.complete(own, problems))
        .flatMap(whole -> read(whole, problems));
  }

  private Optional<Parsed> read(Source said, List<Problem> problems) {
    List<Problem> found = new ArrayList<>();
    Optional<Parsed> parsed = Optional.empty();
    try {
      parsed = checked(withWhatFollows(said), found);
    } catch (StackOverflowError e) {
      // the schema library does not bound its recursion
      found.add(new Problem(said.file(), 0, "nests too deep, or a schema in it refers to itself"));
    }
    problems.addAll(found);
    return parsed.filter(any -> found.isEmpty());
  }

  /**
   * A file with all that follows from what it says.
   *
   * @param answer what follows from its {@code answer}, where it has one
   * @param outputFollows whether what buyers get is that answer in its envelope, and nothing that
   *     the file says
   */
  private record Whole(Source source, Optional<Answer> answer, boolean outputFollows) {}

  private Optional<Parsed> checked(Whole whole, List<Problem> found) {
    Source source = whole.source();
    check(source, "", new Rules(schema, schemaText), source.root(), found);
    if (found.isEmpty() && !source.root().has("exampleRequest")) {
      found.add(
          source.problem(
              "/inputSchema",
              "'exampleRequest' is missing, and not all that must be given has `examples`"));
    }
    if (!found.isEmpty()) {
      return Optional.empty();
    }
    Optional<Service> service = checkSchemas(whole, found);
    checkSettings(source, found);
    return service.map(made -> new Parsed(source, made));
  }

  /** With the members that follow from others where they are not said. */
  private Whole withWhatFollows(Source said) {
    JsonNode root = said.root();
    Source whole = said;
    if (root.path("id").isTextual() && !root.has("toolName")) {
      String name = root.get("id").textValue().replace('-', '_');
      whole = whole.with("toolName", TextNode.valueOf(name), "/id");
    }
    if (!root.has("exampleRequest")) {
      Optional<ObjectNode> example = exampleRequest(root.path("inputSchema"));
      if (example.isPresent()) {
        whole = whole.with("exampleRequest", example.get(), "/inputSchema");
      }
    }
    if (!root.path(ANSWER).path("schema").isObject() || !root.path("provider").isObject()) {
      return new Whole(whole, Optional.empty(), false);
    }
    Answer answer = answer(root);
    if (!root.has("outputSchema")) {
      whole = whole.with("outputSchema", answer.schema(), "/answer/schema");
    }
    if (!root.has("exampleResponse")) {
      whole = whole.with("exampleResponse", answer.example(), "/answer/example");
    }
    return new Whole(whole, Optional.of(answer), outputFollows(root));
  }

  /** Of what must be given the first example that is said. */
  private static Optional<ObjectNode> exampleRequest(JsonNode inputSchema) {
    ObjectNode example = JsonNodeFactory.instance.objectNode();
    for (JsonNode name : inputSchema.path("required")) {
      JsonNode property = inputSchema.path("properties").path(name.asText());
      JsonNode value = property.path("examples").path(0);
      if (value.isMissingNode()) {
        return Optional.empty();
      }
      example.set(name.asText(), value);
    }
    return Optional.of(example);
  }

  private Answer answer(JsonNode root) {
    Provider provider = provider(root.get("provider"));
    ProviderKind kind =
        providers.find(provider.route()).orElseGet(() -> new RouteKind(provider.route()));
    JsonNode answer = root.get(ANSWER);
    JsonNode example = answer.path("example");
    return new Answer(
        envelope.schema(kind.data(provider, answer.get("schema"))),
        envelope.example(
            kind.dataExample(
                provider, example.isMissingNode() ? TextNode.valueOf(NO_EXAMPLE) : example)));
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
  private void checkSettings(Source source, List<Problem> found) {
    JsonNode provider = source.root().get("provider");
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
      check(
          source,
          SETTINGS,
          new Rules(settingsSchema(route, own.get()), own.get()),
          settings,
          found);
    } catch (SchemaException | IllegalArgumentException e) {
      found.add(
          source.problem(
              "/provider/route",
              "the schema of the settings of "
                  + route
                  + " cannot be used: "
                  + line(e.getMessage())));
    }
  }

  /** Hundreds of services may have one provider. */
  private Schema settingsSchema(String route, JsonNode text) {
    Compiled known = settingsSchemas.get(route);
    if (known == null || known.text() != text) {
      known = new Compiled(text, schemas.getSchema(text));
      known.schema().initializeValidators();
      settingsSchemas.put(route, known);
    }
    return known.schema();
  }

  /** Whether what buyers get is the answer in its envelope, and nothing that the file says. */
  private static boolean outputFollows(JsonNode said) {
    return said.has(ANSWER) && !said.has("outputSchema") && !said.has("exampleResponse");
  }

  /** The service, where its file says enough to make one; there may be problems all the same. */
  private Optional<Service> checkSchemas(Whole whole, List<Problem> found) {
    Source source = whole.source();
    List<Meeting> meetings = meetings(source.root());
    for (Meeting meeting : meetings) {
      if (meeting.equals(OF_OUTPUT) && whole.outputFollows()) {
        continue;
      }
      check(
          source,
          meeting.schema(),
          new Rules(metaSchema),
          source.root().at(meeting.schema()),
          found);
    }
    if (found.isEmpty()) {
      add(source, new TariffFile(source.root()).offences(), found);
    }
    if (!found.isEmpty()) {
      return Optional.empty();
    }
    Service service = service(source.root(), whole.answer());
    for (ServiceRule rule : rules) {
      add(source, rule.offences(service), found);
    }
    checkExample(source, OF_INPUT, service.closedInputSchema(), found);
    List<Problem> ofOutput = new ArrayList<>();
    checkExample(source, OF_OUTPUT, service.outputSchema(), ofOutput);
    if (source.root().has(ANSWER) && (!whole.outputFollows() || !ofOutput.isEmpty())) {
      // where the fault is in the answer, what follows from it need not be told
      List<Problem> ofAnswer = new ArrayList<>();
      checkExample(source, OF_ANSWER, source.root().at(OF_ANSWER.schema()), ofAnswer);
      found.addAll(ofAnswer);
      ofOutput = ofAnswer.isEmpty() ? ofOutput : List.of();
    }
    found.addAll(ofOutput);
    if (service.tariff().units(service.exampleRequest()).isEmpty()) {
      String at = "/exampleRequest";
      found.add(source.problem(at, at + ": has more than price.per sells in one call"));
    }
    return Optional.of(service);
  }

  private static void add(Source source, List<ServiceRule.Offence> offences, List<Problem> found) {
    for (ServiceRule.Offence offence : offences) {
      found.add(source.problem(offence.pointer(), offence.pointer() + ": " + offence.sentence()));
    }
  }

  /** An example, and the schema that it has to meet; both as JSON pointers. */
  private record Meeting(String schema, String example) {}

  private static final Meeting OF_INPUT = new Meeting("/inputSchema", "/exampleRequest");
  private static final Meeting OF_ANSWER = new Meeting("/answer/schema", "/answer/example");
  private static final Meeting OF_OUTPUT = new Meeting("/outputSchema", "/exampleResponse");

  private static List<Meeting> meetings(JsonNode root) {
    List<Meeting> meetings = new ArrayList<>();
    meetings.add(OF_INPUT);
    if (root.has(ANSWER)) {
      meetings.add(OF_ANSWER);
    }
    meetings.add(OF_OUTPUT);
    return meetings;
  }

  private void checkExample(Source source, Meeting meeting, JsonNode own, List<Problem> found) {
    JsonNode example = source.root().at(meeting.example());
    if (example.isMissingNode()) {
      return;
    }
    try {
      Schema compiled = schemas.getSchema(own);
      compiled.initializeValidators();
      check(source, meeting.example(), new Rules(compiled), example, found);
    } catch (SchemaException | IllegalArgumentException e) {
      found.add(
          source.problem(
              meeting.schema(), meeting.schema() + " cannot be used: " + line(e.getMessage())));
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
      Source source, String base, Rules rules, JsonNode part, List<Problem> found) {
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
      Problem problem = source.problem(pointer, reason);
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

  private Service service(JsonNode root, Optional<Answer> answer) {
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
        provider(root.get("provider")),
        settlement(root.path("settle").asText(usualSettlement)),
        Repeat.valueOf(root.path("repeat").asText("same").toUpperCase(Locale.ROOT)),
        Service.TOOLS + root.get("id").textValue(),
        answer.orElseGet(() -> new Answer(root.get("outputSchema"), root.get("exampleResponse"))),
        shelf(root));
  }

  private static Shelf shelf(JsonNode root) {
    return new Shelf(
        root.path("category").asText(Shelf.PLAIN.category()),
        texts(root.path("keywords")),
        Optional.ofNullable(root.path("requires").textValue()),
        root.path("listed").asBoolean(true)
            ? Optional.empty()
            : Optional.of(root.path("withheld").asText()));
  }

  private Provider provider(JsonNode provider) {
    Provider plain =
        new Provider(
            provider.path("route").asText(), settings(provider.path("settings")), bounds(provider));
    return new Provider(plain.route(), plain.settings(), plain.bounds(), job(plain, provider));
  }

  private Optional<Provider.Job> job(Provider plain, JsonNode provider) {
    JsonNode said = provider.path("job");
    Optional<Provider.Job> usual = providers.find(plain.route()).flatMap(kind -> kind.job(plain));
    Optional<String> look =
        Optional.ofNullable(said.path("look").textValue()).or(() -> usual.map(Provider.Job::look));
    int within =
        said.path("withinSeconds")
            .asInt(usual.map(Provider.Job::withinSeconds).orElse(Provider.Job.USUAL_SECONDS));
    return look.map(route -> new Provider.Job(route, within));
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
