package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Answer;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.Repeat;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.SettlementOrder;
import io.tollroute.catalog.Shelf;
import io.tollroute.catalog.Tariff;
import io.tollroute.json.SurrogatePairs;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small proxies answer 502 when the head of an answer has more than 4,096 bytes. */
class TermsSizeTest {

  private static final int LIMIT = 4_096;

  /** Everything in the head of a 402 but the terms, a receipt of a failed settlement included. */
  private static final int THE_REST = 1_100;

  private static final String ADDRESS = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
  private static final String BAZAAR = "/extensions/bazaar";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Terms terms(String publicUrl, Service service) {
    return new Terms(service, settings(publicUrl));
  }

  private static X402Settings settings(String publicUrl) {
    return settings(publicUrl, Optional.of(publicUrl + "/favicon.ico"));
  }

  private static X402Settings settings(String publicUrl, Optional<String> icon) {
    return new X402Settings(
        "eip155:84532", ADDRESS, ADDRESS, "USDC", "2", 6, 300, 60, publicUrl, "S".repeat(32), icon);
  }

  private static Service service(String description, int parameters, int enumWords, String value) {
    ObjectNode schema = JSON.createObjectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    ObjectNode example = JSON.createObjectNode();
    for (int i = 0; i < parameters; i++) {
      ObjectNode property = properties.putObject("ParameterOfSomeLength" + i).put("type", "string");
      ArrayNode words = property.putArray("enum");
      IntStream.range(0, enumWords).forEach(word -> words.add(value + word));
      required.add("ParameterOfSomeLength" + i);
      example.put("ParameterOfSomeLength" + i, value);
    }
    return new Service(
        "a".repeat(80),
        IntStream.range(0, 16).mapToObj(i -> "alias-" + i).toList(),
        "t".repeat(64),
        "T".repeat(64),
        description,
        IntStream.range(0, 5).mapToObj(i -> (i + "tag").repeat(8)).toList(),
        Tariff.of(new Price("USD", new BigDecimal("999999.99"))),
        schema,
        JSON.createObjectNode().put("type", "object"),
        example,
        example,
        new Provider("direct:test", Map.of()),
        SettlementOrder.FIRST,
        Repeat.SAME,
        Service.TOOLS + "a".repeat(80),
        new Answer(schema, example),
        Shelf.PLAIN);
  }

  static Stream<Service> services() {
    return Stream.of(
        service("Short.", 1, 0, "x"),
        service("Long, without any end ".repeat(27), 3, 0, "x"),
        service("Forty parameters.", 40, 0, "x"),
        service("Long lists.", 10, 200, "value"),
        service("\u4eba\u8138\u6bd4\u5bf9".repeat(150), 40, 20, "\u4eba\u8138"),
        service("\ud83d\ude00".repeat(300), 5, 5, "\ud83d\ude00".repeat(500)),
        service("Large examples.", 2, 0, "\u0001\"\\".repeat(2_000)));
  }

