package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxAccount;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.standin.StrictStandIns;
import io.tollroute.sandbox.standin.StrictStandIns.Hold;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.FreePorts;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * {@code tollroute serve} as a process that can be killed and started again on the same database,
 * with a facilitator and an upstream that live on in the process of the test.
 */
final class CrashShop implements AutoCloseable {

  /** An order of a token for one call. */
  static final String ORDER = "{\"serviceId\":\"masked-face-comparison\"}";

  /** A service that is paid before the work. */
  static final String PAID_FIRST = "/api/tools/paid-first-face-comparison";

  /** A service whose work goes on as a job, and one that is paid before it. */
  static final String JOB = "/api/tools/video-shot-detection";

  static final String PAID_JOB = "/api/tools/paid-first-shot-detection";

  static final String PAY_TO = "0x1111111111111111111111111111111111111111";

  private static final String PUBLIC_URL = "TOLLROUTE_PUBLIC_URL";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final StrictStandIns standIns;
  private final Map<String, String> environment = new HashMap<>();
  private final Distribution distribution;
  private final Rules rules;
  private final Path script;
  private final Path log;
  private final Database database;
  private final URI base;
  private final URI management;
  private Optional<ServeProcess> process = Optional.empty();

  CrashShop(Distribution distribution, Path folder, Database database) throws IOException {
    this(distribution, folder, database, new StrictStandIns(Clock.systemUTC()));
  }

  /** A replica: it shares the database, and who stands outside. */
  CrashShop(Distribution distribution, Path folder, Database database, StrictStandIns standIns)
      throws IOException {
    this.standIns = standIns;
    FreePorts ports = FreePorts.draw();
    this.distribution = distribution;
    this.database = database;
    this.base = URI.create("http://127.0.0.1:" + ports.port());
    this.management = URI.create("http://127.0.0.1:" + ports.management());
    this.log = folder.resolve("serve.log");
    this.rules = new Rules(folder, database);
    this.script = rules.write();
    Path sold = Files.createDirectories(folder.resolve("services"));
    FaceServices services = new FaceServices(sold);
    services.write("masked-face-comparison", "0.20");
    services.write("paid-first-face-comparison", "0.20", "first");
    services.writeJob("video-shot-detection", "after");
    services.writeJob("paid-first-shot-detection", "first");
    environment.put("TOLLROUTE_JOBS_LOOK_MS", "100");
    environment.put("TOLLROUTE_JOBS_WAIT_POLL_MS", "20");
    environment.put("TOLLROUTE_SERVICES", sold.toString());
    environment.put("TOLLROUTE_HOST", "127.0.0.1");
    environment.putAll(ports.settings());
    // one address for all replicas, as buyers see it
    environment.put(PUBLIC_URL, "https://shop.example");
    environment.putAll(database.settings());
    environment.put("TOLLROUTE_X402_NETWORK", SandboxChain.NETWORK);
    environment.put("TOLLROUTE_X402_PAY_TO", PAY_TO);
    environment.put("TOLLROUTE_X402_FACILITATOR_URL", standIns.facilitator().toString());
    environment.put("TOLLROUTE_ALIBABA_ENDPOINT", standIns.upstream().toString());
    // at the start; in between, its commits would mix with those that a rule waits for
    environment.put("TOLLROUTE_RECONCILE_MS", "60000");
    environment.put("TOLLROUTE_ALIBABA_CALLS_PER_SECOND", "1000");
    environment.put("ALIBABA_CLOUD_ACCESS_KEY_ID", SandboxAccount.ACCESS_KEY_ID);
    environment.put("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SandboxAccount.ACCESS_KEY_SECRET);
  }

  /** Sets an environment variable of the processes to come. */
  void set(String name, String value) {
    environment.put(name, value);
  }

  /**
   * What a command of the product's came to.
   *
   * @param printed all that it has said
   */
  record Ran(int code, String printed) {}

  /** Runs a command as the operator does on the machine of the shop. */
  Ran run(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(distribution.command(arguments)).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process command = builder.start();
    String printed = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(command.waitFor(), printed);
  }

  /** Waits until the readiness probe answers with this status, and these words in its body. */
  void awaitReadiness(int status, String words) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    HttpResponse<String> answer = probe("/observe/health/ready");
    while (answer.statusCode() != status || !answer.body().contains(words)) {
      assertThat(System.nanoTime()).as("readiness: %s", answer.body()).isLessThan(end);
      Thread.sleep(20);
      answer = probe("/observe/health/ready");
    }
  }

