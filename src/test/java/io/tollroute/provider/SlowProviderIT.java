package io.tollroute.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.OwnProvider;
import io.tollroute.testing.ScriptedUpstream;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A provider that takes its time")
class SlowProviderIT {

  private static final String PATH = "/api/tools/";
  private static final String BODY = "{\"text\":\"hello\"}";
  private static final String ANSWER = "{\"said\":\"hello\"}";

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
                        - to: {uri: "%sapi"}
                """
                    .formatted(api.url()))
            .route(
                "idle",
                """
                - route:
                    id: idle
                    from:
                      uri: direct:idle
                      steps:
                        - delay: {expression: {constant: {expression: "3600000"}}}
                """)
            .service("patient", "direct:own", "  timeoutSeconds: 900")
            .service("patient-first", "direct:own", "settle: first", "  timeoutSeconds: 900")
            .service("short", "direct:own", "  timeoutSeconds: 1")
            .service("short-first", "direct:own", "settle: first", "  timeoutSeconds: 1")
            .service("idle", "direct:idle", "  timeoutSeconds: 1");
    shop = Shop.open(own.settings());
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

  private static String[] paid(String service, boolean token) throws Exception {
    return token
        ? new String[] {"X-Payment-Token", TokenBuyer.token(new TokenBuyer(shop).paid(service, 1))}
        : new String[] {"PAYMENT-SIGNATURE", Shop.encode(payment(service))};
  }

  private static CompletableFuture<HttpResponse<String>> begin(String service, String... headers) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return shop.post(PATH + service, BODY, headers);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** Answers when it is let. */
  private static CountDownLatch answersWhenLet() {
    CountDownLatch let = new CountDownLatch(1);
    api.does(
        exchange -> {
          try {
            let.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          ScriptedUpstream.answering(200, ANSWER).apply(exchange);
        });
    return let;
  }

  @ParameterizedTest(name = "{0}, with a token: {1}")
  @CsvSource({"patient,false", "patient,true", "patient-first,false"})
  @DisplayName("is begun once, however often the same payment comes while it has time left")
  void begunOnce(String service, boolean token) throws Exception {
    String[] payment = paid(service, token);
    Books ordered = shop.takeStock();
    CountDownLatch let = answersWhenLet();
    CompletableFuture<HttpResponse<String>> first = begin(service, payment);
    Shop.await(() -> api.requests().size() == 1);

    shop.advance(Duration.ofSeconds(600));
    HttpResponse<String> again = shop.post(PATH + service, BODY, payment);
    let.countDown();

    assertThat(again.statusCode()).as(again.body()).isEqualTo(409);
    assertThat(Shop.json(again).path("error").asText()).isEqualTo("payment_in_progress");
    HttpResponse<String> answer = first.get(60, TimeUnit.SECONDS);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(shop.post(PATH + service, BODY, payment).body()).isEqualTo(answer.body());
    assertThat(api.requests()).hasSize(1);
    assertThat(shop.since(ordered).settled()).isEqualTo(token ? 0 : 1);
  }

  @Test
  @DisplayName("is paid with payments that are valid for as long as it may take")
  void offered() throws Exception {
    JsonNode patient = Shop.demand(shop.post(PATH + "patient", "")).at("/accepts/0");
    JsonNode first = Shop.demand(shop.post(PATH + "patient-first", "")).at("/accepts/0");
    JsonNode usual = Shop.demand(shop.post(PATH + "short", "")).at("/accepts/0");

    assertThat(patient.path("maxTimeoutSeconds").asInt()).isGreaterThan(900 + 60);
    assertThat(first.path("maxTimeoutSeconds").asInt()).isEqualTo(300);
    assertThat(usual.path("maxTimeoutSeconds").asInt()).isEqualTo(300);
  }

  @Test
  @DisplayName("is not begun for a payment that would end before it")
  void tooShort() throws Exception {
    ObjectNode demand = Shop.demand(shop.post(PATH + "patient", ""));
    ObjectNode payment = shop.wallet().sign(demand, demand.at("/accepts/0"));
    shop.advance(Duration.ofSeconds(120));

    HttpResponse<String> answer =
        shop.post(PATH + "patient", BODY, "PAYMENT-SIGNATURE", Shop.encode(payment));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
    assertThat(Shop.json(answer).path("reason").asText())
        .isEqualTo("invalid_exact_evm_payload_authorization_valid_before");
    assertThat(api.requests()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"short", "idle"})
  @DisplayName("beyond its service's bound is 504 and not charged, in whatever step of the route")
  void tooLong(String service) throws Exception {
    CountDownLatch never = answersWhenLet();
    ObjectNode payment = payment(service);

    HttpResponse<String> answer =
        shop.post(PATH + service, BODY, "PAYMENT-SIGNATURE", Shop.encode(payment));
    never.countDown();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("provider_timeout");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(shop.since(before).income()).isZero();
    assertThat(new TokenBuyer(shop).charge(payment).path("state").asText()).isEqualTo("released");
  }

  @Test
  @DisplayName("that was paid before and takes too long is owed, and paid with nothing more")
  void owed() throws Exception {
    CountDownLatch never = answersWhenLet();
    String payment = Shop.encode(payment("short-first"));

    HttpResponse<String> late = shop.post(PATH + "short-first", BODY, "PAYMENT-SIGNATURE", payment);
    never.countDown();
    api.does(ScriptedUpstream.answering(200, ANSWER));
    HttpResponse<String> answer =
        shop.post(PATH + "short-first", BODY, "PAYMENT-SIGNATURE", payment);

    assertThat(late.statusCode()).as(late.body()).isEqualTo(503);
    assertThat(Shop.json(late).path("error").asText()).isEqualTo("answer_owed");
    assertThat(Shop.json(late).path("reason").asText()).isEqualTo("provider_timeout");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @Test
  @DisplayName("beyond its bound gives a use of a token back")
  void token() throws Exception {
    TokenBuyer buyer = new TokenBuyer(shop);
    ObjectNode token = buyer.paid("idle", 1);

    HttpResponse<String> answer = buyer.use(token, PATH + "idle", BODY);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
    assertThat(buyer.remaining(token)).isEqualTo(1);
  }

  @Test
  @DisplayName("has a bound that the schema of service files keeps between 1 and 900 seconds")
  void bounds(@TempDir Path other) throws Exception {
    for (String seconds : new String[] {"0", "901", "1.5", "\"30\""}) {
      OwnProvider wrong =
          new OwnProvider(other.resolve("wrong" + seconds.replaceAll("\\W", "_")))
              .service("wrong", "direct:alibaba-rpc", "  timeoutSeconds: " + seconds);
      Map<String, String> settings = wrong.settings();

      assertThat(faultOf(settings)).contains("/provider/timeoutSeconds");
    }
  }

  private static String faultOf(Map<String, String> settings) {
    try (Shop opened = Shop.open(settings)) {
      return "none, at " + opened.base();
    } catch (Exception e) {
      return String.valueOf(e.getMessage());
    }
  }
}
