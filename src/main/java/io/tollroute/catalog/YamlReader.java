package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads one YAML 1.2 document (core schema) as the JSON it means, within bounds that no service
 * file comes near. Numbers keep their digits. What JSON cannot say is a fault: foreign tags, keys
 * that are not texts, infinity; a key given twice is one too.
 */
public final class YamlReader {

  private static final int MAX_ALIASES = 50;
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NODES = 20_000;
  private static final int MAX_SCALE = 1_000;
  private static final String TOO_MUCH = "too deep or too large, aliases unfolded";

  /**
   * Reads the document.
   *
   * @throws YamlFault when it is none, with the line where that shows
   */
  public LinedJson read(String text) throws YamlFault {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setCodePointLimit(text.length() + 1)
            .setUseMarks(true)
            .build();
    Node root;
    try {
      root =
          new Compose(settings)
              .composeString(text)
              .orElseThrow(() -> new YamlFault(1, "the file is empty"));
    } catch (MarkedYamlEngineException e) {
      throw new YamlFault(
          line(e.getProblemMark().or(e::getContextMark)), "no YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new YamlFault(1, "no YAML: " + e.getMessage());
    } catch (StackOverflowError e) {
      // before anything can be counted
      throw new YamlFault(1, TOO_MUCH);
    }
    Walk walk = new Walk();
    JsonNode json = walk.convert(root, "", line(root.getStartMark()), 0);
    return new LinedJson(json, Map.copyOf(walk.lines));
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(m -> m.getLine() + 1).orElse(1);
  }

  private static final class Walk {

    private final Map<String, Integer> lines = new HashMap<>();
    private final JsonNodeFactory nodes = JsonNodeFactory.withExactBigDecimals(true);
    private int count;

    JsonNode convert(Node node, String pointer, int line, int depth) throws YamlFault {
      if (depth > MAX_DEPTH || ++count > MAX_NODES) {
        // an alias may repeat a whole tree, or the tree it stands in
        throw new YamlFault(line, TOO_MUCH);
      }
      lines.put(pointer, line);
      if (node instanceof MappingNode mapping) {
        expect(node, Tag.MAP);
        return object(mapping, pointer, depth);
      }
      if (node instanceof SequenceNode sequence) {
        expect(node, Tag.SEQ);
        ArrayNode array = nodes.arrayNode();
        for (Node item : sequence.getValue()) {
          String at = pointer + "/" + array.size();
          array.add(convert(item, at, line(item.getStartMark()), depth + 1));
        }
        return array;
      }
      return scalar((ScalarNode) node);
    }

    private ObjectNode object(MappingNode mapping, String pointer, int depth) throws YamlFault {
      ObjectNode object = nodes.objectNode();
      for (NodeTuple tuple : mapping.getValue()) {
        int line = line(tuple.getKeyNode().getStartMark());
        if (!(tuple.getKeyNode() instanceof ScalarNode key) || !key.getTag().equals(Tag.STR)) {
          throw new YamlFault(line, "a key must be a text; put it in quotes");
        }
        String name = key.getValue();
        if (object.has(name)) {
          throw new YamlFault(line, "the key '" + name + "' is there twice");
        }
        String at = LinedJson.append(pointer, name);
        object.set(name, convert(tuple.getValueNode(), at, line, depth + 1));
      }
      return object;
    }

    private JsonNode scalar(ScalarNode node) throws YamlFault {
      Tag tag = node.getTag();
      String value = node.getValue();
      try {
        if (tag.equals(Tag.STR)) {
          return TextNode.valueOf(value);
        } else if (tag.equals(Tag.NULL)) {
          return NullNode.getInstance();
        } else if (tag.equals(Tag.BOOL)) {
          return BooleanNode.valueOf(Boolean.parseBoolean(value));
        } else if (tag.equals(Tag.INT)) {
          return integer(value);
        } else if (tag.equals(Tag.FLOAT)) {
          return decimal(new BigDecimal(value));
        }
      } catch (NumberFormatException e) {
        throw new YamlFault(line(node.getStartMark()), "not a number that JSON can hold");
      }
      throw new YamlFault(line(node.getStartMark()), "the tag " + tag + " is not used here");
    }

    private static JsonNode integer(String value) {
      BigInteger number =
          value.startsWith("0x")
              ? new BigInteger(value.substring(2), 16)
              : value.startsWith("0o")
                  ? new BigInteger(value.substring(2), 8)
                  : new BigInteger(value);
      if (number.bitLength() < 32) {
        return IntNode.valueOf(number.intValueExact());
      }
      return number.bitLength() < 64
          ? LongNode.valueOf(number.longValueExact())
          : BigIntegerNode.valueOf(number);
    }

    private static JsonNode decimal(BigDecimal number) {
      if (Math.abs(number.scale()) > MAX_SCALE) {
        throw new NumberFormatException("scale");
      }
      return DecimalNode.valueOf(number);
    }

    private static void expect(Node node, Tag tag) throws YamlFault {
      if (!node.getTag().equals(tag)) {
        throw new YamlFault(
            line(node.getStartMark()), "the tag " + node.getTag() + " is not used here");
      }
    }
  }
}
