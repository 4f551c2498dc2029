package io.tollroute.job;

import static io.tollroute.job.JobShop.ADDRESS;
import static io.tollroute.job.JobShop.SERVICE;
import static io.tollroute.job.JobShop.assertAnswered;
import static io.tollroute.job.JobShop.body;
import static io.tollroute.job.JobShop.buy;
import static io.tollroute.job.JobShop.ended;
import static io.tollroute.job.JobShop.job;
import static io.tollroute.job.JobShop.look;
import static io.tollroute.job.JobShop.signature;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.ScriptedUpstream;
import io.tollroute.testing.ScriptedUpstream.Behaviour;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An upstream that answers looks as it is told to, and what else can go wrong with a job. */
@DisplayName("A job")
class JobFaultTest {

  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final Behaviour WORKING = status("PROCESSING", "");
  private static final Behaviour DONE =
      status(
          "PROCESS_SUCCESS", ",\"Result\":\"{\\\"ShotFrameIds\\\":[0,109],\\\"Exact\\\":1.10}\"");

  @TempDir private static Path home;
  private static ScriptedUpstream upstream;
  private static Shop shop;

  private final Deque<Behaviour> looks = new ArrayDeque<>();
  private int settled;

  @BeforeAll
  static void open() throws Exception {
    upstream = new ScriptedUpstream();
    Map<String, String> settings =
        JobShop.settings(
            home,
            Map.of(
                "TOLLROUTE_ALIBABA_ENDPOINT",
                upstream.url(),
                "TOLLROUTE_ALIBABA_SIGNATURE",
                "v1",
                "TOLLROUTE_SERVICES_POLL_MS",
                "50",
                "TOLLROUTE_ALIBABA_TIMEOUT_SECONDS",
                "2"));
    Path service = home.resolve("services/videorecog/" + SERVICE + ".yaml");
    Files.writeString(
        service,
        Files.readString(service)
            .replace("provider:\n", "provider:\n  job:\n    withinSeconds: 600\n"));
    shop = Shop.open(settings);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    upstream.close();
  }

  @BeforeEach
  void begin() throws Exception {
    shop.facilitator().behave();
    settled = shop.settled();
    upstream.does(this::answer);
  }

  private static Behaviour status(String status, String more) {
    return ScriptedUpstream.answering(
        200,
        "{\"RequestId\":\"LOOK\",\"Data\":{\"JobId\":\"J\",\"Status\":\""
            + status
            + "\""
            + more
            + "}}");
  }

  /** What is begun has begun; looks do what the test wants, the last of it again and again. */
  private void answer(HttpExchange exchange) throws java.io.IOException {
    boolean isLook =
        upstream
            .requests()
            .get(upstream.requests().size() - 1)
            .body()
            .contains("GetAsyncJobResult");
    Behaviour next =
        ScriptedUpstream.answering(
            200, "{\"RequestId\":\"JOB-" + NUMBERS.incrementAndGet() + "\",\"Message\":\"begun\"}");
    if (isLook) {
      synchronized (looks) {
        next = looks.size() > 1 ? looks.poll() : looks.peek();
      }
    }
    next.apply(exchange);
  }

  private void looks(Behaviour... behaviours) {
    synchronized (looks) {
      looks.clear();
      looks.addAll(List.of(behaviours));
    }
  }

  private int moved() throws Exception {
    return shop.settled() - settled;
  }

  private static String video() {
    return body("/" + NUMBERS.incrementAndGet() + ".mp4");
  }

  @Test
  @DisplayName(
      "is asked for by the name that its provider gave it, and its result is given digit for digit")
  void exact() throws Exception {
    looks(WORKING, DONE);
    HttpResponse<String> answer = ended(shop, job(buy(shop, signature(shop), video())));

    assertAnswered(answer);
    assertThat(answer.body()).contains("\"Result\":{\"ShotFrameIds\":[0,109],\"Exact\":1.10}");
    assertThat(Shop.json(answer).at("/data/RequestId").asText()).startsWith("JOB-");
    assertThat(upstream.requests())
        .filteredOn(request -> request.body().contains("GetAsyncJobResult"))
        .isNotEmpty()
        .allSatisfy(
            request -> {
              assertThat(request.form()).containsEntry("Version", "2020-03-20");
              assertThat(request.form().get("JobId"))
                  .isEqualTo(Shop.json(answer).at("/data/RequestId").asText());
            });
  }

