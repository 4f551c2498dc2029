package io.tollroute.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** A facilitator's settlements that an operator has exported: JSON, JSON lines or CSV. */
record RecordFile(Path file) {

  private static final List<String> FIELDS =
      List.of("network", "asset", "payer", "nonce", "amount", "payTo", "transaction");

  /** As the management port takes it. */
  JsonNode read() throws CommandFault {
    try {
      String text = Files.readString(file).strip();
      if (text.startsWith("\uFEFF")) {
        text = text.substring(1);
      }
      return text.startsWith("{") || text.startsWith("[") ? json(text) : csv(text);
    } catch (JsonProcessingException e) {
      throw new CommandFault(
          Exit.USAGE, file + ":" + e.getLocation().getLineNr() + ": is not readable as JSON");
    } catch (CSVException | UncheckedIOException | IllegalArgumentException e) {
      throw new CommandFault(Exit.USAGE, file + ": is not readable as CSV: " + reason(e));
    } catch (IOException e) {
      throw new CommandFault(Exit.USAGE, file + ": cannot be read (" + e.getMessage() + ")");
    }
  }

  /** The iterator over rows wraps what is wrong with one. */
  private static String reason(Exception e) {
    return e instanceof UncheckedIOException ? e.getCause().getMessage() : e.getMessage();
  }

  private static JsonNode json(String text) throws IOException {
    JsonMapper mapper = new JsonMapper();
    ArrayNode all = mapper.createArrayNode();
    try (MappingIterator<JsonNode> documents = mapper.readerFor(JsonNode.class).readValues(text)) {
      while (documents.hasNextValue()) {
        all.add(documents.nextValue());
      }
    }
    boolean whole = all.size() == 1 && (all.get(0).isArray() || all.get(0).has("settlements"));
    return whole ? all.get(0) : all;
  }

  private static JsonNode csv(String text) throws IOException {
    ArrayNode all = new JsonMapper().createArrayNode();
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreHeaderCase(true)
            .setIgnoreSurroundingSpaces(true)
            .get();
    try (CSVParser rows = CSVParser.parse(new StringReader(text), format)) {
      for (String needed : List.of("nonce", "transaction")) {
        if (rows.getHeaderNames().stream().noneMatch(needed::equalsIgnoreCase)) {
          throw new IllegalArgumentException("its first line names no column " + needed);
        }
      }
      for (CSVRecord row : rows) {
        ObjectNode settlement = all.addObject();
        FIELDS.stream().filter(row::isSet).forEach(field -> settlement.put(field, row.get(field)));
      }
    }
    return all;
  }
}
