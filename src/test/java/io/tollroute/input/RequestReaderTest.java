package io.tollroute.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {

  private static final String JSON = "application/json";

  private final RequestReader reader = new RequestReader(RequestReader.DEFAULT_LIMIT);

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON",
        "application/json;charset=utf-8",
        "application/json; charset=UTF-8",
        "application/json ; Charset=\"utf-8\"",
        "application/json; charset=\"UTF-8\"; profile=x",
        "application/json; profile=\"https://example.com/a;b,c\\\"d\"; charset=utf8",
        "application/json;CHARSET=UTF8;",
        "application/json; version=1",
        "application/json; odata.metadata=minimal; IEEE754Compatible=true",
        "application/json\t;\tcharset = utf-8",
        "application/json;",
      })
  void json_in_utf_8_is_read(String contentType) throws Exception {
    assertThat(read("{\"a\": \"\u9762\"}", contentType).get("a").asText()).isEqualTo("\u9762");
  }

  @DisplayName("every other content type, none and two of them are refused")
  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/json; charset=utf-8; charset=utf-16",
        "application/json; charset=",
        "application/json; charset=\"\"",
        "application/json; charset='utf-8'",
        "application/json; charset=us-ascii",
        "application/json; charset=\"utf-16\"; profile=x",
        "application/json; profile=\"open",
        "application/json; profile=x, application/json",
        "application/json charset=utf-8",
        "application/problem+json",
        "application/json+x",
        "application/jsonp",
        "application/json, application/json",
        "application/json, text/plain",
        "application/json;charset=utf-8,application/json",
        "*/*",
        "application/json\n",
      })
  void content_types(String contentType) {
    assertThat(refusal("{}".getBytes(StandardCharsets.UTF_8), contentType).word())
        .isEqualTo("unsupported_media_type");
  }

  @Test
  @DisplayName("a body over the limit is refused, at the limit it is read")
  void limit() throws Exception {
    RequestReader small = new RequestReader(16);

    assertThat(
            small.read("{\"a\":\"12345678\"}".getBytes(StandardCharsets.UTF_8), Optional.of(JSON)))
        .hasSize(1);
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class,
            () ->
                small.read(
                    "{\"a\":\"123456789\"}".getBytes(StandardCharsets.UTF_8), Optional.of(JSON)));
    assertThat(refusal.word()).isEqualTo("request_too_large");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"97.0", "97.00", "0.10", "97", "12345678901234567890.123456789012345678901"})
  void numbers_keep_their_digits(String number) throws Exception {
    assertThat(read("{\"n\": " + number + "}", JSON).get("n").decimalValue().toPlainString())
        .isEqualTo(number);
  }

  @DisplayName("a key given twice is refused with its place")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"ImageURLA\":\"https://a.example\",\"ImageURLA\":\"http://127.0.0.1\"}|/ImageURLA",
        "{\"a\":1,\"\\u0061\":2}|/a",
        "{\"a\":{\"b\":[{\"c\":1,\"c\":1}]}}|/a/b/0/c",
      })
  void duplicate_keys(String body, String pointer) {
    Refusal refusal = refusal(body);

    assertThat(refusal.word()).isEqualTo("malformed_request");
    assertThat(refusal.param()).contains(pointer);
  }

  static Stream<Arguments> bombs() {
    String open = "{\"a\":";
    return Stream.of(
        arguments("depth 100 000", "[".repeat(60_000)),
        arguments("objects in objects", open.repeat(10_000) + "1" + "}".repeat(10_000)),
        arguments("depth 33", open + "[".repeat(32) + "]".repeat(32) + "}"),
        arguments("many keys", keys(IntStream.range(0, 6_000).mapToObj(Integer::toString))),
        arguments("keys that collide in String.hashCode", keys(colliding("Aa", "BB"))),
        arguments("keys that collide in Jackson's hash", keys(colliding("Ab", "BA"))),
        arguments("many items", open + "[" + "0,".repeat(20_000) + "0]}"),
        arguments("long number", open + "1".repeat(60_000) + "}"),
        arguments("long fraction", open + "0." + "1".repeat(60_000) + "}"),
        arguments("number of 1e9 digits", open + "1e999999999}"),
        arguments("number of 1e9 decimals", open + "1e-999999999}"),
        arguments("number beyond any exponent", open + "1e99999999999999999999}"),
        arguments("number of 100 digits", open + "1e99}"),
        arguments("long key", "{\"" + "k".repeat(60_000) + "\":1}"));
  }

  @DisplayName("bodies made to cost time or memory are refused at once")
  @ParameterizedTest
  @MethodSource("bombs")
  @Timeout(60)
  void bombs_are_refused(String what, String body) {
    Refusal refusal = refusal(body);

    assertThat(refusal.word()).as(what).isEqualTo("malformed_request");
    assertThat(refusal.param().orElse("")).hasSizeLessThan(200);
  }

  @Test
  @DisplayName("what stays inside the bounds is read")
  void inside_the_bounds() throws Exception {
    assertThat(read("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}", JSON)).hasSize(1);
    assertThat(read("{\"a\":" + "1".repeat(64) + "}", JSON)).hasSize(1);
    assertThat(read("{\"a\":\"" + "x".repeat(60_000) + "\"}", JSON)).hasSize(1);
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "1",
        "\"text\"",
        "[]",
        "[{}]",
        "{",
        "{} {}",
        "{}x",
        "{},",
        "{'a':1}",
        "{a:1}",
        "{\"a\":1,}",
        "{\"a\":[1,]}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":0x1}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":-INF}",
        "{\"a\":True}",
        "{\"a\":undefined}",
        "{\"a\":1} // comment",
        "{/* comment */}",
        "# comment\n{}",
        "{\"a\":\"line\nbreak\"}",
        "{\"a\":\"\\x41\"}",
        "{\"a\":\"\\ud83d\"}",
        "{\"a\":\"\\ude00\\ud83d\"}",
        "{\"\\ud83d\":1}",
        "\ufeff{}",
        "{}\u0000",
      })
  void what_is_not_one_object_in_strict_json_is_refused(String body) {
    assertThat(refusal(body).word()).isEqualTo("malformed_request");
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(ints = {0xC0, 0xFF, 0xED, 0xF5})
  void bytes_that_are_not_utf_8_are_refused(int bad) {
    byte[] body = {'{', '"', 'a', '"', ':', '"', (byte) bad, (byte) 0xA0, (byte) 0x80, '"', '}'};

    assertThat(refusal(body, JSON).word()).isEqualTo("malformed_request");
  }

  @Test
  void json_in_utf_16_and_utf_32_is_refused() {
    assertThat(refusal("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE), JSON).word())
        .isEqualTo("malformed_request");
    assertThat(refusal("{\"a\":1}".getBytes(Charset.forName("UTF-32BE")), JSON).word())
        .isEqualTo("malformed_request");
  }

  @Test
  void a_whole_surrogate_pair_is_read() throws Exception {
    assertThat(read("{\"a\":\"\\ud83d\\ude00\"}", JSON).get("a").asText())
        .isEqualTo("\ud83d\ude00");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "{\"a\":\"https://face.example/secret.jpg\" x}",
        "{\"https://face.example/secret.jpg\":1,\"https://face.example/secret.jpg\":1}",
        "{\"https://face.example/secret.jpg\":\"\\ud83d\"}",
        "{\"a\":https://face.example/secret.jpg}",
      })
  void a_refusal_repeats_nothing_of_the_body(String body) {
    Refusal refusal = refusal(body);

    assertThat(refusal.sentence().orElse("") + refusal.param().orElse("") + refusal.getCause())
        .doesNotContain("face.example", "secret");
  }

  private static Stream<String> colliding(String one, String other) {
    return IntStream.range(0, 4096)
        .mapToObj(
            bits ->
                IntStream.range(0, 12)
                    .mapToObj(i -> (bits >> i & 1) == 0 ? one : other)
                    .collect(Collectors.joining()));
  }

  private static String keys(Stream<String> names) {
    return names.map(name -> "\"" + name + "\":0").collect(Collectors.joining(",", "{", ",1}"));
  }

  private ObjectNode read(String body, String contentType) throws Refusal {
    return reader.read(body.getBytes(StandardCharsets.UTF_8), Optional.of(contentType));
  }

  private Refusal refusal(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    RequestReader large = new RequestReader(Math.max(bytes.length, RequestReader.DEFAULT_LIMIT));
    return refusal(large, bytes, JSON);
  }

  private Refusal refusal(byte[] body, String contentType) {
    return refusal(reader, body, contentType);
  }

  private static Refusal refusal(RequestReader reader, byte[] body, String contentType) {
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class, () -> reader.read(body, Optional.ofNullable(contentType)));
    assertThat(refusal).as("refusal").isNotNull();
    return refusal;
  }
}
