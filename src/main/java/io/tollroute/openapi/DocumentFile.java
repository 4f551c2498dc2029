package io.tollroute.openapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads a document that a stranger wrote, JSON or YAML 1.2, within bounds that the memory of the
 * process sets: nothing of it is fetched, and nothing in it is more than data.
 */
final class DocumentFile {

  /** What a byte of JSON becomes in memory, and one of YAML, with room for what is made of it. */
  private static final int JSON_COST = 16;

  private static final int YAML_COST = 64;
  private static final int TOKEN_COST = 100;

  /** What the parts of YAML become while they are read, each in three forms at a time. */
  private static final int EVENT_COST = 700;

  private static final int MAX_BYTES = 64 << 20;
  private static final int MAX_DEPTH = 100;
  private static final int MAX_TEXT = 2_000_000;
  private static final int MAX_ALIASES = 50;

  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final long memory;

  /** Reads with {@code memory} bytes of heap. */
  DocumentFile(long memory) {
    this.memory = memory;
  }

  /**
   * The document in a file.
   *
   * @throws OpenApiFault when there is none that can be read
   */
  JsonNode read(Path file) throws OpenApiFault {
    byte[] bytes = bytes(file);
    try {
      String text = new String(bytes, StandardCharsets.UTF_8).replaceFirst("^\uFEFF", "");
      return text.stripLeading().startsWith("{") ? json(text) : yaml(text);
    } catch (StackOverflowError e) {
      throw new OpenApiFault("it nests too deep");
    }
  }

  private byte[] bytes(Path file) throws OpenApiFault {
    long most = Math.min(MAX_BYTES, memory / (isYaml(file) ? YAML_COST : JSON_COST));
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes((int) most + 1);
      if (bytes.length > most) {
        throw new OpenApiFault(
            "it is larger than "
                + most
                + " bytes; for a larger one give the command more memory (-Xmx in JAVA_OPTS)");
      }
      return bytes;
    } catch (IOException e) {
      throw new OpenApiFault("it cannot be read: " + e.getClass().getSimpleName());
    }
  }

  private static boolean isYaml(Path file) {
    return !file.toString().endsWith(".json");
  }

  private JsonNode json(String text) throws OpenApiFault {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_TEXT)
                    .maxTokenCount(memory / TOKEN_COST)
                    .build())
            .build();
    JsonMapper mapper =
        JsonMapper.builder(factory)
            .nodeFactory(nodes)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    try {
      return mapper.readTree(text);
    } catch (JsonProcessingException | NumberFormatException e) {
      String where =
          e instanceof JsonProcessingException known && known.getLocation() != null
              ? "line " + known.getLocation().getLineNr() + ": "
              : "";
      throw new OpenApiFault(where + "no JSON that can be read: " + firstLine(e));
    }
  }

  private static String firstLine(Exception e) {
    String message =
        e instanceof JsonProcessingException known ? known.getOriginalMessage() : e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.split("\n", 2)[0];
  }

  private JsonNode yaml(String text) throws OpenApiFault {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setCodePointLimit(text.length() + 1)
            .build();
    try {
      long left = memory / EVENT_COST;
      for (Event event : new Parse(settings).parseString(text)) {
        if (--left < 0) {
          throw new OpenApiFault(tooMuch(event.getStartMark()));
        }
      }
      return new Walk(memory / TOKEN_COST).convert(new Load(settings).loadFromString(text), 0);
    } catch (MarkedYamlEngineException e) {
      String where =
          e.getProblemMark().map(mark -> "line " + (mark.getLine() + 1) + ": ").orElse("");
      throw new OpenApiFault(where + "no YAML that can be read: " + e.getProblem());
    } catch (YamlEngineException | NumberFormatException | ArithmeticException e) {
      throw new OpenApiFault(
          "no YAML that can be read: " + String.valueOf(e.getMessage()).split("\n", 2)[0]);
    }
  }

  private static String tooMuch(Optional<Mark> place) {
    return "it is too large for the memory there is, at line "
        + place.map(mark -> mark.getLine() + 1).orElse(0)
        + "; give the command more (-Xmx in JAVA_OPTS)";
  }

  /** What YAML has loaded, as JSON; an alias may repeat a whole tree, or the one it stands in. */
  private final class Walk {

    private long left;

    Walk(long left) {
      this.left = left;
    }

    JsonNode convert(Object loaded, int depth) throws OpenApiFault {
      if (depth > MAX_DEPTH || --left < 0) {
        throw new OpenApiFault("it is too deep or too large, aliases unfolded");
      }
      if (loaded instanceof Map<?, ?> map) {
        ObjectNode object = nodes.objectNode();
        for (Map.Entry<?, ?> member : map.entrySet()) {
          if (member.getKey() == null
              || member.getKey() instanceof Collection<?>
              || member.getKey() instanceof Map<?, ?>) {
            throw new OpenApiFault("a key in it is no text");
          }
          object.set(String.valueOf(member.getKey()), convert(member.getValue(), depth + 1));
        }
        return object;
      }
      if (loaded instanceof Collection<?> list) {
        ArrayNode array = nodes.arrayNode();
        for (Object item : list) {
          array.add(convert(item, depth + 1));
        }
        return array;
      }
      return scalar(loaded);
    }

    private JsonNode scalar(Object loaded) throws OpenApiFault {
      if (loaded == null) {
        return nodes.nullNode();
      }
      if (loaded instanceof String text) {
        return nodes.textNode(text);
      }
      if (loaded instanceof Boolean truth) {
        return nodes.booleanNode(truth);
      }
      if (loaded instanceof Integer number) {
        return nodes.numberNode(number);
      }
      if (loaded instanceof Long number) {
        return nodes.numberNode(number);
      }
      if (loaded instanceof BigInteger number) {
        return nodes.numberNode(number);
      }
      if (loaded instanceof Double number && !number.isNaN() && !number.isInfinite()) {
        return nodes.numberNode(BigDecimal.valueOf(number));
      }
      throw new OpenApiFault("it holds a value that JSON has not");
    }
  }
}
