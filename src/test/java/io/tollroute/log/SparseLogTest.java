package io.tollroute.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.AtOnce;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.ShiftedClock;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class SparseLogTest {

  private static final Logger LOG = LoggerFactory.getLogger(SparseLogTest.class);

  private final ShiftedClock clock = new ShiftedClock(Clock.systemUTC());
  private final SparseLog log = new SparseLog(clock);
  private LogLines lines;

  @BeforeEach
  void listen() {
    lines = LogLines.capture();
  }

  @AfterEach
  void stopListening() {
    lines.close();
  }

  @Test
  @DisplayName("The same kind is said once in an hour, and then with the number held back")
  void once_an_hour() {
    for (int i = 0; i < 124; i++) {
      log.warn(LOG, "kind", "line " + i);
    }
    assertThat(lines.lines()).singleElement().asString().contains("WARN", "line 0");

    clock.advance(Duration.ofMinutes(61));
    log.warn(LOG, "kind", "line 124");

    assertThat(lines.lines()).hasSize(2);
    assertThat(lines.lines().get(1)).contains("line 124 (123 more like it in the last hour)");
  }

  @Test
  @DisplayName("What was held back is said after the hour although it has not come again, once")
  void told() {
    log.error(LOG, "kind", "first");
    log.error(LOG, "kind", "second");
    log.tell();
    assertThat(lines.lines()).hasSize(1);

    clock.advance(Duration.ofMinutes(61));
    log.tell();
    assertThat(lines.lines()).hasSize(2);
    assertThat(lines.lines().get(1)).contains("ERROR", "second (1 more like it in the last hour)");

    clock.advance(Duration.ofMinutes(61));
    log.tell();
    log.tell();
    assertThat(lines.lines()).hasSize(2);
  }

  @Test
  @DisplayName("Kinds are told apart, and so many at most that a stranger cannot fill the log")
  void bounded() {
    for (int i = 0; i < 5_000; i++) {
      log.warn(LOG, "kind " + i, "line");
    }

    assertThat(lines.lines()).hasSizeBetween(500, 502);
  }

  @Test
  @DisplayName("A clock that is set back silences nothing")
  void set_back() {
    log.warn(LOG, "kind", "before");
    clock.advance(Duration.ofHours(-5));
    log.warn(LOG, "kind", "after");

    assertThat(lines.lines()).hasSize(2);
  }

  @Test
  @DisplayName("Of many who say the same at the same instant one is heard, and all are counted")
  void together() throws Exception {
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(
          () -> {
            log.warn(LOG, "kind", "line");
            return true;
          });
    }
    AtOnce.run(calls, 30);
    assertThat(lines.lines()).hasSize(1);

    clock.advance(Duration.ofMinutes(61));
    log.tell();
    assertThat(lines.lines().get(1)).contains("(49 more like it in the last hour)");
  }

  @Test
  @DisplayName("Of an address scheme, host and words are said, and nothing that may be a key")
  void places() {
    assertThat(
            HttpAnswer.of(
                308, Map.of("location", "https://f.example.com/v2/supported?key=s3cret#x")))
        .hasToString("status=308 location=https://f.example.com/v2/supported");
    assertThat(
            HttpAnswer.of(
                301, Map.of("Location", "https://user:pass@node.example:8443/v3/0a1b2c3d4e5f/rpc")))
        .hasToString("status=301 location=https://node.example:8443/v3/*/rpc");
    assertThat(
            HttpAnswer.of(308, Map.of("Location", "https://f.example.com/hush-hush/Key/supported")))
        .hasToString("status=308 location=https://f.example.com/*/*/supported");
    assertThat(HttpAnswer.of(302, Map.of("Location", "/login")))
        .hasToString("status=302 location=/login");
    assertThat(HttpAnswer.of(302, Map.of("Location", "http://[bad")))
        .hasToString("status=302 location=unreadable");
    assertThat(HttpAnswer.of(404, Map.of("Content-Type", "text/HTML; charset=x")))
        .hasToString("status=404 type=text/html");
    assertThat(HttpAnswer.of(404, Map.of("Content-Type", "<script>"))).hasToString("status=404");
  }
}
