package io.tollroute.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("JSON of a stranger")
class StrictJsonTest {

  private static final int BODY = 64 << 10;

  private static byte[] list(String value, int times) {
    String list = "{\"a\":[" + (value + ",").repeat(times - 1) + value + "]}";
    return list.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "{}", "[]", "{\"b\":1}"})
  @DisplayName("is refused when it has more small values than a request ever has")
  void wide(String value) {
    StrictJson json = new StrictJson(32, BODY);

    assertThat(json.object(list(value, 5_000))).isEmpty();
    assertThat(json.parts(list(value, 5_000), Set.of())).isEmpty();
    assertThat(json.object(list(value, 800))).isPresent();
  }

  @Test
  @DisplayName("may have more of them where texts may be longer")
  void large() {
    assertThat(new StrictJson(32, 1 << 20).object(list("1", 60_000))).isPresent();
  }
}
