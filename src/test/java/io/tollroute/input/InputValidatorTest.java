package io.tollroute.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Answer;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.Repeat;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.catalog.SettlementOrder;
import io.tollroute.catalog.Shelf;
import io.tollroute.catalog.Tariff;
import io.tollroute.testing.Folders;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputValidatorTest {

  private static final String A = "\"ImageURLA\":\"https://example.com/a.jpg\"";
  private static final String B = "\"ImageURLB\":\"https://example.com/b.jpg\"";

  private final ObjectMapper mapper = new ObjectMapper();
  private InputValidator validator;
  private Catalogue shipped;
  private Service faces;

  @BeforeEach
  void load() throws Exception {
    validator = new InputValidator(PublicUrl.read());
    shipped = new ServiceFolder(Folders.FIRST_SERVICE).load();
    faces = shipped.find("masked-face-comparison").orElseThrow();
  }

  @Test
  void the_example_of_every_service_that_ships_is_accepted() {
    assertThat(shipped.services())
        .allSatisfy(
            service ->
                assertThatCode(() -> validator.validate(service, service.exampleRequest()))
                    .doesNotThrowAnyException());
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"97", "97.0", "0", "-1", "1e-5"})
  void a_threshold_may_be_any_number(String threshold) throws Exception {
    JsonNode input = json("{%s,%s,\"QualityScoreThreshold\":%s}", A, B, threshold);
    assertThatCode(() -> validator.validate(faces, input)).doesNotThrowAnyException();
  }

  @DisplayName("values of another type are refused with their place")
  @ParameterizedTest(name = "ImageURLA = {0}")
  @ValueSource(
      strings = {
        "1",
        "null",
        "true",
        "[]",
        "{}",
        "[\"https://example.com/a.jpg\"]",
        "{\"a\":\"b\"}"
      })
  void types(String value) throws Exception {
    Refusal refusal = refusal(json("{\"ImageURLA\":%s,%s}", value, B));

    assertThat(refusal.word()).isEqualTo("invalid_request");
    assertThat(refusal.param()).contains("/ImageURLA");
    assertThat(refusal.sentence()).hasValueSatisfying(s -> assertThat(s).contains("(string)"));
  }

  @ParameterizedTest(name = "QualityScoreThreshold = {0}")
  @ValueSource(strings = {"\"97\"", "[97]", "true", "{}"})
  void a_threshold_that_is_no_number_is_refused(String value) throws Exception {
    assertThat(refusal(json("{%s,%s,\"QualityScoreThreshold\":%s}", A, B, value)).param())
        .contains("/QualityScoreThreshold");
  }

  @Test
  @DisplayName("An optional parameter that is null was left out, wherever it stands")
  void null_is_absent() throws Exception {
    Service nested =
        service(
            """
            {"type":"object","required":["a"],"properties":{
             "a":{"type":"array","items":{"type":"object","properties":{"b":{"type":"string"}}}},
             "c":{"type":"object","properties":{"d":{"enum":["x"]}}}}}""");

    assertThat(validator.validate(faces, json("{%s,%s,\"QualityScoreThreshold\":null}", A, B)))
        .isEqualTo(json("{%s,%s}", A, B));
    assertThat(
            validator.validate(
                nested, json("{\"a\":[{\"b\":null},{\"b\":\"x\"}],\"c\":{\"d\":null}}")))
        .isEqualTo(json("{\"a\":[{},{\"b\":\"x\"}],\"c\":{}}"));
    assertThat(refusal(nested, json("{\"a\":[null]}")).param()).contains("/a/0");
    assertThat(refusal(nested, json("{\"a\":null,\"c\":null}")).param()).contains("/a");
  }

  @Test
  @DisplayName("A null that the schema asks for stays, and no null makes an unknown key known")
  void null_that_is_asked_for() throws Exception {
    Service asking =
        service(
            "{\"type\":\"object\",\"required\":[\"a\"],"
                + "\"properties\":{\"a\":{\"type\":[\"string\",\"null\"]}}}");

    assertThat(validator.validate(asking, json("{\"a\":null}"))).isEqualTo(json("{\"a\":null}"));
    for (String unknown : List.of("Action", "imageurla", "__proto__")) {
      assertThat(refusal(json("{%s,%s,\"%s\":null}", A, B, unknown)).param())
          .contains("/" + unknown);
    }
  }

  @DisplayName("keys the service does not name are refused with their place")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Action",
        "AccessKeyId",
        "Signature",
        "SecurityToken",
        "Version",
        "Format",
        "RegionId",
        "Endpoint",
        "imageurla",
        "ImageURLa",
        "ImageURLA.1",
        "__proto__",
        "constructor",
        "CamelHttpUri",
        "CamelHttpPath",
        "CamelToEndpoint",
        "breadcrumbId",
      })
  void unknown_keys(String key) throws Exception {
    Refusal refusal = refusal(json("{%s,%s,\"%s\":\"x\"}", A, B, key));

    assertThat(refusal.word()).isEqualTo("invalid_request");
    assertThat(refusal.param()).contains("/" + key);
  }

  @DisplayName("a key made of header names or expressions is refused and not repeated")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "${camelContext.stop}",
        "{{secret}}",
        "X-Header: a\\r\\nHost: b",
        "https://face.example/secret.jpg",
        "\u9762",
        "",
        "/",
      })
  void keys_that_are_no_names(String key) throws Exception {
    Refusal refusal = refusal(json("{%s,%s,\"%s\":\"x\"}", A, B, key));

    assertThat(refusal.word()).isEqualTo("invalid_request");
    assertThat(refusal.param()).contains("");
  }

  @ParameterizedTest(name = "without {0}")
  @CsvSource({"ImageURLA", "ImageURLB"})
  void a_missing_parameter_is_refused_with_its_place(String missing) throws Exception {
    Refusal refusal = refusal(json("{%s}", missing.equals("ImageURLA") ? B : A));

    assertThat(refusal.word()).isEqualTo("invalid_request");
    assertThat(refusal.param()).contains("/" + missing);
    assertThat(refusal.sentence()).contains("A required parameter is missing.");
  }

  @DisplayName("an image address that is not public is refused and not repeated")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/face.jpg",
        "http://[::ffff:7f00:1]/face.jpg",
        "http://2130706433/face.jpg",
        "http://169.254.169.254/face.jpg",
        "http://100.100.100.200/face.jpg",
        "https://face:secret@example.com/face.jpg",
        "ftp://example.com/face.jpg",
        "face.jpg",
      })
  void addresses(String url) throws Exception {
    for (String key : List.of("ImageURLA", "ImageURLB")) {
      String other = key.equals("ImageURLA") ? B : A;
      Refusal refusal = refusal(json("{%s,\"%s\":\"%s\"}", other, key, url));

      assertThat(refusal.word()).isEqualTo("invalid_request");
      assertThat(refusal.param()).contains("/" + key);
      assertThat(refusal.sentence())
          .hasValueSatisfying(
              s -> assertThat(s).contains("URL").doesNotContain("face", "127", "169.254"));
    }
  }

  @ParameterizedTest(name = "{0} with {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":\"string\",\"enum\":[\"a\"]}|\"secret\"",
        "{\"type\":\"string\",\"const\":\"a\"}|\"secret\"",
        "{\"type\":\"string\",\"pattern\":\"^a$\"}|\"secret\"",
        "{\"type\":\"string\",\"maxLength\":3}|\"secret\"",
        "{\"type\":\"string\",\"format\":\"date\"}|\"secret\"",
        "{\"type\":\"number\",\"maximum\":1}|424242",
        "{\"type\":\"array\",\"maxItems\":1}|[424242,424242]",
        "{\"type\":\"array\",\"uniqueItems\":true}|[424242,424242]",
        "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}|[\"a\",424242]",
        "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}|424242",
        "{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}|424242",
        "{\"not\":{\"type\":\"string\"}}|\"secret\"",
        "{\"type\":\"object\",\"additionalProperties\":false}|{\"secret\":1}",
      })
  void no_rule_of_any_schema_repeats_a_value(String rule, String value) throws Exception {
    Service service = service("{\"type\":\"object\",\"properties\":{\"x\":" + rule + "}}");

    Refusal refusal = refusal(service, json("{\"x\":%s}", value));

    assertThat(refusal.word()).isEqualTo("invalid_request");
    assertThat(refusal.param()).hasValueSatisfying(p -> assertThat(p).startsWith("/x"));
    assertThat(refusal.sentence())
        .hasValueSatisfying(s -> assertThat(s).doesNotContain("secret", "424242"));
  }

  @Test
  void keys_named_by_an_all_of_are_known_and_others_are_not() throws Exception {
    Service service =
        service(
            """
            {"type":"object","allOf":[{"properties":{"a":{"type":"string"}}}],
             "properties":{"b":{"type":"string"}}}""");

    validator.validate(service, json("{\"a\":\"x\",\"b\":\"y\"}"));
    assertThat(refusal(service, json("{\"Action\":\"x\"}")).param()).contains("/Action");
  }

  @Test
  void addresses_in_lists_are_checked_too() throws Exception {
    Service service =
        service(
            """
            {"type":"object","properties":{"Tasks":{"type":"array","items":{"type":"object",
             "properties":{"ImageURL":{"type":"string","format":"uri"}}}}}}""");

    assertThat(
            refusal(
                    service,
                    json(
                        "{\"Tasks\":[{\"ImageURL\":\"https://example.com/\"},"
                            + "{\"ImageURL\":\"http://10.0.0.1/\"}]}"))
                .param())
        .contains("/Tasks/1/ImageURL");
  }

  @Test
  void a_service_read_again_is_checked_by_its_new_schema() throws Exception {
    JsonNode input = json("{\"a\":1}");
    Service before = service("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\"}}}");
    Service after = service("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}");

    validator.validate(before, input);
    assertThat(refusal(after, input).param()).contains("/a");
    validator.validate(before, input);
  }

  @Test
  @Timeout(60)
  @DisplayName("thousands of unknown keys are refused at once")
  void many_unknown_keys() throws Exception {
    StringBuilder body = new StringBuilder("{" + A + "," + B);
    for (int i = 0; i < 4_000; i++) {
      body.append(",\"k").append(i).append("\":0");
    }
    JsonNode input = mapper.readTree(body.append('}').toString());
    validator.validate(faces, faces.exampleRequest());

    assertThat(refusal(input).param()).contains("/k0");
  }

  private JsonNode json(String format, Object... values) throws Exception {
    return mapper.readTree(values.length == 0 ? format : format.formatted(values));
  }

  private Service service(String inputSchema) throws Exception {
    JsonNode any = mapper.readTree("{}");
    return new Service(
        "test",
        List.of(),
        "test",
        "Test",
        "Test",
        List.of(),
        Tariff.of(new Price("USD", new BigDecimal("0.20"))),
        mapper.readTree(inputSchema),
        any,
        any,
        any,
        new Provider("direct:test", Map.of()),
        SettlementOrder.AFTER,
        Repeat.SAME,
        "/api/tools/test",
        new Answer(any, any),
        Shelf.PLAIN);
  }

  private Refusal refusal(JsonNode input) {
    return refusal(faces, input);
  }

  private Refusal refusal(Service service, JsonNode input) {
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> validator.validate(service, input));
    assertThat(refusal).as("refusal").isNotNull();
    return refusal;
  }
}