  /** What the liveness probe answers. */
  int liveness() throws IOException, InterruptedException {
    return probe("/observe/health/live").statusCode();
  }

  private HttpResponse<String> probe(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(management.resolve(path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Starts a process, unless one is up. */
  void open() throws IOException, InterruptedException {
    if (process.isEmpty()) {
      process = Optional.of(start(Optional.of(script)));
    }
  }

  /** Ends a process in order: it takes no new calls, and those in flight end. */
  void stop() throws InterruptedException {
    process.orElseThrow().stop();
    process = Optional.empty();
  }

  /** Starts a process in which nothing can be held up, unless one is up. */
  void openAsItIs() throws IOException, InterruptedException {
    if (process.isEmpty()) {
      process = Optional.of(start(Optional.empty()));
    }
  }

  /** Starts a process that cannot make a file longer than this, as on a full disk. */
  void openWithFilesUpTo(int bytes) throws IOException, InterruptedException {
    // POSIX counts in blocks of 512 bytes
    String limited = "ulimit -f " + bytes / 512 + " && exec \"$@\"";
    List<String> command = new ArrayList<>(List.of("sh", "-c", limited, "sh"));
    command.addAll(distribution.command(Optional.of(script)));
    process = Optional.of(ServeProcess.start(command, environment, management, log));
  }

  /** Has the classes learned by a first process, so that the next ones start faster. */
  void learn() throws IOException, InterruptedException {
    if (!distribution.isLearned()) {
      start(Optional.empty()).stop();
    }
  }

  private ServeProcess start(Optional<Path> script) throws IOException, InterruptedException {
    return ServeProcess.start(distribution.command(script), environment, management, log);
  }

  /**
   * Buys, and kills the process when the call is at the point.
   *
   * @return the answer, where the call had one
   */
  Optional<HttpResponse<String>> dieAt(Point point, Tries buyer) throws Exception {
    int settledBefore = standIns.settled();
    Optional<Hold> hold =
        point.stop() instanceof Point.AtStandIn at
            ? Optional.of(standIns.hold(at.moment()))
            : Optional.empty();
    rules.arm(point);
    CompletableFuture<HttpResponse<String>> call;
    try {
      call = heldAt(point, buyer, hold);
      assertThat(standIns.settled() - settledBefore)
          .as("money moved when the process dies")
          .isEqualTo(point.settled());
    } finally {
      // a point that was not reached must not stop the calls of other points
      kill();
      rules.disarm(point);
    }
    try {
      return Optional.of(call.get());
    } catch (ExecutionException brokenLine) {
      return Optional.empty();
    }
  }

  private CompletableFuture<HttpResponse<String>> heldAt(
      Point point, Tries buyer, Optional<Hold> hold) throws Exception {
    CompletableFuture<HttpResponse<String>> call = buyer.begin();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isThere(point, hold, call)) {
      if (System.nanoTime() > end || call.isDone() && !point.isDelivered()) {
        throw new AssertionError(point + " was not reached: " + call);
      }
      Thread.sleep(2);
    }
    return call;
  }

  private boolean isThere(Point point, Optional<Hold> hold, CompletableFuture<?> call)
      throws InterruptedException {
    if (point.isDelivered()) {
      return call.isDone();
    }
    return hold.isPresent() ? hold.get().isReached(Duration.ofMillis(5)) : rules.isHeld(point);
  }

  /** Kills the process; what the stand-ins held goes on without it. */
  void kill() throws InterruptedException {
    process.orElseThrow().kill();
    process = Optional.empty();
    standIns.letGo();
  }

  StrictStandIns standIns() {
    return standIns;
  }

  Rules rules() {
    return rules;
  }

  Database database() {
    return database;
  }

  ServeProcess process() {
    return process.orElseThrow();
  }

  /** What one buyer wants: the image tells the purchase from all others. */
  record Purchase(String image) {

    String body() {
      return Shop.BODY.replace("https://images.example.com/a.jpg", image);
    }

    String jobBody() {
      return "{\"VideoUrl\":\"" + image + "\"}";
    }
  }

  /** A fresh payment, as it travels in the header. */
  String signature() throws IOException, InterruptedException {
    return signature(Shop.SERVICE);
  }

  /** A fresh payment for what is sold at this path. */
  String signature(String path) throws IOException, InterruptedException {
    return Shop.encode(standIns.sign(demand(path)));
  }

  /** A fresh payment for an order that it comes with. */
  String signatureOfPurchase() throws IOException, InterruptedException {
    ObjectNode demand = demand(Shop.SERVICE);
    demand.withObject("/resource").put("url", environment.get(PUBLIC_URL) + TokenBuyer.PAYMENTS);
    return Shop.encode(standIns.sign(demand));
  }

  private ObjectNode demand(String path) throws IOException, InterruptedException {
    return Shop.demand(post(path, ""));
  }

  /** A token for one call, ordered and not paid. */
  Token order() throws IOException, InterruptedException {
    return order(ORDER);
  }

  private Token order(String body) throws IOException, InterruptedException {
    HttpResponse<String> ordered = post(TokenBuyer.PAYMENTS, body);
    assertThat(ordered.statusCode()).as(ordered.body()).isEqualTo(201);
    return Token.of(ordered);
  }

  /** A token for one call, bought and paid. */
  Token token() throws IOException, InterruptedException {
    return paid(order());
  }

  /** The same for the service that is called at this path. */
  Token token(String path) throws IOException, InterruptedException {
    return paid(order("{\"serviceId\":\"" + path.substring(path.lastIndexOf('/') + 1) + "\"}"));
  }

  private Token paid(Token token) throws IOException, InterruptedException {
    String pay = token.payPath();
    HttpResponse<String> paid = post(pay, "", "PAYMENT-SIGNATURE", signature(pay));
    assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
    return token;
  }

  /** A bought token and the payment that it belongs to. */
  record Token(String payment, String secret) {

    static Token of(HttpResponse<String> created) throws IOException {
      return new Token(
          Shop.json(created).path("paymentId").asText(), Shop.json(created).path("token").asText());
    }

    String payPath() {
      return TokenBuyer.PAYMENTS + "/" + payment + "/pay";
    }
  }

  private HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** A buyer who pays with a signature. */
  Tries tries(Purchase purchase, String signature) {
    return tries(Shop.SERVICE, purchase.body(), signature);
  }

  /** A buyer who pays with a signature for what is sold at this path. */
  Tries tries(String path, String body, String signature) {
    return new Tries(base.resolve(path), "PAYMENT-SIGNATURE", signature, body);
  }

  /** A buyer who has a token. */
  Tries tries(Purchase purchase, Token token) {
    return tries(Shop.SERVICE, purchase.body(), token);
  }

  /** A buyer who has a token for what is sold at this path. */
  Tries tries(String path, String body, Token token) {
    return new Tries(base.resolve(path), "X-Payment-Token", token.secret(), body);
  }

  @Override
  public void close() throws InterruptedException {
    if (process.isPresent()) {
      process.get().close();
    }
    standIns.close();
  }
}
