package io.tollroute.traces;

import static io.tollroute.testing.ScriptedUpstream.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.settings.SettingsFault;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.ScriptedUpstream;
import io.tollroute.testing.Shop;
import io.tollroute.testing.SpanCollector;
import io.tollroute.testing.SpanCollector.Sent;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.camel.telemetry.Tracer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Traces")
class TracesTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final String ANSWER =
      "{\"RequestId\":\"R-1\",\"Data\":{\"Confidence\":71.5,\"Thresholds\":[61,69,75],"
          + "\"RectAList\":[1,2,3,4],\"RectBList\":[1,2,3,4]}}";

  private static SpanCollector collector;
  private static ScriptedUpstream provider;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    collector = new SpanCollector();
    provider = new ScriptedUpstream();
    Map<String, String> settings = new HashMap<>(collector.settings());
    settings.put("TOLLROUTE_ALIBABA_ENDPOINT", provider.url());
    shop = Shop.open(settings);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    provider.close();
    collector.close();
  }

  @BeforeEach
  void answerWell() {
    provider.does(answering(200, ANSWER));
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
    collector.answers(200);
  }

  private static String requestId(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Request-Id").orElseThrow();
  }

  /** The spans of the trace in which a request ended; it may take a moment until they are there. */
  private static List<Sent> trace(String requestId) throws Exception {
    Shop.await(() -> root(requestId) != null);
    String trace = root(requestId).trace();
    return collector.spans().stream().filter(span -> span.trace().equals(trace)).toList();
  }

  private static Sent root(String requestId) {
    return collector.spans().stream()
        .filter(span -> span.name().startsWith("http-") || span.name().equals("mcp"))
        .filter(span -> requestId.equals(span.attributes().get("tollroute.request_id")))
        .findFirst()
        .orElse(null);
  }

  private static Sent only(List<Sent> spans, String name) {
    List<Sent> found = spans.stream().filter(span -> span.name().equals(name)).toList();
    assertThat(found).as(name).hasSize(1);
    return found.get(0);
  }

  @Test
  @DisplayName(
      "have the steps of a paid call in the trace of its caller, and go on at the provider")
  void paidCall() throws Exception {
    List<String> toldFacilitator = new CopyOnWriteArrayList<>();
    for (String operation : List.of("verify", "settle")) {
      shop.facilitator()
          .on(
              operation,
              (exchange, passing) -> {
                toldFacilitator.addAll(exchange.getRequestHeaders().keySet());
                HttpResponse<byte[]> real = passing.pass();
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(real.statusCode(), real.body().length);
                exchange.getResponseBody().write(real.body());
                exchange.close();
              });
    }
    HttpResponse<String> sold =
        shop.post(
            Shop.SERVICE,
            Shop.BODY,
            "PAYMENT-SIGNATURE",
            shop.signature(),
            "traceparent",
            "00-" + TRACE + "-" + CALLER + "-01",
            "tracestate",
            "caller=text-of-the-caller",
            "baggage",
            "who=text-of-the-caller");
    assertThat(sold.statusCode()).as(sold.body()).isEqualTo(200);

    List<Sent> spans = trace(requestId(sold));
    Sent root = only(spans, "http-tools");
    assertThat(root.trace()).isEqualTo(TRACE);
    assertThat(root.parent()).isEqualTo(CALLER);
    assertThat(root.attributes())
        .containsEntry("tollroute.service", "masked-face-comparison")
        .containsEntry("tollroute.surface", "http")
        .containsEntry("tollroute.method", "x402")
        .containsEntry("tollroute.outcome", "sold");
    assertThat(root.attributes().get("tollroute.charge")).matches("ch_[0-9a-f]{16}");

    assertThat(spans.stream().map(Sent::name))
        .contains("claim", "verify", "call", "keep-answer", "settle", "record-settlement")
        .contains("send-verify", "send-rpc", "send-settle", "give-it");
    Set<String> ids = spans.stream().map(Sent::id).collect(Collectors.toSet());
    assertThat(spans)
        .allMatch(span -> span == root || ids.contains(span.parent()))
        .allMatch(span -> requestId(sold).equals(span.attributes().get("tollroute.request_id")));

    assertThat(provider.requests()).hasSize(1);
    assertThat(provider.requests().get(0).headers().get("traceparent"))
        .isEqualTo("[00-" + TRACE + "-" + only(spans, "send-rpc").id() + "-01]");
    assertThat(provider.requests().get(0).headers()).doesNotContainKeys("tracestate", "baggage");
    assertThat(toldFacilitator)
        .isNotEmpty()
        .noneMatch(name -> name.equalsIgnoreCase("traceparent"));
    assertThat(sold.headers().map()).doesNotContainKeys("traceparent", "baggage");
    assertThat(collector.raw()).noneMatch(sent -> sent.contains("text-of-the-caller"));
    assertThat(collector.faults()).isEmpty();
  }

  @Test
  @DisplayName("say of a call through MCP that it came that way, in one trace too")
  void mcp() throws Exception {
    ObjectNode call =
        (ObjectNode)
            Shop.json(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":"
                    + "\"masked_face_comparison\",\"arguments\":"
                    + Shop.BODY
                    + ",\"_meta\":{}}}");
    ((ObjectNode) call.at("/params/_meta")).set("x402/payment", shop.payment());
    HttpResponse<String> answer =
        shop.post(
            "/mcp",
            call.toString(),
            "Accept",
            "application/json, text/event-stream",
            "MCP-Protocol-Version",
            "2025-06-18",
            "traceparent",
            "00-" + TRACE.replace('4', '5') + "-" + CALLER + "-01");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);

    List<Sent> spans = trace(requestId(answer));
    assertThat(only(spans, "mcp").parent()).isEqualTo(CALLER);
    assertThat(only(spans, "tool-call").attributes())
        .containsEntry("tollroute.surface", "mcp")
        .containsEntry("tollroute.outcome", "sold");
    assertThat(spans.stream().map(Sent::name)).contains("claim", "settle", "send-rpc");
  }

  @Test
  @DisplayName(
      "name the error word of a call that is refused, and a caller without a trace begins one")
  void refused() throws Exception {
    provider.does(answering(503, "{\"Code\":\"ServiceUnavailable\",\"Message\":\"text\"}"));
    HttpResponse<String> refused = shop.buy(shop.signature());
    assertThat(refused.statusCode()).isGreaterThan(499);
    List<Sent> spans = trace(requestId(refused));

    assertThat(only(spans, "http-tools").parent()).isEmpty();
    assertThat(only(spans, "http-tools").attributes())
        .containsEntry("tollroute.outcome", Shop.json(refused).path("error").asText());
    assertThat(only(spans, "call").attributes()).containsEntry("error", "true");
  }

  @Test
  @DisplayName("hold nothing but words of ours: no address, payer, text or event of anybody")
  void bounded() throws Exception {
    HttpResponse<String> sold =
        shop.buy(shop.signature(), Shop.BODY.replace("/a.jpg", "/private-face.jpg"));
    shop.facilitator().on("settle", FaultyFacilitator.hangingUp());
    HttpResponse<String> unknown = shop.buy(shop.signature());
    HttpResponse<String> nonsense = shop.buy("private-nonsense");
    trace(requestId(sold));
    trace(requestId(unknown));
    trace(requestId(nonsense));

    assertThat(collector.spans())
        .isNotEmpty()
        .allMatch(span -> SpanWords.ALL.containsAll(span.attributes().keySet()))
        .allMatch(span -> span.eventsAndLinks() == 0 && span.state().isEmpty())
        .allMatch(span -> span.name().matches("[a-z0-9-]+"));
    String payer = shop.wallet().address().substring(2).toLowerCase(java.util.Locale.ROOT);
    assertThat(collector.raw())
        .noneMatch(sent -> sent.contains("private-") || sent.contains("127.0.0.1"))
        .noneMatch(sent -> sent.toLowerCase(java.util.Locale.ROOT).contains(payer))
        .noneMatch(sent -> sent.contains("Exception") || sent.contains("direct:"));
  }

  @Test
  @DisplayName("that nobody takes hold no call up, and are said in one line without an address")
  void nobodyThere() throws Exception {
    collector.answers(400);
    try (LogLines log = LogLines.capture()) {
      assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
      Shop.await(() -> log.lines().stream().anyMatch(line -> line.contains("collector")));
      assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
      assertThat(log.lines())
          .filteredOn(line -> line.contains("traces do not reach"))
          .hasSize(1)
          .noneMatch(line -> line.contains("127.0.0.1"));
    }
  }

  @Test
  @DisplayName("are off unless asked for: there is no tracer, and nobody's trace passes the door")
  void off() throws Exception {
    try (Shop quiet = Shop.open(Map.of("TOLLROUTE_ALIBABA_ENDPOINT", provider.url()))) {
      assertThat(quiet.application().main().getCamelContext().hasService(Tracer.class)).isNull();
      HttpResponse<String> sold =
          quiet.post(
              Shop.SERVICE,
              Shop.BODY,
              "PAYMENT-SIGNATURE",
              quiet.signature(),
              "traceparent",
              "00-" + TRACE + "-" + CALLER + "-01");
      assertThat(sold.statusCode()).isEqualTo(200);
      assertThat(provider.requests().get(provider.requests().size() - 1).headers())
          .doesNotContainKey("traceparent");
    }
  }

  @Test
  @DisplayName("with variables that OpenTelemetry cannot work with stop the start in one line")
  void wrongVariables() {
    for (Map<String, String> wrong :
        List.of(
            Map.of("OTEL_TRACES_SAMPLER", "s3cret"),
            Map.of("OTEL_EXPORTER_OTLP_HEADERS", "s3cret"),
            Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"))) {
      Map<String, String> settings = new HashMap<>(wrong);
      settings.put("TOLLROUTE_TRACES", "on");
      assertThatThrownBy(() -> Shop.open(settings).close())
          .as(wrong.toString())
          .isInstanceOf(SettingsFault.class)
          .hasMessageStartingWith("tollroute.traces: OpenTelemetry cannot work with what ")
          .hasMessageNotContaining("s3cret")
          .hasMessageNotContaining("\n");
    }
  }
}
