package io.tollroute.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Answer;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.Repeat;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.SettlementOrder;
import io.tollroute.catalog.Shelf;
import io.tollroute.catalog.Tariff;
import io.tollroute.log.SparseLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.converter.stream.InputStreamCache;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("What a provider's route leaves")
class ReadAnswerTest {

  private static final int MAX_BYTES = 100;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ReadAnswer reading = new ReadAnswer(new SparseLog(Clock.systemUTC()));

  private static Exchange left(Object body) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    Service service =
        new Service(
            "own",
            List.of(),
            "own",
            "Own",
            "Own",
            List.of(),
            Tariff.of(new Price("USD", new BigDecimal("0.05"))),
            JSON.objectNode(),
            JSON.objectNode(),
            JSON.objectNode(),
            JSON.objectNode(),
            new Provider("direct:own", Map.of(), new Provider.Bounds(1, MAX_BYTES)),
            SettlementOrder.AFTER,
            Repeat.SAME,
            "/api/tools/own",
            new Answer(JSON.objectNode(), JSON.objectNode()),
            Shelf.PLAIN);
    CatalogueSlots.SERVICE.put(exchange, service);
    CallSlots.REQUEST_ID.put(exchange, "req_1");
    exchange.getMessage().setBody(body);
    return exchange;
  }

  private String read(Object body) throws Exception {
    Exchange exchange = left(body);
    reading.process(exchange);
    return new String(exchange.getMessage().getBody(byte[].class), StandardCharsets.UTF_8);
  }

  private String reason(Object body) {
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> reading.process(left(body)));
    assertThat(refusal.word()).isEqualTo("provider_failed");
    return refusal.reason().orElseThrow();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Stream<Object> answers() {
    String text = "{\"a\":[1.50,null]}";
    return Stream.of(
        text,
        utf8(text),
        ByteBuffer.wrap(utf8("xx" + text), 2, text.length()),
        new ByteArrayInputStream(utf8(text)),
        Map.of("a", Arrays.asList(new BigDecimal("1.50"), null)),
        JSON.objectNode().set("a", JSON.arrayNode().add(new BigDecimal("1.50")).addNull()));
  }

  @ParameterizedTest
  @MethodSource("answers")
  @DisplayName("is an answer as bytes, buffer, stream, text, tree or map")
  void kinds(Object body) throws Exception {
    assertThat(read(body)).isEqualTo("{\"a\":[1.50,null]}");
  }

  @Test
  @DisplayName("is an answer as a list, and as a stream that the route has looked into")
  void others() throws Exception {
    InputStream looked = new InputStreamCache(utf8("[1]"));
    assertThat(looked.readAllBytes()).hasSize(3);

    assertThat(read(List.of(1, "b"))).isEqualTo("[1,\"b\"]");
    assertThat(read(looked)).isEqualTo("[1]");
  }

  private static Stream<Arguments> noAnswers() {
    return Stream.of(
        Arguments.of("nothing", null, "answer_missing"),
        Arguments.of("a blank", " ", "answer_missing"),
        Arguments.of("a number", 7, "answer_not_json"),
        Arguments.of("an object of Java", new Object(), "answer_not_json"),
        Arguments.of("a map that holds one", Map.of("a", new Object()), "answer_not_json"),
        Arguments.of("a tree that is a text", JSON.textNode("a"), "answer_not_json"),
        Arguments.of("a tree that is missing", JSON.missingNode(), "answer_missing"),
        Arguments.of("never closed", "[".repeat(60) + "{", "answer_not_json"),
        Arguments.of(
            "half a character", new byte[] {'[', '"', (byte) 0xC3, '"', ']'}, "answer_not_json"),
        Arguments.of("a large text", "[" + " ".repeat(MAX_BYTES) + "]", "answer_too_large"),
        Arguments.of("large bytes", new byte[MAX_BYTES + 1], "answer_too_large"),
        Arguments.of("a large map", Map.of("a", "b".repeat(MAX_BYTES)), "answer_too_large"),
        Arguments.of(
            "many bytes in few letters", "[\"" + "\u6f22".repeat(40) + "\"]", "answer_too_large"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noAnswers")
  @DisplayName("is no answer when it is")
  void none(String what, Object body, String reason) {
    assertThat(reason(body)).as(what).isEqualTo(reason);
  }

  @Test
  @DisplayName("is read no further than one byte beyond the bound, however long it is, and closed")
  void endless() {
    Endless endless = new Endless();

    assertThat(reason(endless)).isEqualTo("answer_too_large");
    assertThat(endless.read).isEqualTo(MAX_BYTES + 1L);
    assertThat(endless.closed).isTrue();
  }

  private static final class Endless extends InputStream {
    private long read;
    private boolean closed;

    @Override
    public int read() {
      read++;
      return ' ';
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      Arrays.fill(into, from, from + length, (byte) ' ');
      read += length;
      return length;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
