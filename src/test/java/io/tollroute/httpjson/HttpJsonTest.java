package io.tollroute.httpjson;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.testing.Books;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.OwnProvider;
import io.tollroute.testing.ScriptedUpstream;
import io.tollroute.testing.ScriptedUpstream.Behaviour;
import io.tollroute.testing.Shop;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An HTTP API that a service file describes")
class HttpJsonTest {

  private static final String TOOLS = "/api/tools/";
  private static final String SECRET = "s3cret-of-the-test";

  @TempDir static Path folder;

  private static ScriptedUpstream api;
  private static Shop shop;

  private Books before;

  @BeforeAll
  static void open() throws Exception {
    api = new ScriptedUpstream();
    OwnProvider own =
        new OwnProvider(folder)
            .service("plain", HttpJsonProvider.ROUTE, settings("plain", ""))
            .service(
                "order",
                HttpJsonProvider.ROUTE,
                settings(
                    "v1/customers/{text}/orders/{id}?fixed=1",
                    """
                        method: GET
                        path: {id: /number}
                        query:
                          q: /text
                          tag: /list
                          tags: {from: /list, style: comma}
                          'deep[er]': {from: /list, style: brackets}
                          kind: {value: full}
                          key: {env: ACME_KEY}
                        headers:
                          X-Text: /text
                          Authorization: {env: ACME_KEY, prefix: 'Bearer '}
                          X-Version: {value: 2}
                    """))
            .service(
                "form",
                HttpJsonProvider.ROUTE,
                settings("form", "    form: {t: /text, n: /number}"))
            .service(
                "picked",
                HttpJsonProvider.ROUTE,
                settings(
                    "picked",
                    """
                        method: PUT
                        body: {object: {question: /text, of: {object: {first: {jsonpath: '$.list[0]'}}}}}
                        data: /result/0
                    """))
            .service(
                "wrapped",
                HttpJsonProvider.ROUTE,
                settings("wrapped", "    data: {object: {value: ''}}"))
            .service("file", HttpJsonProvider.ROUTE, settings("files/{text}", "    method: DELETE"))
            .service(
                "odd",
                HttpJsonProvider.ROUTE,
                settings(
                    "odd",
                    """
                        statuses: {answer: [200, 418], caller: [4xx], busy: [503]}
                        mediaTypes: [text/json]
                    """))
            .service(
                "quick",
                HttpJsonProvider.ROUTE,
                "  timeoutSeconds: 1\n  maxAnswerBytes: 1024\n" + settings("quick", ""))
            .service(
                "quick-part",
                HttpJsonProvider.ROUTE,
                "  maxAnswerBytes: 1024\n" + settings("quick", "    data: /a"));
    shop =
        Shop.open(
            own.settings(
                "TOLLROUTE_SERVICES_POLL_MS",
                "3600000",
                "TOLLROUTE_HTTP_JSON_ALLOWED_HOSTS",
                "other.example, " + URI.create(api.url()).getAuthority(),
                "ACME_KEY",
                " " + SECRET + "\n"));
  }

  private static String settings(String path, String more) {
    return "  settings:\n    url: '" + api.url() + path + "'\n" + more.stripTrailing();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    api.close();
  }

  @BeforeEach
  void takeStock() throws Exception {
    api.does(ScriptedUpstream.answering(200, "{\"said\":1.50}"));
    before = shop.takeStock();
  }

  private static HttpResponse<String> buy(String service, String input) throws Exception {
    ObjectNode demand = Shop.demand(shop.post(TOOLS + service, ""));
    String signature = Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0")));
    return shop.post(TOOLS + service, input, "PAYMENT-SIGNATURE", signature);
  }

  private static ScriptedUpstream.Request sold(String service, String input) throws Exception {
    HttpResponse<String> answer = buy(service, input);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(api.requests()).hasSize(1);
    return api.requests().get(0);
  }

