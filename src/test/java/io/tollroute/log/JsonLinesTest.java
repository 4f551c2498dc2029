package io.tollroute.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.testing.LogLines;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class JsonLinesTest {

  private static final String OURS = "io.tollroute.web.Example";

  private static JsonNode logged(String logger, Runnable... events) throws Exception {
    try (LogLines log = LogLines.captureJson()) {
      for (Runnable event : events) {
        event.run();
      }
      assertThat(log.lines()).as(logger).hasSize(1);
      String line = log.lines().get(0);
      assertThat(line).endsWith("}\n");
      assertThat(line.strip()).doesNotMatch("(?s).*\\p{Cntrl}.*");
      return new ObjectMapper().readTree(line);
    }
  }

  private static JsonNode warned(String logger, String message) throws Exception {
    return logged(logger, () -> LoggerFactory.getLogger(logger).warn("{}", message));
  }

  @Test
  @DisplayName("A line is an object with time, level, logger, message, and what it says of its own")
  void members() throws Exception {
    JsonNode line =
        warned(OURS, "alert=ledger_unwritable requestId=req_1 millis=412 status=503 code=42");

    assertThat(line.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d.*");
    assertThat(line.path("level").asText()).isEqualTo("WARN");
    assertThat(line.path("logger").asText()).isEqualTo(OURS);
    assertThat(line.path("message").asText()).startsWith("alert=ledger_unwritable requestId=req_1");
    assertThat(line.path("alert").asText()).isEqualTo("ledger_unwritable");
    assertThat(line.path("requestId").asText()).isEqualTo("req_1");
    assertThat(line.path("millis").isIntegralNumber()).isTrue();
    assertThat(line.path("status").asInt()).isEqualTo(503);
    assertThat(line.path("code").isTextual()).isTrue();
  }

  @Test
  @DisplayName("No line can say its own time, level, logger or message, or say a thing twice")
  void reserved() throws Exception {
    JsonNode line = warned(OURS, "x time=1 level=INFO logger=a message=b thrown=c word=d word=e");

    assertThat(line.path("level").asText()).isEqualTo("WARN");
    assertThat(line.path("logger").asText()).isEqualTo(OURS);
    assertThat(line.path("message").asText()).startsWith("x time=1");
    assertThat(line.has("thrown")).isFalse();
    assertThat(line.path("word").asText()).isEqualTo("d");
  }

  @Test
  @DisplayName("Of lines that others write only the message is told")
  void others() throws Exception {
    JsonNode line = warned("org.example.Thing", "alert=nothing requestId=req_forged");

    assertThat(line.has("alert")).isFalse();
    assertThat(line.has("requestId")).isFalse();
    assertThat(line.path("message").asText()).contains("alert=nothing");
  }

  @Test
  @DisplayName("Whatever is logged, and with whatever exception, is one object on one line")
  void oneLine() throws Exception {
    JsonNode line =
        logged(
            OURS,
            () ->
                LoggerFactory.getLogger(OURS)
                    .warn(
                        "a\r\nb\u001b[31m\u2028\u007f\u0085 \"},{\" {}",
                        "${jndi:ldap://127.0.0.1:1/x}\n\tc",
                        new IllegalStateException("d\r\ne\u001b[31m", new Exception("f\ng"))));

    assertThat(line.path("message").asText())
        .isEqualTo("a b [31m \"},{\" ${jndi:ldap://127.0.0.1:1/x} c");
    assertThat(line.path("thrown").asText())
        .startsWith("java.lang.IllegalStateException: d e [31m")
        .contains("Caused by: java.lang.Exception: f g")
        .doesNotMatch("(?s).*\\p{Cntrl}.*");
  }
}