  @Test
  @DisplayName(
      "outlives a provider that is out of order, throttles, talks nonsense or hangs while it is looked at")
  void blind() throws Exception {
    looks(
        ScriptedUpstream.answering(503, "{\"Code\":\"ServiceUnavailable\",\"RequestId\":\"R\"}"),
        ScriptedUpstream.answering(400, "{\"Code\":\"Throttling.User\",\"RequestId\":\"R\"}"),
        ScriptedUpstream.answering(200, "<html>"),
        ScriptedUpstream.answering(200, "{\"RequestId\":\"R\"}"),
        HttpExchange::close,
        ScriptedUpstream.after(2500, WORKING),
        ScriptedUpstream.answering(500, ""),
        DONE);

    assertAnswered(ended(shop, job(buy(shop, signature(shop), video()))));
    assertThat(moved()).isEqualTo(1);
  }

  @Test
  @DisplayName("that its provider has lost has failed, and costs nothing")
  void lost() throws Exception {
    looks(ScriptedUpstream.answering(400, "{\"Code\":\"ParameterError\",\"RequestId\":\"R\"}"));

    HttpResponse<String> answer = ended(shop, job(buy(shop, signature(shop), video())));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("job_lost");
    assertThat(moved()).isZero();
  }

  @Test
  @DisplayName("that fails because of what the buyer sent says so")
  void rejected() throws Exception {
    looks(
        status(
            "PROCESS_FAILED",
            ",\"ErrorCode\":\"InvalidFile.Download\",\"ErrorMessage\":\"pk=12345 https://x\""));

    HttpResponse<String> answer = ended(shop, job(buy(shop, signature(shop), video())));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("InvalidFile.Download");
    assertThat(answer.body()).doesNotContain("pk=");
    assertThat(moved()).isZero();
  }

  @Test
  @DisplayName("that is done without a result costs nothing, when its time is over")
  void empty() throws Exception {
    looks(status("PROCESS_SUCCESS", ",\"Result\":\"not json\""));
    JsonNode job = job(buy(shop, signature(shop), video()));
    shop.advance(Duration.ofSeconds(601));

    HttpResponse<String> answer = ended(shop, job);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
    assertThat(moved()).isZero();
  }

  @Test
  @DisplayName("that takes too long has failed, and costs nothing")
  void tooLong() throws Exception {
    looks(WORKING);
    String payment = signature(shop);
    String video = video();
    JsonNode job = job(buy(shop, payment, video));
    shop.advance(Duration.ofSeconds(590));
    assertThat(look(shop, job).statusCode()).isEqualTo(202);
    shop.advance(Duration.ofSeconds(11));

    HttpResponse<String> answer = ended(shop, job);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("provider_timeout");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(moved()).isZero();
  }

  @Test
  @DisplayName(
      "whose money is gone when it is done is not given, and nobody who looks is asked to pay")
  void gone() throws Exception {
    looks(WORKING, DONE);
    shop.facilitator()
        .on(
            "settle",
            FaultyFacilitator.answering(
                200,
                "{\"success\":false,\"errorReason\":\"insufficient_funds\",\"transaction\":\"\",\"network\":\"eip155:84532\"}"));
    String payment = signature(shop);
    String video = video();

    HttpResponse<String> answer = ended(shop, job(buy(shop, payment, video)));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("job_unpaid");
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("insufficient_funds");
    assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).isEmpty();
    assertThat(answer.body()).doesNotContain("ShotFrameIds");
    assertThat(moved()).isZero();

