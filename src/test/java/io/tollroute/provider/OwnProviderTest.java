package io.tollroute.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.tollroute.sandbox.TextSigner;
import io.tollroute.testing.AtOnce;
import io.tollroute.testing.Books;
import io.tollroute.testing.FreePorts;
import io.tollroute.testing.OwnProvider;
import io.tollroute.testing.ScriptedUpstream;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A route of the operator's own with an HTTP API behind it")
class OwnProviderTest {

  private static final long PRICE = 50_000;
  private static final String PATH = "/api/tools/";
  private static final String ANSWER = "{\"said\":\"hello\",\"digits\":1.50}";

  /** As a buyer writes it, and as the route gets it. */
  private static final String SENT =
      "{ \"text\": \"Zo\\u00eb \\\"says\\\" \u6f22\", \"number\": 1.50,\n\"list\": [1, 2.0] }";

  private static final String ARRIVES =
      "{\"text\":\"Zo\u00eb \\\"says\\\" \u6f22\",\"number\":1.50,\"list\":[1,2.0]}";

  @TempDir static Path folder;

  private static ScriptedUpstream api;
  private static Shop shop;

  private Books before;

  @BeforeAll
  static void open() throws Exception {
    api = new ScriptedUpstream();
    OwnProvider own =
        new OwnProvider(folder)
            .route(
                "own",
                """
                - route:
                    id: own
                    from:
                      uri: direct:own
                      steps:
                        - setHeader: {name: CamelHttpMethod, expression: {constant: {expression: POST}}}
                        - setHeader: {name: Content-Type, expression: {constant: {expression: application/json}}}
                        - to: {uri: "%sapi"}
                """
                    .formatted(api.url()))
            .route(
                "refusing",
                """
                - route:
                    id: refusing
                    from:
                      uri: direct:refusing
                      steps:
                        - choice:
                            when:
                              - expression: {simple: {expression: "${body} contains 'caller'"}}
                                steps:
                                  - bean: {ref: refuse, method: "caller('too_dark')"}
                              - expression: {simple: {expression: "${body} contains 'upstream'"}}
                                steps:
                                  - bean: {ref: refuse, method: "provider('model_lost')"}
                              - expression: {simple: {expression: "${body} contains 'busy'"}}
                                steps:
                                  - bean: {ref: refuse, method: "busy(77)"}
                              - expression: {simple: {expression: "${body} contains 'away'"}}
                                steps:
                                  - bean: {ref: refuse, method: "unavailable()"}
                              - expression: {simple: {expression: "${body} contains 'leak'"}}
                                steps:
                                  - bean: {ref: refuse, method: "caller(${body})"}
                        - setBody: {expression: {constant: {expression: "{}"}}}
                """)
            .route(
                "nobody",
                """
                - route:
                    id: nobody
                    from:
                      uri: direct:nobody
                      steps:
                        - to: {uri: "http://127.0.0.1:%d/api"}
                """
                    .formatted(FreePorts.draw().port()))
            .service("nobody", "direct:nobody")
            .service("refusing", "direct:refusing")
            .service("refusing-first", "direct:refusing", "settle: first")
            .service("answer-first", "direct:own")
            .service("settled-first", "direct:own", "settle: first")
            .service("small", "direct:own", "  maxAnswerBytes: 2000");
    shop = Shop.open(own.settings("TOLLROUTE_RECONCILE_MS", "200"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    api.close();
  }

  @BeforeEach
  void takeStock() throws Exception {
    api.does(ScriptedUpstream.answering(200, ANSWER));
    before = shop.takeStock();
  }

  private static ObjectNode payment(String service) throws Exception {
    ObjectNode demand = Shop.demand(shop.post(PATH + service, ""));
    return shop.wallet().sign(demand, demand.at("/accepts/0"));
  }

  private static HttpResponse<String> buy(String service) throws Exception {
    return shop.post(PATH + service, SENT, "PAYMENT-SIGNATURE", Shop.encode(payment(service)));
  }

  /** How a call is paid. */
  private enum Method {
    X402_V2 {
      @Override
      String[] headers(String service) throws Exception {
        return new String[] {"PAYMENT-SIGNATURE", Shop.encode(payment(service))};
      }
    },
    X402_V1 {
      @Override
      String[] headers(String service) throws Exception {
        return new String[] {"X-PAYMENT", TokenBuyer.v1(payment(service))};
      }
    },
    TOKEN {
      @Override
      String[] headers(String service) throws Exception {
        return new String[] {"X-Payment-Token", token(service)};
      }
    },
    BEARER {
      @Override
      String[] headers(String service) throws Exception {
        return new String[] {"Authorization", "Bearer " + token(service)};
      }
    };

    abstract String[] headers(String service) throws Exception;
  }

  private static String token(String service) throws Exception {
    return TokenBuyer.token(new TokenBuyer(shop).paid(service, 1));
  }

  private static Stream<Arguments> everyWay() {
    return Arrays.stream(Method.values())
        .flatMap(
            method ->
                Stream.of("answer-first", "settled-first")
                    .map(service -> Arguments.of(method, service)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("everyWay")
  @DisplayName("gets the validated input as JSON, however the call is paid, in either order")
  void input(Method method, String service) throws Exception {
    HttpResponse<String> answer = shop.post(PATH + service, SENT, method.headers(service));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(api.requests()).extracting(ScriptedUpstream.Request::body).containsExactly(ARRIVES);
    assertThat(answer.body()).contains("\"data\":" + ANSWER);
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"answer-first", "settled-first"})
  @DisplayName("gets the same input from an MCP tool, paid with a signature or a token")
  void mcp(String service) throws Exception {
    ObjectNode paid = tool(service, (ObjectNode) Shop.json(SENT));
    paid.withObject("/params/_meta").set("x402/payment", payment(service));
    ObjectNode arguments = (ObjectNode) Shop.json(SENT);
    ObjectNode withToken = tool(service, arguments.put("paymentToken", token(service)));

    for (ObjectNode call : List.of(paid, withToken)) {
      JsonNode result = Shop.json(shop.post("/mcp", call.toString())).path("result");
      assertThat(result.path("isError").asBoolean(true)).as(result.toString()).isFalse();
      assertThat(result.at("/structuredContent/data/said").asText()).isEqualTo("hello");
    }
    assertThat(api.requests())
        .extracting(ScriptedUpstream.Request::body)
        .allSatisfy(body -> assertThat(Shop.json(body)).isEqualTo(Shop.json(ARRIVES)))
        .hasSize(2);
  }

  private static ObjectNode tool(String service, ObjectNode arguments) {
    ObjectNode call = new ObjectMapper().createObjectNode().put("jsonrpc", "2.0").put("id", 1);
    call.put("method", "tools/call");
    call.putObject("params").put("name", service.replace('-', '_')).set("arguments", arguments);
    return call;
  }

  @Test
  @DisplayName("gets the same input again for what was paid before and is owed still")
  void owed() throws Exception {
    String payment = Shop.encode(payment("settled-first"));
    api.does(ScriptedUpstream.answering(500, ""));
    HttpResponse<String> failed =
        shop.post(PATH + "settled-first", SENT, "PAYMENT-SIGNATURE", payment);
    api.does(ScriptedUpstream.answering(200, ANSWER));

    HttpResponse<String> answer =
        shop.post(PATH + "settled-first", SENT, "PAYMENT-SIGNATURE", payment);

    assertThat(Shop.json(failed).path("error").asText()).isEqualTo("answer_owed");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(api.requests()).extracting(ScriptedUpstream.Request::body).containsExactly(ARRIVES);
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @Test
  @DisplayName("gets the same input for a call that is paid with a credit")
  void credit() throws Exception {
    ObjectNode payment = payment("settled-first");
    String signed = Shop.encode(payment);
    api.does(ScriptedUpstream.answering(500, ""));
    HttpResponse<String> failed =
        shop.post(PATH + "settled-first", SENT, "PAYMENT-SIGNATURE", signed);
    shop.advance(Duration.ofSeconds(1000));
    TokenBuyer books = new TokenBuyer(shop);
    Shop.await(() -> books.charge(payment).path("state").asText().equals("refund_due"));
    String token = Shop.json(claim(payment)).path("token").asText();
    api.does(ScriptedUpstream.answering(200, ANSWER));

    HttpResponse<String> answer = shop.post(PATH + "settled-first", SENT, "X-Payment-Token", token);

    assertThat(failed.statusCode()).as(failed.body()).isEqualTo(503);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(api.requests()).extracting(ScriptedUpstream.Request::body).containsExactly(ARRIVES);
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  private static HttpResponse<String> claim(ObjectNode payment) throws Exception {
    ObjectNode claim =
        ((ObjectNode) Shop.json("{}"))
            .put("payer", payment.at("/payload/authorization/from").asText())
            .put("nonce", payment.at("/payload/authorization/nonce").asText());
    JsonNode challenge = Shop.json(shop.post("/api/credits", claim.toString()));
    claim.put("until", challenge.path("until").asText());
    claim.put("signature", TextSigner.sign(shop.wallet(), challenge.path("message").asText()));
    return shop.post("/api/credits", claim.toString());
  }

  @Test
  @DisplayName("gets nothing else of the caller: no header of his, no proof, no address")
  void nothingElse() throws Exception {
    String payment = Shop.encode(payment("answer-first"));
    HttpResponse<String> answer =
        shop.post(PATH + "answer-first?q=1", SENT, "PAYMENT-SIGNATURE", payment);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    ScriptedUpstream.Request got = api.requests().get(0);
    assertThat(got.target()).isEqualTo("/api");
    assertThat(got.headers().toString()).doesNotContain(payment);
    assertThat(got.headers().keySet())
        .allMatch(
            name ->
                List.of(
                        "Accept-encoding",
                        "Connection",
                        "Content-length",
                        "Content-type",
                        "Host",
                        "Upgrade",
                        "User-agent")
                    .contains(name));
  }

  /** What the API answers, and what no buyer pays for. */
  private enum Answer {
    PAGE("answer_not_json", "text/html", "<html><body>Sorry</body></html>".getBytes()),
    EMPTY("answer_missing", "application/json", new byte[0]),
    BLANK("answer_missing", "application/json", " \n\t ".getBytes()),
    TEXT("answer_not_json", "application/json", "\"not found\"".getBytes()),
    NUMBER("answer_not_json", "text/plain", "404".getBytes()),
    HALF("answer_not_json", "application/json", "{\"said\":\"hel".getBytes()),
    TWO("answer_not_json", "application/json", "{} {}".getBytes()),
    TWICE("answer_not_json", "application/json", "{\"a\":1,\"a\":2}".getBytes()),
    LATIN("answer_not_json", "application/json", "{\"a\":\"\u00eb\"}".getBytes(latin())),
    BEYOND_ITS_BOUND("answer_too_large", "application/json", json((1 << 20) + 1)),
    EIGHT_MB("answer_too_large", "application/json", json(8_000_000));

    private final String reason;
    private final String type;
    private final byte[] body;

    Answer(String reason, String type, byte[] body) {
      this.reason = reason;
      this.type = type;
      this.body = body;
    }

    private static java.nio.charset.Charset latin() {
      return StandardCharsets.ISO_8859_1;
    }

    ScriptedUpstream.Behaviour asBehaviour() {
      return exchange -> send(exchange, type, body);
    }
  }

  private static byte[] json(int length) {
    byte[] text = new byte[length];
    Arrays.fill(text, (byte) 'a');
    byte[] head = "{\"said\":\"".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(head, 0, text, 0, head.length);
    text[length - 2] = '"';
    text[length - 1] = '}';
    return text;
  }

  private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void assertNotCharged(HttpResponse<String> answer, int status, String word)
      throws Exception {
    JsonNode told = Shop.json(answer);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(told.path("error").asText()).isEqualTo(word);
    assertThat(told.path("charged").asText()).isEqualTo("no");
    assertThat(shop.since(before).settled()).isZero();
    assertThat(shop.since(before).income()).isZero();
  }

  private static void assertServes() throws Exception {
    api.does(ScriptedUpstream.answering(200, ANSWER));
    HttpResponse<String> next = buy("answer-first");
    assertThat(next.statusCode()).as(next.body()).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  @DisplayName("sells nothing that is not one JSON object or array within its bound")
  void unusable(Answer unusable) throws Exception {
    ObjectNode payment = payment("answer-first");
    api.does(unusable.asBehaviour());

    HttpResponse<String> answer =
        shop.post(PATH + "answer-first", SENT, "PAYMENT-SIGNATURE", Shop.encode(payment));

    assertNotCharged(answer, 502, "provider_failed");
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo(unusable.reason);
    assertThat(new TokenBuyer(shop).charge(payment).path("state").asText()).isEqualTo("released");
    assertServes();
  }

  private static Stream<Answer> answers() {
    return Arrays.stream(Answer.values());
  }

  @Test
  @DisplayName("that answers 30 MB, to many at once, is broken off before they are in memory")
  void huge() throws Exception {
    byte[] megabyte = new byte[1 << 20];
    Arrays.fill(megabyte, (byte) ' ');
    api.does(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          for (int i = 0; i < 30; i++) {
            exchange.getResponseBody().write(megabyte);
          }
          exchange.close();
        });

    List<Callable<HttpResponse<String>>> buyers = Collections.nCopies(8, () -> buy("answer-first"));

    for (HttpResponse<String> answer : AtOnce.run(buyers, 120)) {
      assertNotCharged(answer, 502, "provider_failed");
      assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("answer_too_large");
    }
    assertServes();
  }

  @Test
  @DisplayName("tells an MCP client of what is no answer as it tells others, and charges nothing")
  void unusableOverMcp() throws Exception {
    for (Answer unusable : List.of(Answer.PAGE, Answer.EMPTY, Answer.EIGHT_MB)) {
      ObjectNode call = tool("answer-first", (ObjectNode) Shop.json(SENT));
      call.withObject("/params/_meta").set("x402/payment", payment("answer-first"));
      api.does(unusable.asBehaviour());

      JsonNode result = Shop.json(shop.post("/mcp", call.toString())).path("result");

      assertThat(result.path("isError").asBoolean()).as(result.toString()).isTrue();
      assertThat(result.toString()).contains("provider_failed", unusable.reason);
    }
    assertThat(shop.since(before).settled()).isZero();
    assertServes();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "[1,2]|[1,2]",
        "{}|{}",
        " {\"a\" : 1.0} | {\"a\" : 1.0}",
        "\uFEFF{\"a\":1}|{\"a\":1}"
      })
  @DisplayName("sells any object or array as it was written, a byte order mark left out")
  void usable(String written, String sold) throws Exception {
    api.does(ScriptedUpstream.answering(200, written));

    HttpResponse<String> answer = buy("answer-first");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"data\":" + sold);
    assertThat(shop.since(before).income()).isEqualTo(PRICE);
  }

  @ParameterizedTest(name = "{0} bytes")
  @CsvSource({"2000, 200", "2001, 502"})
  @DisplayName("sells as many bytes as its service says, and not one more")
  void bound(int length, int status) throws Exception {
    api.does(exchange -> send(exchange, "application/json", json(length)));

    assertThat(buy("small").statusCode()).isEqualTo(status);
  }

  private static HttpResponse<String> say(String service, String text) throws Exception {
    return shop.post(
        PATH + service,
        "{\"text\":\"" + text + "\"}",
        "PAYMENT-SIGNATURE",
        Shop.encode(payment(service)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "caller, 422, provider_rejected, too_dark, ''",
    "upstream, 502, provider_failed, model_lost, ''",
    "busy, 503, provider_busy, '', 77",
    "away, 503, provider_unavailable, '', any"
  })
  @DisplayName(
      "says whose fault it is that there is no answer, and the buyer is told and not charged")
  void refuses(String text, int status, String word, String reason, String wait) throws Exception {
    HttpResponse<String> answer = say("refusing", text);

    assertNotCharged(answer, status, word);
    assertThat(Shop.json(answer).path("reason").asText("")).isEqualTo(reason);
    String told = answer.headers().firstValue("Retry-After").orElse("");
    assertThat(wait.equals("any") && !told.isEmpty() ? wait : told).isEqualTo(wait);
    assertThat(shop.since(before).settled()).isZero();
    assertThat(say("refusing", "fine").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("cannot tell the buyer a text that may be somebody else's as a reason")
  void noLeak() throws Exception {
    HttpResponse<String> answer = say("refusing", "leak secret words");

    assertNotCharged(answer, 422, "provider_rejected");
    assertThat(Shop.json(answer).has("reason")).isFalse();
    assertThat(answer.body()).doesNotContain("secret words");
  }

  @Test
  @DisplayName("that refuses what was paid before owes the answer, and says why")
  void refusesWhatIsPaid() throws Exception {
    HttpResponse<String> answer = say("refusing-first", "caller");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("answer_owed");
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("provider_rejected");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("yes");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "400, '', 502, provider_failed",
    "404, '', 502, provider_failed",
    "422, '', 502, provider_failed",
    "429, '', 503, provider_busy",
    "429, 55, 503, provider_busy",
    "500, '', 502, provider_failed",
    "503, '', 503, provider_unavailable",
    "503, 55, 503, provider_busy",
    "504, '', 504, provider_timeout"
  })
  @DisplayName("whose API answers with an error status is never the buyer's fault, nor paid for")
  void statuses(int theirs, String wait, int ours, String word) throws Exception {
    api.does(
        exchange -> {
          if (!wait.isEmpty()) {
            exchange.getResponseHeaders().set("Retry-After", wait);
          }
          ScriptedUpstream.answering(theirs, "{\"secret\":\"theirs\"}").apply(exchange);
        });

    HttpResponse<String> answer = buy("answer-first");

    assertNotCharged(answer, ours, word);
    assertThat(answer.body()).doesNotContain("theirs");
    if (!wait.isEmpty()) {
      assertThat(answer.headers().firstValue("Retry-After")).contains(wait);
    }
    assertServes();
  }

  @Test
  @DisplayName("whose API is not there is out of order, and one that hangs up has failed")
  void connections() throws Exception {
    api.does(HttpExchange::close);
    assertNotCharged(buy("answer-first"), 502, "provider_failed");
    assertNotCharged(buy("nobody"), 503, "provider_unavailable");
    assertServes();
  }
}
