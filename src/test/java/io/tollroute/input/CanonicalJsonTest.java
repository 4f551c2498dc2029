package io.tollroute.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalJsonTest {

  private final RequestReader reader = new RequestReader(RequestReader.DEFAULT_LIMIT);
  private final CanonicalJson canonical = new CanonicalJson();

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "97|97.0",
        "97|9.7e1",
        "97|970E-1",
        "100|1e2",
        "0|0.000",
        "0|-0.0",
        "0|-0",
        "0|0e30",
        "1e30|1000000000000000000000000000000",
        "[1, 2]|[1.0,2e0]",
        "\"a\\u0062\"|\"ab\"",
        "{\"a\":1,\"b\":null}|{\"a\":1}",
        "[{\"a\":{\"b\":null}}]|[{\"a\":{}}]",
        "{\"b\": 1, \"a\": {\"d\": 2, \"c\": null}}|{\"a\":{\"c\":null,\"d\":2.0},\"b\":1}",
      })
  void what_means_the_same_is_spelled_the_same(String one, String other) throws Exception {
    assertThat(bytes(one)).isEqualTo(bytes(other));
  }

  @ParameterizedTest(name = "{0} is not {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "97|97.00000000000000000000000001",
        "9007199254740993|9007199254740992",
        "1|\"1\"",
        "1|true",
        "null|\"null\"",
        "[1,2]|[2,1]",
        "[1,null]|[1]",
        "[1]|1",
        "{}|[]",
        "{\"a\":\"b\"}|{\"a\":\"b\\u0000\"}",
        "{\"a\":1,\"b\":2}|{\"a\":2,\"b\":1}",
        "\"\u00e9\"|\"e\\u0301\"",
      })
  void what_means_something_else_is_spelled_differently(String one, String other) throws Exception {
    assertThat(bytes(one)).isNotEqualTo(bytes(other));
  }

  @Test
  void the_spelling_is_strict_json_without_spaces_in_utf_8() throws Exception {
    assertThat(bytes("{\"z\": [97.0, \"\\\"\u00e9\"], \"a\": 1e20}"))
        .isEqualTo("{\"v\":{\"a\":1E+20,\"z\":[97,\"\\\"\u00e9\"]}}");
  }

  @Test
  void a_node_that_is_no_json_value_has_no_spelling() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> canonical.bytes(MissingNode.getInstance()));
  }

  private String bytes(String json) throws Exception {
    byte[] body = ("{\"v\":" + json + "}").getBytes(StandardCharsets.UTF_8);
    return new String(
        canonical.bytes(reader.read(body, Optional.of("application/json"))),
        StandardCharsets.UTF_8);
  }
}
