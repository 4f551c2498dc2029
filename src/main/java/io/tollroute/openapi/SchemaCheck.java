package io.tollroute.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;

/** Whether a value is one that a schema allows, as the catalogue looks at examples. */
final class SchemaCheck {

  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          registry ->
              registry
                  .schemaCacheEnabled(false)
                  .schemaRegistryConfig(
                      SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  boolean allows(JsonNode schema, JsonNode value) {
    if (schema.isBoolean()) {
      return schema.asBoolean();
    }
    try {
      Schema compiled = schemas.getSchema(SchemaPort.withoutExamples(schema.deepCopy()));
      return compiled.validate(value).isEmpty();
    } catch (SchemaException | IllegalArgumentException | StackOverflowError e) {
      return false;
    }
  }
}
