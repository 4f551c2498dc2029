package io.tollroute.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.catalog.CatalogueFault;
import io.tollroute.catalog.Providers;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.catalog.ServiceRule;
import io.tollroute.purchase.PurchaseModule;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that MCP reads, and those that it is found by. */
class McpFilesTest {

  private static final Path SERVICE = Path.of("services/facebody/masked-face-comparison.yaml");

  private static void write(Path folder, String search, String replacement) throws IOException {
    String text = Files.readString(SERVICE);
    assertThat(text).contains(search);
    Files.writeString(folder.resolve("a.yaml"), text.replace(search, replacement));
  }

  private static ServiceFolder services(Path folder) {
    ServiceRule rule = new ToolArguments(List.of(PurchaseModule.CARRIER));
    return new ServiceFolder(folder, "after", Providers.anybody(), List.of(rule));
  }

  @Test
  @DisplayName("a service may not have an argument of the token's name")
  void tokenArgument(@TempDir Path folder) throws Exception {
    write(folder, "    QualityScoreThreshold:", "    paymentToken:");

    assertThatThrownBy(() -> services(folder).load())
        .isInstanceOf(CatalogueFault.class)
        .hasMessageContaining("/inputSchema/properties/paymentToken")
        .hasMessageContaining("a.yaml:");
  }

  @Test
  @DisplayName("A service may not ask clients to repeat an argument as a header")
  void parameterHeader(@TempDir Path folder) throws Exception {
    String threshold = "    QualityScoreThreshold:\n      type: number\n";
    write(folder, threshold, threshold + "      x-mcp-header: Quality\n");

    assertThatThrownBy(() -> services(folder).load())
        .isInstanceOf(CatalogueFault.class)
        .hasMessageContaining("x-mcp-header");
  }

  @Test
  @DisplayName("Free tools are data: a file a tool, in the order of their names")
  void freeTools() throws Exception {
    McpJson json = new McpJson();

    List<Tool> tools = CannedTool.in(Optional.of(Path.of("interop/mcp/tools")), json);

    assertThat(tools)
        .extracting(Tool::name)
        .contains("test_simple_text", "test_error_handling", "json_schema_2020_12_tool")
        .isSorted();
    for (Tool tool : tools) {
      HttpCall http = new HttpCall("POST", java.util.Map.of(), new byte[0], "");
      assertThat(tool.call(json.object(), json.object(), http).path("content")).isNotEmpty();
    }
    assertThat(CannedTool.in(Optional.empty(), json)).isEmpty();
  }

  @Test
  @DisplayName("A file that is no tool is named")
  void noTool(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("odd.yaml"), "tool: {name: a}\nresult: {}\n");

    assertThatThrownBy(() -> CannedTool.in(Optional.of(folder), new McpJson()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("odd.yaml");
  }

  @Test
  @DisplayName("server.json is what the registry asks for, of this version")
  void registryFile() throws Exception {
    JsonNode server = new ObjectMapper().readTree(Path.of("server.json").toFile());
    Matcher version =
        Pattern.compile("<artifactId>tollroute</artifactId>\\s*<version>([^<]+)")
            .matcher(Files.readString(Path.of("pom.xml")));

    assertThat(version.find()).isTrue();
    assertThat(server.path("version").asText()).isEqualTo(version.group(1));
    assertThat(server.path("name").asText()).matches("[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+");
    assertThat(server.path("description").asText()).hasSizeLessThanOrEqualTo(100);
    assertThat(server.at("/remotes/0/type").asText()).isEqualTo("streamable-http");
    assertThat(server.at("/remotes/0/url").asText()).endsWith("/mcp");
    assertThat(server.at("/remotes/0/headers/0/isSecret").asBoolean()).isTrue();
  }

  @Test
  @DisplayName("A server's name is its host backwards, an address stays as it is")
  void names() {
    assertThat(name("https://api.example.com")).isEqualTo("com.example.api/tollroute");
    assertThat(name("http://localhost:8080")).isEqualTo("localhost/tollroute");
    assertThat(name("http://127.0.0.1:8080")).isEqualTo("127.0.0.1/tollroute");
  }

  private static String name(String url) {
    return ServerIdentity.at(URI.create(url), "Test", "1", 900, List.of()).name();
  }

  @Test
  @DisplayName("Every outcome that the code names has a row in mcp.yaml, and every row is used")
  void outcomes() throws Exception {
    StringBuilder code = new StringBuilder();
    try (Stream<Path> sources = Files.list(Path.of("src/main/java/io/tollroute/mcp"))) {
      for (Path source : sources.toList()) {
        code.append(Files.readString(source));
      }
    }
    Matcher named = Pattern.compile("(?:McpFault|outcomes)\\.of\\(\"(\\w+)\"\\)").matcher(code);
    Outcomes table = Outcomes.read();
    int found = 0;
    while (named.find()) {
      found++;
      assertThat(table.of(named.group(1)).status()).isPositive();
    }
    assertThat(found).isGreaterThan(15);
    for (String row : Files.readAllLines(Path.of("src/main/resources/mcp.yaml"))) {
      if (!row.startsWith("#") && !row.isBlank()) {
        assertThat(code).contains("\"" + row.substring(0, row.indexOf(':')) + "\"");
      }
    }
  }
}