  private void assertUncharged(HttpResponse<String> answer, int status, String word)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode told = Shop.json(answer);
    assertThat(told.path("error").asText()).isEqualTo(word);
    assertThat(told.path("charged").asText()).isEqualTo("no");
    assertThat(shop.since(before).settled()).isZero();
  }

  @Test
  @DisplayName("gets the whole input as JSON where the service says no more than its URL")
  void whole() throws Exception {
    ScriptedUpstream.Request asked = sold("plain", "{\"text\":\"a/b\",\"number\":1.50}");

    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.target()).isEqualTo("/plain");
    assertThat(asked.body()).isEqualTo("{\"text\":\"a/b\",\"number\":1.50}");
    assertThat(asked.headers())
        .containsEntry("Accept", "[application/json]")
        .doesNotContainKeys("Tollroute-Deadline", "PAYMENT-SIGNATURE", "X-Request-Id");
    assertThat(asked.headers().get("Content-Type")).startsWith("[application/json");
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "gets path, query and headers as the service maps them, secrets from the environment")
  void mapped() throws Exception {
    ScriptedUpstream.Request asked =
        sold("order", "{\"text\":\"J. Doe\",\"number\":7,\"list\":[\"a\",\"b,c\"]}");

    assertThat(asked.method()).isEqualTo("GET");
    assertThat(asked.target())
        .isEqualTo(
            "/v1/customers/J.%20Doe/orders/7?fixed=1&q=J.%20Doe&tag=a&tag=b%2Cc&tags=a%2Cb%2Cc"
                + "&deep%5Ber%5D%5B%5D=a&deep%5Ber%5D%5B%5D=b%2Cc&kind=full&key="
                + SECRET);
    assertThat(asked.headers())
        .containsEntry("X-Text", "[J. Doe]")
        .containsEntry("X-Version", "[2]")
        .containsEntry("Authorization", "[Bearer " + SECRET + "]")
        .doesNotContainKey("Content-Type");
    assertThat(asked.body()).isEmpty();
  }

  @Test
  @DisplayName("gets no parameter for what the input does not hold")
  void leftOut() throws Exception {
    assertThat(sold("order", "{\"text\":\"x\",\"number\":7}").target())
        .isEqualTo("/v1/customers/x/orders/7?fixed=1&q=x&kind=full&key=" + SECRET);
  }

  @Test
  @DisplayName("gets a form, or a body put together of parts of the input")
  void bodies() throws Exception {
    ScriptedUpstream.Request form = sold("form", "{\"text\":\"a&b=ü\",\"number\":1.50}");
    assertThat(form.body()).isEqualTo("t=a%26b%3D%C3%BC&n=1.50");
    assertThat(form.headers().get("Content-Type")).startsWith("[application/x-www-form-urlencoded");

    api.does(ScriptedUpstream.answering(200, "{\"result\":[{\"digits\":1.500,\"big\":1e400}]}"));
    HttpResponse<String> answer = buy("picked", "{\"text\":\"\\\"}\",\"list\":[{\"x\":1}]}");
    assertThat(api.requests().get(0).method()).isEqualTo("PUT");
    assertThat(api.requests().get(0).body())
        .isEqualTo("{\"question\":\"\\\"}\",\"of\":{\"first\":{\"x\":1}}}");
    assertThat(answer.body()).contains("\"data\":{\"digits\":1.500,\"big\":1E+400}");
  }

  @Test
  @DisplayName("may answer with a single value where the service makes an object of it")
  void wrapped() throws Exception {
    api.does(ScriptedUpstream.answering(200, "42.0"));

    assertThat(buy("wrapped", "{\"text\":\"x\"}").body()).contains("\"data\":{\"value\":42.0}");
    before = shop.takeStock();
    assertUncharged(buy("plain", "{\"text\":\"x\"}"), 502, "provider_failed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        ".",
        "",
        "../admin",
        "a/../../b",
        "a\\\\..\\\\b",
        "a\\u0000b",
        "a\\r\\nX: y",
        "..\\/"
      })
  @DisplayName("is never asked for another path than the service's: the input is refused")
  void traversal(String text) throws Exception {
    assertUncharged(buy("file", "{\"text\":\"" + text + "\"}"), 422, "provider_rejected");
    assertThat(api.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, /files/a%2Fb",
    "a?b#c, /files/a%3Fb%23c",
    "%2e%2e%2f, /files/%252e%252e%252f",
    "...;x&y, /files/...%3Bx%26y",
    "{{env:HOME}}, /files/%7B%7Benv%3AHOME%7D%7D",
    "${header.x}, /files/%24%7Bheader.x%7D",
    "ü, /files/%C3%BC"
  })
  @DisplayName("gets what else is in a path encoded, as one part of it")
  void encoded(String text, String target) throws Exception {
    assertThat(sold("file", "{\"text\":\"" + text + "\"}").target()).isEqualTo(target);
  }

  @Test
  @DisplayName(
      "gets no line of a header that stands in the input, and the buyer is told where it is")
  void lines() throws Exception {
    HttpResponse<String> answer = buy("order", "{\"text\":\"a\\r\\nX-Evil: 1\",\"number\":7}");
    assertUncharged(answer, 422, "provider_rejected");
    assertThat(Shop.json(answer).path("param").asText()).isEqualTo("/text");
    assertThat(api.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ü", "tab\\there", "del\\u007f"})
  @DisplayName("gets no header that is anything but printable ASCII")
  void headers(String text) throws Exception {
    assertUncharged(
        buy("order", "{\"text\":\"" + text + "\",\"number\":7}"), 422, "provider_rejected");
    assertThat(api.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "plain, 400, 422, provider_rejected",
    "plain, 404, 422, provider_rejected",
    "plain, 401, 502, provider_failed",
    "plain, 403, 502, provider_failed",
    "plain, 429, 503, provider_busy",
    "plain, 500, 502, provider_failed",
    "plain, 503, 503, provider_unavailable",
    "plain, 504, 504, provider_timeout",
    "plain, 302, 502, provider_failed",
    "odd, 401, 422, provider_rejected",
    "odd, 201, 502, provider_failed",
    "odd, 503, 503, provider_busy"
  })
  @DisplayName("says by its status whose fault it is that there is no answer; nothing is charged")
  void statuses(String service, int theirs, int ours, String word) throws Exception {
    api.does(
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", theirs == 429 ? "17" : "soon");
          exchange.getResponseHeaders().set("Location", api.url() + "secret");
          ScriptedUpstream.answering(theirs, "{\"their\":\"words\"}").apply(exchange);
        });

    HttpResponse<String> answer = buy(service, "{\"text\":\"x\"}");

    assertUncharged(answer, ours, word);
    assertThat(api.requests()).as("it is sent once, and nobody is followed").hasSize(1);
    assertThat(answer.body()).doesNotContain("words");
    if (theirs == 429) {
      assertThat(answer.headers().firstValue("Retry-After")).contains("17");
    }
  }

  private static Behaviour typed(String type, String body) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", type);
      send(exchange, 200, body);
    };
  }

  private static void send(HttpExchange exchange, int status, String body)
      throws java.io.IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @ParameterizedTest
  @CsvSource({
    "plain, text/html, {}, false",
    "plain, application/problem+json; charset=utf-8, {}, true",
    "plain, APPLICATION/JSON, {}, true",
    "plain, application/json, <html>, false",
    "plain, application/json, '{\"a\":1} x', false",
    "picked, application/json, '{\"result\":[[1]],\"result\":2}', false",
    "picked, application/json, '{\"result\":[1]}', false",
    "picked, application/json, '{\"other\":[1]}', false",
    "picked, application/json, <html>, false",
    "picked, application/json, '{\"result\":[[1]]}', true",
    "odd, application/json, {}, false",
    "odd, text/json, {}, true"
  })
  @DisplayName("is sold when it answers in a type and form that the service takes, and only then")
  void types(String service, String type, String body, boolean sold) throws Exception {
    api.does(typed(type, body));

    HttpResponse<String> answer = buy(service, "{\"text\":\"x\"}");

    if (sold) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    } else {
      assertUncharged(answer, 502, "provider_failed");
    }
  }

  @Test
  @DisplayName("that is huge, slow or hangs up costs nothing")
  void outages() throws Exception {
    String huge = "{\"a\":{\"b\":\"" + "x".repeat(2000) + "\"}}";
    api.does(ScriptedUpstream.answering(200, huge));
    HttpResponse<String> tooLarge = buy("quick", "{\"text\":\"x\"}");
    assertUncharged(tooLarge, 502, "provider_failed");
    assertThat(Shop.json(tooLarge).path("reason").asText()).isEqualTo("answer_too_large");
    assertUncharged(buy("quick-part", "{\"text\":\"x\"}"), 502, "provider_failed");

    api.does(ScriptedUpstream.after(5_000, ScriptedUpstream.answering(200, "{}")));
    assertUncharged(buy("quick", "{\"text\":\"x\"}"), 504, "provider_timeout");

    try (LogLines log = LogLines.capture()) {
      for (long promised : new long[] {1000, 0}) {
        api.does(
            exchange -> {
              exchange.sendResponseHeaders(200, promised);
              exchange.getResponseBody().write('{');
              exchange.close();
            });
        assertUncharged(buy("plain", "{\"text\":\"x\"}"), 502, "provider_failed");
      }
      assertThat(log.lines())
          .anyMatch(line -> line.contains("alert=provider_unusable"))
          .noneMatch(line -> line.contains("unexpected_failure"));
    }
  }

  @Test
  @DisplayName("leaves no secret, address or text of anybody in the log, whatever it does")
  void log() throws Exception {
    try (LogLines log = LogLines.capture()) {
      for (int status : new int[] {200, 302, 400, 401, 429, 500}) {
        api.does(ScriptedUpstream.answering(status, "{\"their\":\"words\"}"));
        buy("order", "{\"text\":\"buyers-text\",\"number\":7}");
      }
      api.does(typed("text/html", "<html>words"));
      buy("order", "{\"text\":\"buyers-text\",\"number\":7}");

      assertThat(log.lines())
          .anyMatch(line -> line.contains("alert=provider_unusable") && line.contains("status=401"))
          .noneMatch(
              line ->
                  line.contains(SECRET)
                      || line.contains("words")
                      || line.contains("buyers-text")
                      || line.contains("/v1/"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "url: 'http://127.0.0.1:1/x' | The URL must point to a host on the public internet",
        "url: 'http://[::1]/x' | The URL must point to a host on the public internet",
        "url: 'http://2130706433/x' | The host of the URL must be a plain domain name",
        "url: 'https://metadata.google.internal/x' | The URL must point to a host on the public",
        "url: 'https://api.example.com/{a' | a brace that belongs to no {name}",
        "url: 'https://u:p@api.example.com/' | does not match the regex pattern",
        "url: 'https://{host}.example.com/' | does not match the regex pattern",
        "url: 'https://api.example.com/#x' | does not match the regex pattern",
        "url: 'https://api.example.com/', path: {a: /a} | the path of the url has no {a}",
        "url: 'https://api.example.com/', headers: {X-Key: {env: NOBODY_HAS_SET_IT}} | the environment variable NOBODY_HAS_SET_IT is not set",
        "url: 'https://api.example.com/', headers: {X-Key: {env: TOLLROUTE_LEDGER_KEY}} | /provider/settings/headers/X-Key",
        "url: 'https://api.example.com/', headers: {Host: {value: x}} | the header Host cannot be set",
        "url: 'https://api.example.com/', headers: {CamelHttpUri: {value: x}} | the header CamelHttpUri cannot be set",
        "url: 'https://api.example.com/', method: GET, body: '' | GET sends no body",
        "url: 'https://api.example.com/', body: {jsonpath: '$.['} | the JSONPath $.[ cannot be read",
        "url: 'https://api.example.com/', data: {env: ACME_KEY} | a secret is nothing that is sold",
        "url: 'https://api.example.com/', surl: x | property 'surl' is not defined",
        "url: 'https://api.example.com/', statuses: {answer: [9xx]} | /provider/settings/statuses/answer/0"
      })
  @DisplayName("that cannot be called as the service says is refused, with file and line")
  void refused(String settings, String reason) throws Exception {
    LiveCatalogue catalogue = shop.bean("liveCatalogue", LiveCatalogue.class);
    Path file = folder.resolve("services/plain.yaml");
    String good = Files.readString(file);
    try {
      Files.writeString(
          file,
          good.substring(0, good.indexOf("  settings:")) + "  settings: {" + settings + "}\n");

      assertThat(catalogue.reload()).isFalse();

      assertThat(catalogue.lastFault().orElse("")).startsWith(file + ":").contains(reason);
      assertThat(catalogue.lastFault().orElse("")).doesNotContain(SECRET);
    } finally {
      Files.writeString(file, good);
      catalogue.reload();
    }
  }

  @Test
  @DisplayName(
      "may be on a host whose name leads to another address at every call: that is looked at")
  void resolved() throws Exception {
    AllowedHosts hosts =
        new AllowedHosts(io.tollroute.input.PublicHosts.read(), "10.0.0.1, inside.example:8080");
    for (Map.Entry<String, Boolean> address :
        Map.of(
                "127.0.0.1",
                false,
                "10.1.2.3",
                false,
                "169.254.169.254",
                false,
                "::1",
                false,
                "fd00::1",
                false,
                "::ffff:10.0.0.9",
                false,
                "0.0.0.0",
                false,
                "8.8.8.8",
                true,
                "2606:4700::1111",
                true)
            .entrySet()) {
      assertThat(hosts.allow("api.example.com", java.net.InetAddress.getByName(address.getKey())))
          .as(address.getKey())
          .isEqualTo(address.getValue());
    }
    assertThat(hosts.allow("Inside.Example", java.net.InetAddress.getByName("10.1.2.3"))).isTrue();
    assertThat(hosts.objection(URI.create("http://inside.example:8080"))).isEmpty();
    assertThat(hosts.objection(URI.create("http://inside.example:81"))).isPresent();
    assertThat(hosts.objection(URI.create("http://10.0.0.1"))).isEmpty();
  }
}
