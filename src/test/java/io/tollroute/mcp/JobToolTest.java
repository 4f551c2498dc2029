package io.tollroute.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tollroute.alibaba.RpcProvider;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.mcp.GatewayBench.Sent;
import io.tollroute.testing.FaceServices;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A tool whose work goes on")
class JobToolTest {

  private static final String NAME = "job_" + "A".repeat(43);
  private static final String JOB =
      """
      {"code":"202","content":"","data":{"job":{"id":"%s","state":"working",
       "url":"https://api.example.com/api/jobs/%s","retryAfterSeconds":2,"until":"2026-01-01T00:00:00Z"}},
       "message":"The work goes on.","requestId":"req_1","charged":"no"}"""
          .formatted(NAME, NAME);

  @TempDir private Path folder;

  private GatewayBench bench;

  @BeforeEach
  void open() throws Exception {
    new FaceServices(folder).writeJob("goes-on", "after");
    RpcProvider kind = RpcProvider.described();
    Catalogue catalogue =
        new ServiceFolder(folder, "after", route -> Optional.of(kind), List.of()).load();
    bench = new GatewayBench(() -> catalogue, 100, Set.of(), false);
  }

  private JsonNode tool(String name) throws Exception {
    return bench
        .legacy("tools/list", "{}")
        .result()
        .path("tools")
        .valueStream()
        .filter(each -> each.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private JsonNode call(String name, String arguments) throws Exception {
    bench.sent.clear();
    return bench
        .legacy("tools/call", "{\"name\":\"" + name + "\",\"arguments\":" + arguments + "}")
        .result();
  }

  private void answers(String body) {
    bench.answer = new Corridor.Answer(Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  @DisplayName("says so, and how one waits for it")
  void listed() throws Exception {
    JsonNode tool = tool("goes_on");

    assertThat(tool.path("description").asText()).contains("job_status", "data.job");
    assertThat(tool.at("/inputSchema/properties/waitSeconds/type").asText()).isEqualTo("integer");
    assertThat(tool.at("/inputSchema/required").toString()).doesNotContain("waitSeconds");
    assertThat(tool("job_status").at("/inputSchema/required/0").asText()).isEqualTo("jobId");
  }

  @ParameterizedTest
  @CsvSource({"0, wait=0", "45, wait=45", "-1, wait=20", "null, wait=20", "'\"soon\"', wait=20"})
  @DisplayName("waits as long as the caller says, and his word is no part of the input")
  void waits(String said, String preference) throws Exception {
    answers(JOB);
    call("goes_on", "{\"VideoUrl\":\"https://example.com/a.mp4\",\"waitSeconds\":" + said + "}");

    Sent sent = bench.sent.get(0);
    assertThat(sent.headers()).containsEntry("Prefer", preference);
    assertThat(sent.body().toString()).isEqualTo("{\"VideoUrl\":\"https://example.com/a.mp4\"}");
  }

  @Test
  @DisplayName("gives a job that is no error, and that its output schema knows")
  void job() throws Exception {
    answers(JOB);
    JsonNode result = call("goes_on", "{}");

    assertThat(bench.sent.get(0).headers()).containsEntry("Prefer", "wait=20");
    assertThat(result.path("isError").asBoolean(true)).isFalse();
    assertThat(result.at("/structuredContent/data/job/id").asText()).isEqualTo(NAME);
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(tool("goes_on").path("outputSchema"))
                .validate(result.path("structuredContent")))
        .isEmpty();
  }

  @Test
  @DisplayName("has its job shown by job_status, which asks as long as it is told to")
  void shown() throws Exception {
    answers(JOB);
    JsonNode result = call("job_status", "{\"jobId\":\"" + NAME + "\",\"waitSeconds\":5}");

    assertThat(bench.sent.get(0).route()).isEqualTo("direct:show-job");
    assertThat(bench.sent.get(0).headers()).isEqualTo(Map.of("jobId", NAME, "Prefer", "wait=5"));
    assertThat(result.path("isError").asBoolean(true)).isFalse();
    assertThat(result.at("/structuredContent/data/job/state").asText()).isEqualTo("working");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"jobId\":5}", "{\"jobId\":\"' OR 1=1--\"}"})
  @DisplayName("is not asked for by what is no name of a job, and nothing of it comes back")
  void nameless(String arguments) throws Exception {
    JsonNode result = call("job_status", arguments);

    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(result.toString()).doesNotContain("OR 1=1");
    assertThat(bench.sent).isEmpty();
  }
}