    shop.facilitator().behave();
    HttpResponse<String> paid = buy(shop, payment, video, "Prefer", "wait=30");
    assertAnswered(paid);
    assertThat(moved()).isEqualTo(1);
    assertThat(upstream.requests())
        .filteredOn(request -> request.body().contains("DetectVideoShot"))
        .hasSize(1);
  }

  @Test
  @DisplayName(
      "whose settlement is not known is told as going on, until the chain or the facilitator knows")
  void unknown() throws Exception {
    looks(DONE);
    shop.facilitator().on("settle", FaultyFacilitator.losingTheAnswer());
    JsonNode job = job(buy(shop, signature(shop), video()));
    Shop.await(() -> shop.facilitator().calls("settle") > 0);
    assertThat(look(shop, job).statusCode()).isEqualTo(202);
    shop.facilitator().behave();
    // the reconciler waits a little before it asks again
    shop.advance(Duration.ofSeconds(120));

    assertAnswered(ended(shop, job));
    assertThat(moved()).isEqualTo(1);
  }

  @Test
  @DisplayName("waits for a service that is not sold for a while")
  void withdrawn() throws Exception {
    looks(DONE);
    Path file = home.resolve("services/videorecog/" + SERVICE + ".yaml");
    String text = Files.readString(file);
    String payment = signature(shop);
    looks(WORKING);
    JsonNode job = job(buy(shop, payment, video()));
    Files.delete(file);
    Shop.await(() -> shop.post(ADDRESS, "").statusCode() == 404);
    looks(DONE);

    assertThat(look(shop, job, "Prefer", "wait=1").statusCode()).isEqualTo(202);
    Path half = file.resolveSibling(".half");
    Files.writeString(half, text);
    Files.move(half, file);

    assertAnswered(ended(shop, job));
  }

  @Test
  @DisplayName("is kept for half an hour after its end, and its call can be sent again for longer")
  void kept() throws Exception {
    looks(DONE);
    String payment = signature(shop);
    String video = video();
    JsonNode job = job(buy(shop, payment, video));
    String answer = ended(shop, job).body();
    shop.advance(Duration.ofMinutes(29));
    assertThat(look(shop, job).body()).isEqualTo(answer);
    assertThat(buy(shop, payment, video).body()).isEqualTo(answer);
  }

  @Test
  @DisplayName("waits for the key that it was sealed with, and is ended when that is back")
  void key() throws Exception {
    looks(WORKING);
    String own = Base64.getEncoder().encodeToString(new byte[32]);
    String other =
        Base64.getEncoder().encodeToString("another key of thirty-two bytes!".getBytes());
    Path folder = Files.createDirectories(home.resolve("keys"));
    String payment;
    String video = video();
    JsonNode job;
    try (Shop before = keyed(folder, own)) {
      payment = signature(before);
      job = job(buy(before, payment, video));
    }
    looks(DONE);
    try (Shop without = keyed(folder, other)) {
      assertThat(look(without, job, "Prefer", "wait=1").statusCode()).isEqualTo(202);
      HttpResponse<String> again = buy(without, payment, video);
      assertThat(again.statusCode()).as(again.body()).isEqualTo(409);
    }
    try (Shop with = keyed(folder, other + "," + own)) {
      assertAnswered(ended(with, job));
      assertThat(with.settled()).isEqualTo(1);
    }
  }

  /** A shop with the books in the folder, and these keys. */
  private static Shop keyed(Path folder, String keys) throws Exception {
    return Shop.open(
        JobShop.settings(
            folder,
            Map.of(
                "TOLLROUTE_ALIBABA_ENDPOINT",
                upstream.url(),
                "TOLLROUTE_ALIBABA_SIGNATURE",
                "v1",
                "TOLLROUTE_DATABASE_URL",
                "jdbc:sqlite:" + folder.resolve("books.db"),
                "TOLLROUTE_LEDGER_KEY",
                keys,
                "TOLLROUTE_PUBLIC_URL",
                "http://shop.example")));
  }

  @Test
  @DisplayName("is one of few that a payer has going on before they are paid")
  void many() throws Exception {
    looks(WORKING);
    Path other = Files.createDirectories(home.resolve("limited"));
    Shop limited =
        Shop.open(
            JobShop.settings(
                other,
                Map.of(
                    "TOLLROUTE_ALIBABA_ENDPOINT",
                    upstream.url(),
                    "TOLLROUTE_LIMITS_JOBS_GOING_ON",
                    "2")));
    try {
      job(buy(limited, signature(limited), video()));
      job(buy(limited, signature(limited), video()));

      HttpResponse<String> third = buy(limited, signature(limited), video());

      assertThat(third.statusCode()).as(third.body()).isEqualTo(429);
      assertThat(Shop.json(third).path("reason").asText()).isEqualTo("jobs_going_on");
      assertThat(third.headers().firstValue("Retry-After")).isPresent();
    } finally {
      limited.close();
    }
  }
}
