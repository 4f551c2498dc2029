package io.tollroute.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.format.Format;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Service;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks an input against its service's JSON Schema (2020-12).
 *
 * <p>Two things are stricter than the schema says: keys it does not name are refused, so that
 * nobody can hand {@code Action} or {@code AccessKeyId} to the provider, and {@code format: uri}
 * means a {@link PublicUrl}.
 */
public final class InputValidator {

  private record Rules(Schema schema, ParameterNames names) {}

  private record Compiled(Service service, Rules rules) {}

  private static final int MOST_PROBLEMS = 50;

  private static final String NO_SUCH_PARAMETER = "The service has no such parameter.";

  private final PublicUrl publicUrl;
  private final SchemaRegistry schemas;

  // One entry for each id: a service read again replaces the one before it.
  private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

  /** A validator that has compiled nothing yet and takes URLs that {@code publicUrl} accepts. */
  public InputValidator(PublicUrl publicUrl) {
    this.publicUrl = publicUrl;
    Dialect dialect =
        Dialect.builder(Dialects.getDraft202012()).format(new PublicUrlFormat(publicUrl)).build();
    this.schemas =
        SchemaRegistry.withDialect(
            dialect,
            registry ->
                registry
                    .schemaCacheEnabled(false)
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder()
                            .locale(Locale.ENGLISH)
                            .formatAssertionsEnabled(true)
                            .build()));
  }

  /**
   * The input as the provider gets it: a member that is null was left out, unless the schema asks
   * for the null.
   *
   * @throws Refusal {@code invalid_request} with the JSON pointer of the first problem and a
   *     sentence that repeats nothing of the input
   */
  public <T extends JsonNode> T validate(Service service, T input) throws Refusal {
    return accepted(rules(service), input);
  }

  /** The rules of a request that no service describes, compiled once. */
  public DocumentRules rules(JsonNode documentSchema) {
    Rules rules = compile(documentSchema);
    return input -> accepted(rules, input);
  }

  /**
   * Everything that is wrong with an input, at most 50 things, what a call is refused for first;
   * empty when a call with it would be worked on.
   */
  public List<InputProblem> problems(Service service, JsonNode input) {
    return judged(rules(service), input).problems();
  }

  private <T extends JsonNode> T accepted(Rules rules, T input) throws Refusal {
    Judged<T> judged = judged(rules, input);
    if (!judged.problems().isEmpty()) {
      InputProblem first = judged.problems().get(0);
      throw Refusal.of("invalid_request").at(first.pointer()).saying(first.sentence());
    }
    return judged.input();
  }

  /**
   * An input that was looked at.
   *
   * @param input as the provider gets it, when there is no problem
   */
  private record Judged<T>(T input, List<InputProblem> problems) {}

  private <T extends JsonNode> Judged<T> judged(Rules rules, T input) {
    if (!NullMembers.areIn(input)) {
      return new Judged<>(input, problems(rules.schema().validate(input)));
    }
    List<InputProblem> unnamed =
        input.properties().stream()
            .map(Map.Entry::getKey)
            .filter(name -> !rules.names().has(name))
            .limit(MOST_PROBLEMS)
            .map(
                name ->
                    new InputProblem(Pointers.safe(Pointers.append("", name)), NO_SUCH_PARAMETER))
            .toList();
    if (!unnamed.isEmpty()) {
      return new Judged<>(input, unnamed);
    }
    T given = NullMembers.leftOutOf(input);
    List<Error> errors = rules.schema().validate(given);
    if (errors.isEmpty()) {
      return new Judged<>(given, List.of());
    }
    List<Error> withNulls = rules.schema().validate(input);
    if (withNulls.isEmpty()) {
      return new Judged<>(input, List.of());
    }
    // what is said of the null that came helps more than that it counts as missing
    return new Judged<>(
        input,
        problems(
            errors.stream()
                .map(
                    missing ->
                        withNulls.stream()
                            .filter(error -> place(error).equals(place(missing)))
                            .findFirst()
                            .orElse(missing))
                .toList()));
  }

  private List<InputProblem> problems(List<Error> errors) {
    return errors.stream()
        .map(error -> new InputProblem(Pointers.safe(place(error)), sentence(error)))
        .distinct()
        .limit(MOST_PROBLEMS)
        .toList();
  }

  private Rules compile(JsonNode schema) {
    return new Rules(schemas.getSchema(schema), ParameterNames.of(schema));
  }

  private Rules rules(Service service) {
    Compiled known = compiled.get(service.id());
    if (known == null || known.service() != service) {
      known = new Compiled(service, compile(service.closedInputSchema()));
      compiled.put(service.id(), known);
    }
    return known.rules();
  }

  private static String place(Error error) {
    String at = error.getInstanceLocation().toString();
    return error.getProperty() == null ? at : Pointers.append(at, error.getProperty());
  }

  private String sentence(Error error) {
    JsonNode rule = error.getSchemaNode();
    return switch (error.getKeyword()) {
      case "required", "dependentRequired" -> "A required parameter is missing.";
      case "additionalProperties", "unevaluatedProperties", "propertyNames" -> NO_SUCH_PARAMETER;
      case "type" -> "The value is not of the type the input schema asks for" + named(rule) + ".";
      case "enum", "const" -> "The value is none of those the input schema lists.";
      case "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf" ->
          "The number is outside what the input schema allows.";
      case "minLength", "maxLength" -> "The text is shorter or longer than allowed.";
      case "minItems", "maxItems" -> "The list is shorter or longer than allowed.";
      case "uniqueItems" -> "The list holds an item twice.";
      case "format" -> format(error);
      default ->
          "The input does not meet the rule '" + error.getKeyword() + "' of the input schema.";
    };
  }

  private static String named(JsonNode type) {
    return type != null && type.isTextual() ? " (" + type.textValue() + ")" : "";
  }

  private String format(Error error) {
    Optional<String> objection =
        error.getSchemaNode().asText().equals("uri")
            ? publicUrl.objection(error.getInstanceNode().asText())
            : Optional.empty();
    return objection.orElse("The text is not in the format the input schema asks for.");
  }

  private record PublicUrlFormat(PublicUrl publicUrl) implements Format {

    @Override
    public String getName() {
      return "uri";
    }

    @Override
    public boolean matches(ExecutionContext context, String value) {
      return publicUrl.objection(value).isEmpty();
    }
  }
}
