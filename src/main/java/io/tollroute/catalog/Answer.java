package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a buyer gets, with all that is known of it.
 *
 * @param schema JSON Schema of the whole answer, the envelope included
 * @param example an answer that meets it
 */
public record Answer(JsonNode schema, JsonNode example) {}
