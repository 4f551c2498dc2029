package io.tollroute.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.tollroute.testing.Books;
import io.tollroute.testing.OwnProvider;
import io.tollroute.testing.ScriptedUpstream;
import io.tollroute.testing.Shop;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Two routes of the operator's own, one that begins work and one that looks at it,")
class OwnJobTest {

  private static final String PATH = "/api/tools/goes-on";
  private static final String BEGUN = "{\"job\":\"j-1\"}";
  private static final String DONE = "{\"state\":\"done\",\"data\":{\"digits\":1.50}}";

  @TempDir static Path folder;

  private static ScriptedUpstream api;
  private static Shop shop;

  private final AtomicInteger looks = new AtomicInteger();
  private Books before;

  @BeforeAll
  static void open() throws Exception {
    api = new ScriptedUpstream();
    OwnProvider own =
        new OwnProvider(folder)
            .route(
                "goes-on",
                """
                - route:
                    id: own-begin
                    from:
                      uri: direct:begin
                      steps:
                        - to: {uri: "%1$sbegin"}
                - route:
                    id: own-look
                    from:
                      uri: direct:look
                      steps:
                        - to: {uri: "%1$slook"}
                """
                    .formatted(api.url()))
            .service(
                "goes-on",
                "direct:begin",
                "  timeoutSeconds: 1",
                "  job: {look: direct:look, withinSeconds: 600}");
    shop =
        Shop.open(
            own.settings(
                "TOLLROUTE_JOBS_LOOK_MS", "100",
                "TOLLROUTE_JOBS_WAIT_POLL_MS", "20",
                "TOLLROUTE_BREAKER", "off",
                "TOLLROUTE_LIMITS", "off"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    api.close();
  }

  @BeforeEach
  void takeStock() throws Exception {
    before = shop.takeStock();
  }

  /** Begins with {@code begun}, and looks so; the last for ever. */
  private void does(String begun, ScriptedUpstream.Behaviour... looking) {
    api.does(
        (HttpExchange exchange) -> {
          if (exchange.getRequestURI().getPath().equals("/begin")) {
            ScriptedUpstream.answering(200, begun).apply(exchange);
          } else {
            looking[Math.min(looks.getAndIncrement(), looking.length - 1)].apply(exchange);
          }
        });
  }

  private static ScriptedUpstream.Behaviour says(String look) {
    return ScriptedUpstream.answering(200, look);
  }

  private static HttpResponse<String> buy(String... headers) throws Exception {
    ObjectNode demand = Shop.demand(shop.post(PATH, ""));
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 2, headers.length);
    all[0] = "PAYMENT-SIGNATURE";
    all[1] = Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0")));
    return shop.post(PATH, "{\"text\":\"hello\"}", all);
  }

  private static void assertSold(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"data\":{\"digits\":1.50}");
    assertThat(answer.headers().firstValue("PAYMENT-RESPONSE")).isPresent();
  }

  @Test
  @DisplayName("sell what the second finds, digit for digit, and give it the job's name alone")
  void sold() throws Exception {
    does(BEGUN, says("{\"state\":\"working\"}"), says(DONE));

    assertSold(buy("Prefer", "wait=30"));

    assertThat(api.requests())
        .extracting(ScriptedUpstream.Request::body)
        .containsExactly("{\"text\":\"hello\"}", BEGUN, BEGUN);
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|job_missing",
        "[]|job_missing",
        "{\"job\":\"\"}|job_missing",
        "{\"job\":\"  \"}|job_missing",
        "{\"job\":{\"id\":\"x\"}}|job_missing",
        "{\"job\":null}|job_missing",
        "{\"state\":\"done\",\"data\":{}}|job_missing",
        "<html>|answer_not_json",
        "''|answer_missing"
      })
  @DisplayName("begin nothing where the first names no job, and nothing is paid")
  void nameless(String begun, String reason) throws Exception {
    does(begun, says(DONE));

    HttpResponse<String> answer = buy("Prefer", "wait=30");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo(reason);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(looks).hasValue(0);
    assertThat(shop.since(before).settled()).isZero();
  }

  @Test
  @DisplayName("begin nothing where the name of the job is too long to be kept")
  void longName() throws Exception {
    does("{\"job\":\"" + "x".repeat(201) + "\"}", says(DONE));

    HttpResponse<String> answer = buy("Prefer", "wait=30");

    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("job_missing");
    assertThat(shop.since(before).settled()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"state\":\"dancing\"}",
        "{\"state\":\"done\"}",
        "{\"state\":\"done\",\"data\":5}",
        "{\"state\":\"done\",\"data\":null}",
        "{\"state\":{\"state\":\"done\"},\"data\":{}}",
        "[{\"state\":\"done\",\"data\":{}}]",
        "{}",
        "<html>",
        ""
      })
  @DisplayName("look again where the second leaves nonsense")
  void nonsense(String look) throws Exception {
    does(BEGUN, says(look), says(DONE));

    assertSold(buy("Prefer", "wait=30"));

    assertThat(looks).hasValue(2);
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 429, 500, 503})
  @DisplayName("look again where the second fails by itself: that says nothing of the work")
  void failing(int status) throws Exception {
    does(BEGUN, ScriptedUpstream.answering(status, ""), says(DONE));

    assertSold(buy("Prefer", "wait=30"));
  }

  @Test
  @DisplayName("look again where the second hangs")
  void hanging() throws Exception {
    does(BEGUN, ScriptedUpstream.after(3_000, says("{\"state\":\"failed\"}")), says(DONE));

    assertSold(buy("Prefer", "wait=30"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"state\":\"failed\"}|502|provider_failed|",
        "{\"state\":\"failed\",\"word\":\"provider_rejected\",\"reason\":\"too_dark\"}|422|provider_rejected|too_dark",
        "{\"state\":\"failed\",\"word\":\"provider_timeout\"}|504|provider_timeout|",
        "{\"state\":\"failed\",\"word\":\"answer_expired\",\"reason\":\"x\"}|502|provider_failed|x",
        "{\"state\":\"failed\",\"word\":7,\"reason\":\"key=s3cret of https://a.example.com\"}|502|provider_failed|"
      })
  @DisplayName("end the job where the second says that it has failed, and nothing is paid")
  void failed(String look, int status, String word, String reason) throws Exception {
    does(BEGUN, says("{\"state\":\"working\"}"), says(look));

    HttpResponse<String> answer = buy("Prefer", "wait=30");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode body = Shop.json(answer);
    assertThat(body.path("error").asText()).isEqualTo(word);
    assertThat(body.path("reason").asText()).isEqualTo(reason == null ? "" : reason);
    assertThat(body.path("charged").asText()).isEqualTo("no");
    assertThat(answer.body()).doesNotContain("s3cret");
    assertThat(shop.since(before).settled()).isZero();
  }

  @Test
  @DisplayName("end a job that goes on for longer than the service gives it, and nothing is paid")
  void endless() throws Exception {
    does(BEGUN, says("{\"state\":\"working\"}"));
    HttpResponse<String> begun = buy();
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
    String job = URI.create(Shop.json(begun).at("/data/job/url").asText()).getPath();

    shop.advance(Duration.ofSeconds(601));

    Shop.await(() -> shop.get(job).statusCode() != 202);
    HttpResponse<String> answer = shop.get(job);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("job_too_long");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(shop.since(before).settled()).isZero();
  }
}
