package io.tollroute.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpcReplyTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Confidence\":88.02560424804688}",
        "{\"a\":97.0,\"b\":1E5,\"c\":1.0e-5,\"d\":-0,\"e\":0.10}",
        "{\"big\":123456789012345678901234567890.000}",
        "{\"escaped\":\"\\u56fe\\u50cf \\/ \\ud83d\\ude37\",\"plain\":\"\u56fe\u50cf \ud83d\ude37\"}",
        "{ \"spaced\" : [ 1 , 2.50 ,\n\t3 ] , \"Data\" : { \"Code\" : \"inner\" } }",
        "[1.0, {\"x\": \"}]\"}]",
        "{\"a\":null}",
        "[[]]"
      })
  @DisplayName("Data is relayed as it was received, digit for digit and escape for escape")
  void relayed(String data) {
    for (String around :
        new String[] {
          "{\"RequestId\":\"r-1\",\"Data\":%s}",
          "{\"Data\":%s,\"RequestId\":\"r-1\"}",
          " \r\n{ \"RequestId\" : \"r-1\" , \"Data\" : %s , \"Code\" : \"200\" } \n",
          "{\"x\":\"\u56fe\u50cf\",\"RequestId\":\"r-1\",\"Code\":200,\"Data\":%s,\"Message\":null}"
        }) {
      RpcReply reply = read(around.formatted(data)).orElseThrow();

      assertThat(reply.succeeded(false)).isTrue();
      assertThat(new String(reply.data(), StandardCharsets.UTF_8)).isEqualTo(data);
      assertThat(reply.requestId()).isEqualTo("r-1");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Code\":\"InternalError\",\"Data\":{\"Confidence\":1}}",
        "{\"Code\":500,\"Data\":{\"Confidence\":1}}",
        "{\"Code\":\"\\u0049nternalError\",\"Data\":{}}",
        "{\"Code\":true,\"Data\":{}}",
        "{\"Code\":{\"a\":1},\"Data\":{}}",
        "{\"Code\":[\"200\"],\"Data\":{}}",
        "{\"Data\":{\"Confidence\":1},\"Code\":\"Success?\"}"
      })
  @DisplayName("an answer with a Code other than 200 is none, whatever else it holds")
  void other_code(String body) {
    RpcReply reply = read(body).orElseThrow();

    assertThat(reply.succeeded(true)).isFalse();
    assertThat(reply.code()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{ \n}", "[\t]", "null", "\"\"", "\" \""})
  @DisplayName("Data that holds nothing is an answer only where that is allowed, and relayed so")
  void empty_data(String data) {
    RpcReply reply =
        read("{\"RequestId\":\"r\",\"Code\":\"200\",\"Data\":" + data + "}").orElseThrow();

    assertThat(reply.succeeded(false)).isFalse();
    assertThat(reply.succeeded(true)).isTrue();
    assertThat(new String(reply.data(), StandardCharsets.UTF_8))
        .isEqualTo(data.contains("\"") ? "null" : data);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"RequestId\":\"r\",\"Data\":\"text\"}",
        "{\"RequestId\":\"r\",\"Data\":1}",
        "{\"RequestId\":\"r\",\"Data\":false}",
        "{\"RequestId\":\"\",\"Data\":{}}",
        "{\"Data\":[]}",
        "{\"Code\":\"200\"}",
        "{}"
      })
  @DisplayName("what no action answers with is none, even where Data may be empty")
  void no_data(String body) {
    assertThat(read(body).orElseThrow().succeeded(true)).isFalse();
    assertThat(read(body).orElseThrow().succeeded(false)).isFalse();
  }

  @Test
  @DisplayName("an answer without Data is one only where Data may be empty")
  void absent_data() {
    for (String body :
        List.of("{\"RequestId\":\"r\"}", "{\"RequestId\":\"r\",\"data\":{\"a\":1}}")) {
      RpcReply reply = read(body).orElseThrow();

      assertThat(reply.succeeded(false)).isFalse();
      assertThat(reply.succeeded(true)).isTrue();
      assertThat(new String(reply.data(), StandardCharsets.UTF_8)).isEqualTo("null");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "\"text\"",
        "[{\"Data\":{}}]",
        "<html>502</html>",
        "{\"Data\":{\"Confi",
        "{\"Data\":{}",
        "{\"Data\":{}}}",
        "{\"Data\":{}} {\"Data\":{}}",
        "{\"Data\":{}} x",
        "{\"Data\":{},}",
        "{\"Data\":{\"a\":1,\"a\":2}}",
        "{\"Data\":{},\"Data\":{}}",
        "{\"Code\":\"200\",\"Data\":{},\"Code\":\"Throttling\"}",
        "{\"Data\":{\"a\":NaN}}",
        "{\"Data\":{\"a\":01}}",
        "{\"Data\":{\"a\":\"line\nbreak\"}}",
        "{'Data':{}}",
        "{\"Data\":{}/*comment*/}",
        "\ufeff{\"Data\":{}}"
      })
  @DisplayName("what is not one strict JSON object is no answer")
  void unreadable(String body) {
    assertThat(read(body)).isEmpty();
  }

  @Test
  @DisplayName("an answer nested beyond reason is no answer, one of 60 levels is")
  void nested() {
    assertThat(read("{\"Data\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}")).isEmpty();
    assertThat(read("{\"Data\":" + "[".repeat(60) + "]".repeat(60) + "}")).isPresent();
  }

  @Test
  @DisplayName("bytes that are not UTF-8 are no answer")
  void other_encodings() {
    String body = "{\"RequestId\":\"r\",\"Data\":{\"a\":\"\u00e9\"}}";

    assertThat(RpcReply.read(body.getBytes(StandardCharsets.UTF_16))).isEmpty();
    assertThat(RpcReply.read(body.getBytes(StandardCharsets.UTF_16LE))).isEmpty();
    assertThat(RpcReply.read(body.getBytes(StandardCharsets.ISO_8859_1))).isEmpty();
  }

  private static Optional<RpcReply> read(String body) {
    return RpcReply.read(body.getBytes(StandardCharsets.UTF_8));
  }
}
