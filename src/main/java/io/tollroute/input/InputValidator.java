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

  private record Compiled(Service service, Schema schema) {}

  private final PublicUrl publicUrl = new PublicUrl();
  private final SchemaRegistry schemas;

  // One entry for each id: a service read again replaces the one before it.
  private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

  /** A validator that has compiled nothing yet. */
  public InputValidator() {
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
   * Accepts the input or says what is wrong with it.
   *
   * @throws Refusal {@code invalid_request} with the JSON pointer of the first problem and a
   *     sentence that repeats nothing of the input
   */
  public void validate(Service service, JsonNode input) throws Refusal {
    check(schema(service), input);
  }

  /** The rules of a request that no service describes, compiled once. */
  public DocumentRules rules(JsonNode documentSchema) {
    Schema schema = schemas.getSchema(documentSchema);
    return input -> check(schema, input);
  }

  private void check(Schema schema, JsonNode input) throws Refusal {
    List<Error> errors = schema.validate(input);
    if (!errors.isEmpty()) {
      throw refusal(errors.get(0));
    }
  }

  private Schema schema(Service service) {
    Compiled known = compiled.get(service.id());
    if (known == null || known.service() != service) {
      known = new Compiled(service, schemas.getSchema(service.closedInputSchema()));
      compiled.put(service.id(), known);
    }
    return known.schema();
  }

  private Refusal refusal(Error error) {
    String at = error.getInstanceLocation().toString();
    String where = error.getProperty() == null ? at : Pointers.append(at, error.getProperty());
    return Refusal.of("invalid_request").at(Pointers.safe(where)).saying(sentence(error));
  }

  private String sentence(Error error) {
    JsonNode rule = error.getSchemaNode();
    return switch (error.getKeyword()) {
      case "required", "dependentRequired" -> "A required parameter is missing.";
      case "additionalProperties", "unevaluatedProperties", "propertyNames" ->
          "The service has no such parameter.";
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
