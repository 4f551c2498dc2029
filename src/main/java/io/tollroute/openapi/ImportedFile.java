package io.tollroute.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.catalog.YamlFault;
import io.tollroute.catalog.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * The text of a service file that was imported. Its first line holds a sum of the rest, by which a
 * later import sees whether somebody has edited it.
 */
final class ImportedFile {

  private static final Pattern FIRST_LINE = Pattern.compile("# Imported .*\\bsum ([0-9a-f]{64})\n");
  private static final int WIDTH = 120;

  private final String origin;

  /** Files that come from {@code origin}. */
  ImportedFile(String origin) {
    this.origin = Texts.ascii(origin, 120);
  }

  /** The file's text. */
  String text(JsonNode content) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setSchema(new CoreSchema())
            .setWidth(WIDTH)
            .setIndicatorIndent(2)
            .setIndentWithIndicator(true)
            .build();
    String yaml = new Dump(settings).dumpToString(plain(content));
    try {
      if (new YamlReader().read(yaml).root().toString().equals(content.toString())) {
        return headed(yaml);
      }
    } catch (YamlFault misread) {
      // JSON is YAML too
    }
    return headed(content.toPrettyString() + "\n");
  }

  private String headed(String text) {
    return "# Imported from "
        + origin
        + " by tollroute services import; sum "
        + sum(text)
        + "\n"
        + text;
  }

  /** Whether a file is there and is not as an import has left it. */
  static boolean isEdited(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    String text = Files.readString(file);
    Matcher first = FIRST_LINE.matcher(text);
    return !first.lookingAt() || !first.group(1).equals(sum(text.substring(first.end())));
  }

  private static String sum(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  private static Object plain(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      node.properties().forEach(member -> map.put(member.getKey(), plain(member.getValue())));
      return map;
    }
    if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(item -> list.add(plain(item)));
      return list;
    }
    if (node.isNumber()) {
      return node.numberValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    return node.isNull() ? null : node.textValue();
  }
}
