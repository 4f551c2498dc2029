package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.settings.SettingsTable;
import io.tollroute.testing.ChainNode;
import io.tollroute.testing.LogLines;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeCheckTest {

  private ChainNode node;

  @BeforeEach
  void open() throws Exception {
    node = new ChainNode();
  }

  @AfterEach
  void close() {
    node.close();
  }

  private static NodeCheck check(String url) throws Exception {
    Settings settings =
        Settings.resolve(
            SettingsTable.read(),
            Path.of("").toAbsolutePath(),
            true,
            url.isEmpty() ? Map.of() : Map.of("TOLLROUTE_X402_RPC_URL", url),
            new Properties(),
            new Properties());
    return new NodeCheck(settings, Clock.systemUTC());
  }

  @Test
  @DisplayName("A node of another chain stops the start, in a line that names both chains")
  void otherChain() throws Exception {
    node.is("0x2105");
    NodeCheck check = check(node.url());

    SettingsFault fault = catchThrowableOfType(SettingsFault.class, () -> check.check(true));

    assertThat(fault.getMessage())
        .contains("tollroute.x402.rpc-url", "chain 8453", "eip155:")
        .doesNotContain(node.url());
  }

  @Test
  @DisplayName("A node of the right chain says nothing")
  void right() throws Exception {
    try (LogLines log = LogLines.capture()) {
      check(node.url()).check(true);
      assertThat(log.lines()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"200|<html>", "200|{}", "500|''", "429|slow down", "200|{\"id\":1,\"result\":null}"})
  @DisplayName("A node that does not answer yet keeps nobody from selling, and is told of")
  void silent(int status, String body) throws Exception {
    node.answers(status, body);
    String url = node.url();

    try (LogLines log = LogLines.capture()) {
      assertThatCode(() -> check(url).check(true)).doesNotThrowAnyException();
      assertThat(log.lines()).anyMatch(line -> line.contains("tollroute.x402.rpc-url"));
      assertThat(log.lines()).noneMatch(line -> line.contains(url) || line.contains("\tat "));
    }
  }

  @Test
  @DisplayName("Without a node serve says in one line what that means, and the sandbox nothing")
  void none() throws Exception {
    try (LogLines log = LogLines.capture()) {
      check("").check(false);
      assertThat(log.lines()).isEmpty();

      check("").check(true);
      List<String> lines = log.lines();
      assertThat(lines).hasSize(1);
      assertThat(lines.get(0)).contains("WARN", "tollroute.x402.rpc-url", "charges decide");
    }
  }
}
