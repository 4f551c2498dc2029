package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A free tool that is data: a file with its definition ({@code tool}) and the result of every call
 * ({@code result}).
 */
final class CannedTool implements Tool {

  private final ObjectNode definition;
  private final ObjectNode result;

  private CannedTool(ObjectNode definition, ObjectNode result) {
    this.definition = definition;
    this.result = result;
  }

  /**
   * The tools of a folder's {@code .yaml} files, in the order of their names.
   *
   * @throws IOException naming the file that is none
   */
  static List<Tool> in(Optional<Path> folder, McpJson json) throws IOException {
    List<Tool> tools = new ArrayList<>();
    if (folder.isEmpty()) {
      return tools;
    }
    try (Stream<Path> files = Files.list(folder.get())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        JsonNode read = new YAMLMapper().readTree(file.toFile());
        if (!(read.path("tool") instanceof ObjectNode tool)
            || !(read.path("result") instanceof ObjectNode result)
            || !tool.path("name").isTextual()
            || !tool.path("inputSchema").isObject()
            || !result.path("content").isArray()) {
          throw new IOException(file + ": holds no tool with a name, an inputSchema and a result");
        }
        tools.add(new CannedTool(tool, result));
      }
    }
    return tools;
  }

  @Override
  public ObjectNode definition() {
    return definition;
  }

  @Override
  public ObjectNode call(ObjectNode arguments, ObjectNode meta, HttpCall http) {
    return result.deepCopy();
  }
}
