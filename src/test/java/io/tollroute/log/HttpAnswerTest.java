package io.tollroute.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HttpAnswerTest {

  @Test
  @DisplayName("Of where an answer sends the caller only host and words of the path are told")
  void place() {
    assertThat(location("https://user:pass@rpc.example.com:8443/v3/0123456789abcdef?key=k#f"))
        .isEqualTo("https://rpc.example.com:8443/v3/*");
    assertThat(location("http://[::1]:8545/x402/verify"))
        .isEqualTo("http://[::1]:8545/x402/verify");
    assertThat(location("/elsewhere\nalert=forged")).isEqualTo("unreadable");
  }

  @Test
  @DisplayName("A path without end is told to its ninth part")
  void long_path() {
    assertThat(location("https://example.com" + "/api".repeat(5_000)))
        .isEqualTo("https://example.com" + "/api".repeat(7) + "/*");
  }

  private static String location(String header) {
    return HttpAnswer.of(308, Map.of("location", header)).location();
  }
}