  @ParameterizedTest
  @MethodSource("services")
  @DisplayName("The head of a 402 stays below 4,096 bytes whatever a service's file holds")
  void fits(Service service) throws Exception {
    for (String publicUrl :
        List.of("https://a.example", "https://" + "a".repeat(60) + ".example/" + "p".repeat(300))) {
      Terms terms = terms(publicUrl, service);
      for (String reason : List.of("payment_required", "r".repeat(100))) {
        String header =
            terms.part(Refusal.of("payment_refused").because(reason)).headers().get(Terms.HEADER);

        assertThat(header.length()).isLessThan(LIMIT - THE_REST);
        JsonNode demand = JSON.readTree(Base64.getDecoder().decode(header));
        assertThat(demand.path("x402Version").asInt()).isEqualTo(2);
        assertThat(demand.path("error").asText()).isEqualTo(reason);
        assertThat(demand.at("/resource/url").asText()).isEqualTo(publicUrl + service.address());
        String description = demand.at("/resource/description").asText();
        assertThat(description).isNotEmpty().hasSizeLessThanOrEqualTo(500);
        assertThat(SurrogatePairs.areWhole(description)).isTrue();
        assertThat(demand.at("/accepts/0").size()).isEqualTo(7);
        assertThat(demand.path("extensions").isObject()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  @DisplayName("A picture has the room that is left, and takes none from anything else")
  void icon(Service service) {
    for (String icon : List.of("https://a.example/i", "https://a.example/" + "i".repeat(2000))) {
      ObjectNode bare =
          new TermsDocuments(service, settings("https://a.example", Optional.empty())).demand();
      TermsDocuments documents =
          new TermsDocuments(service, settings("https://a.example", Optional.of(icon)));
      ObjectNode pictured = documents.demand();

      assertThat(documents.listing().resource().path("iconUrl").asText()).isEqualTo(icon);
      if (icon.length() > 1000) {
        assertThat(pictured).isEqualTo(bare);
      }
      ((ObjectNode) pictured.path("resource")).remove("iconUrl");
      assertThat(pictured).isEqualTo(bare);
    }
  }

  @Test
  @DisplayName("What does not fit goes in the documented order: example, bazaar, tags, description")
  void order() throws Exception {
    JsonNode small = header(service("Short.", 1, 0, "x"));
    assertThat(small.at("/extensions/bazaar/info/output/example").isObject()).isTrue();
    assertThat(small.at("/resource/tags")).hasSize(5);
    assertThat(body(service("Short.", 1, 0, "x")).has("extensions")).isFalse();

    List<String> found = new ArrayList<>();
    for (int parameters = 1; parameters < 12; parameters++) {
      JsonNode bazaar = header(service("Short.", parameters, 0, "v".repeat(40))).at(BAZAAR);
      boolean answer = bazaar.at("/info/output/example").isObject();
      JsonNode whole =
          answer ? bazaar : body(service("Short.", parameters, 0, "v".repeat(40))).at(BAZAAR);
      assertThat(whole.at("/info/output/example")).hasSize(parameters);
      found.add(answer ? "1 whole" : bazaar.isObject() ? "2 no answer" : "3 moved");
    }
    assertThat(found).isSorted().contains("1 whole", "2 no answer", "3 moved");

    Service large = service("Short.", 40, 0, "x");
    assertThat(header(large).path("extensions").has("bazaar")).isFalse();
    assertThat(header(large).path("extensions").has("payment-identifier")).isTrue();
    assertThat(header(large).at("/resource/tags")).hasSize(5);
    JsonNode body = body(large);
    assertThat(body.at("/extensions/bazaar/info/input/body")).hasSize(40);
    assertThat(body.at("/extensions/bazaar/info/output/example").isObject()).isTrue();

    JsonNode wide = header(service("\u4eba".repeat(600), 1, 0, "x"));
    assertThat(wide.path("resource").has("tags")).isFalse();
    assertThat(wide.at("/resource/description").asText().length()).isLessThanOrEqualTo(61);
  }

  @Test
  @DisplayName("A description in terms has at most 500 characters and ends in an ellipsis")
  void description() throws Exception {
    JsonNode body = body(service("\ud83d\ude00".repeat(300), 1, 0, "x"));

    String shown = body.at("/accepts/0/description").asText();
    assertThat(shown.length()).isLessThanOrEqualTo(500);
    assertThat(shown).endsWith("\u2026");
    assertThat(SurrogatePairs.areWhole(shown)).isTrue();
    assertThat(Excerpt.of("a".repeat(500), 500)).hasSize(500).doesNotEndWith("\u2026");
    assertThat(Excerpt.of("a".repeat(501), 500)).hasSize(500).endsWith("a\u2026");
    assertThat(Excerpt.of("abe\u0301", 3)).isEqualTo("ab\u2026");
  }

  @Test
  @DisplayName("What the terms leave out is said before")
  void said() {
    assertThat(terms("https://a.example", service("Short.", 1, 0, "x")).remarks()).isEmpty();
    assertThat(terms("https://a.example", service("\u4eba".repeat(600), 40, 0, "x")).remarks())
        .anyMatch(line -> line.contains("500 characters"))
        .anyMatch(line -> line.contains("bazaar to the body"));
  }

  @Test
  @DisplayName("An extension is checked as it was advertised, so what was cut need not come back")
  void advertised() {
    Service large = service("Short.", 40, 0, "x");

    assertThat(QuotedTerms.of(large, settings("https://a.example")).extensions().has("bazaar"))
        .isFalse();
  }

  @Test
  @DisplayName("An address with which no terms fit is refused before anything is sold")
  void tooLong() {
    Service small = service("Short.", 1, 0, "x");

    assertThatThrownBy(() -> terms("https://a.example/" + "p".repeat(3_000), small))
        .isInstanceOf(TermsTooLong.class);
  }

  private JsonNode header(Service service) throws Exception {
    String header =
        terms("https://a.example", service)
            .part(Refusal.of("payment_required"))
            .headers()
            .get(Terms.HEADER);
    return JSON.readTree(Base64.getDecoder().decode(header));
  }

  private JsonNode body(Service service) throws Exception {
    byte[] members =
        terms("https://a.example", service).part(Refusal.of("payment_required")).members();
    return JSON.readTree("{" + new String(members, StandardCharsets.UTF_8) + "}");
  }
}
