package io.tollroute.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ops.Application;
import io.tollroute.sandbox.Forger;
import io.tollroute.sandbox.SandboxAccount;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.SandboxWallet;
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
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;

/**
 * The real product on real ports, with play money: its facilitator is the sandbox's strict one
 * behind a {@link FaultyFacilitator}, its upstream the sandbox's strict Alibaba.
 */
public final class Shop implements AutoCloseable {

  public static final String SERVICE = "/api/tools/masked-face-comparison";
  public static final String ALIAS = "/api/tools/aliyun-facebody-compare-face-with-mask";
  public static final String BODY =
      "{\"ImageURLA\":\"https://images.example.com/a.jpg\","
          + "\"ImageURLB\":\"https://images.example.com/b.jpg\"}";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final FaultyFacilitator facilitator;
  private final Application application;
  private final URI base;
  private final URI management;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ShiftedClock clock;
  private final SandboxWallet wallet;
  private final URI standIns;

  private Shop(
      FaultyFacilitator facilitator,
      Application application,
      URI base,
      URI management,
      ShiftedClock clock,
      URI standIns) {
    this.facilitator = facilitator;
    this.application = application;
    this.base = base;
    this.management = management;
    this.clock = clock;
    this.wallet = SandboxWallet.funded(clock);
    this.standIns = standIns;
  }

  /** Opens a shop; {@code settings} are environment variables on top of the test's own. */
  public static Shop open(Map<String, String> settings) throws Exception {
    return open(settings, Clock.systemUTC());
  }

  /** Opens a shop that goes by {@code clock}. */
  public static Shop open(Map<String, String> settings, Clock clock) throws Exception {
    Shop shop = openUnready(settings, new FaultyFacilitator(), clock);
    shop.awaitReady();
    return shop;
  }

  /** Opens a shop that need not become ready, with a facilitator that may misbehave already. */
  public static Shop openUnready(Map<String, String> settings, FaultyFacilitator facilitator)
      throws Exception {
    return openUnready(settings, facilitator, Clock.systemUTC());
  }

  private static Shop openUnready(
      Map<String, String> settings, FaultyFacilitator facilitator, Clock base) throws Exception {
    FreePorts ports = FreePorts.draw();
    URI address = URI.create("http://127.0.0.1:" + ports.port());
    facilitator.passOnTo(address.resolve("/sandbox/facilitator"));
    return start(
        Application.Mode.SANDBOX, settings, facilitator, new ShiftedClock(base), ports, address);
  }

  private static Shop start(
      Application.Mode mode,
      Map<String, String> settings,
      FaultyFacilitator facilitator,
      ShiftedClock clock,
      FreePorts ports,
      URI standIns)
      throws Exception {
    Path data = Files.createTempDirectory("tollroute-test");
    Map<String, String> environment = new HashMap<>();
    environment.putAll(ports.settings());
    environment.put("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + data.resolve("tollroute.db"));
    environment.put("TOLLROUTE_X402_FACILITATOR_URL", facilitator.uri().toString());
    environment.put("TOLLROUTE_X402_FACILITATOR_TIMEOUT_SECONDS", "2");
    environment.put("TOLLROUTE_X402_PENDING_DELAY_MS", "50");
    environment.put("TOLLROUTE_ALIBABA_CALLS_PER_SECOND", "1000");
    environment.put("TOLLROUTE_ALIBABA_TIMEOUT_SECONDS", "3");
    environment.put("TOLLROUTE_ALIBABA_RETRY_DELAY_MS", "20");
    environment.put("TOLLROUTE_HTTP_WORKERS", "80");
    environment.put("TOLLROUTE_HTTP_MAX_PAID_IN_FLIGHT", "70");
    // a test that wants it lets it work
    environment.put("TOLLROUTE_RECONCILE_MS", "86400000");
    // one buyer, one address, and many tests
    environment.put("TOLLROUTE_LIMITS_CALLS_IN_FLIGHT", "1000");
    environment.put("TOLLROUTE_LIMITS_PAYMENTS_PER_MINUTE", "100000");
    environment.put("TOLLROUTE_LIMITS_UNPAID_PER_SECOND", "100000");
    environment.put("TOLLROUTE_LIMITS_UNPAID_BURST", "100000");
    environment.put("TOLLROUTE_LIMITS_REFUSED_PAYMENTS_PER_MINUTE", "100000");
    environment.put("TOLLROUTE_LIMITS_UNVERIFIED_IN_FLIGHT", "1000");
    environment.put("TOLLROUTE_LIMITS_UNCHARGED_CALLS", "100000");
    environment.put("TOLLROUTE_LIMITS_ALONE_UNTIL_PAID", "off");
    environment.put("TOLLROUTE_HTTP_MAX_CONNECTIONS_PER_ADDRESS", "100000");
    // a test that wants it lets it open
    environment.put("TOLLROUTE_BREAKER", "off");
    environment.put("TOLLROUTE_SERVICES", Folders.FIRST_SERVICE.toString());
    environment.putAll(settings);
    Application application =
        Application.create(
            mode, Path.of("").toAbsolutePath(), environment, new Properties(), clock);
    Shop shop =
        new Shop(
            facilitator,
            application,
            URI.create("http://127.0.0.1:" + ports.port()),
            URI.create("http://127.0.0.1:" + ports.management()),
            clock,
            standIns);
    application.start();
    return shop;
  }

  /** Opens a shop with the test's usual settings. */
  public static Shop open() throws Exception {
    return open(Map.of());
  }

  /** Waits until the readiness probe says yes. */
  public void awaitReady() throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!isReady()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the shop did not become ready");
      }
      Thread.sleep(50);
    }
  }

  public FaultyFacilitator facilitator() {
    return facilitator;
  }

  public Application application() {
    return application;
  }

  public URI base() {
    return base;
  }

  public URI management() {
    return management;
  }

  public SandboxWallet wallet() {
    return wallet;
  }

  /** A wallet that nobody has seen before and that holds nothing, by the shop's clock. */
  public SandboxWallet newWallet() {
    return Forger.newWallet(clock);
  }

  public HttpClient client() {
    return client;
  }

  /** POSTs JSON to a path with headers given as name, value, name, value. */
  public HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", "application/json");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** GETs a path. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(base.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The decoded PAYMENT-REQUIRED of an unpaid call. */
  public ObjectNode demand() throws IOException, InterruptedException {
    return demand(post(SERVICE, ""));
  }

  /** The decoded PAYMENT-REQUIRED of an answer. */
  public static ObjectNode demand(HttpResponse<String> answer) throws IOException {
    return decode(answer.headers().firstValue("PAYMENT-REQUIRED").orElseThrow());
  }

  /** A fresh and genuine v2 payment for the service. */
  public ObjectNode payment() throws IOException, InterruptedException {
    ObjectNode demand = demand();
    return wallet.sign(demand, demand.path("accepts").path(0));
  }

  /** A fresh payment as the header's value. */
  public String signature() throws IOException, InterruptedException {
    return encode(payment());
  }

  /** Calls the service with a payment as PAYMENT-SIGNATURE. */
  public HttpResponse<String> buy(String signature) throws IOException, InterruptedException {
    return post(SERVICE, BODY, "PAYMENT-SIGNATURE", signature);
  }

  /** Calls the service with a payment and another body. */
  public HttpResponse<String> buy(String signature, String body)
      throws IOException, InterruptedException {
    return post(SERVICE, body, "PAYMENT-SIGNATURE", signature);
  }

  /** How many calls reached the upstream. */
  public int upstreamCalls() throws IOException, InterruptedException {
    return json(ask("/sandbox/alibaba/counters")).path("calls").asInt();
  }

  /** What the strict facilitator counts: verify, settle, settled, balances. */
  public JsonNode books() throws IOException, InterruptedException {
    return json(ask("/sandbox/facilitator/counters"));
  }

  /** How many payments moved money. */
  public int settled() throws IOException, InterruptedException {
    return books().path("settled").asInt();
  }

  public static JsonNode json(HttpResponse<String> answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  public static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  public static String encode(JsonNode document) {
    return Base64.getEncoder().encodeToString(document.toString().getBytes(StandardCharsets.UTF_8));
  }

  public static ObjectNode decode(String header) throws IOException {
    return (ObjectNode) JSON.readTree(Base64.getDecoder().decode(header));
  }

  /** The same body with an image URL of the sandbox's magic paths. */
  public static String magic(String path) {
    return BODY.replace("https://images.example.com/a.jpg", "https://images.example.com" + path);
  }

  /** Sends what no HTTP client would. */
  public RawHttp raw() {
    return new RawHttp(base);
  }

  /** An object that the route files use, by its name. */
  public <T> T bean(String name, Class<T> type) {
    return application.main().getCamelContext().getRegistry().lookupByNameAndType(name, type);
  }

  /** What the readiness probe says. */
  public boolean isReady() throws IOException, InterruptedException {
    HttpRequest ready = HttpRequest.newBuilder(management.resolve("/observe/health/ready")).build();
    return client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
  }

  /** What has happened so far. */
  public Books takeStock() throws IOException, InterruptedException {
    return Books.of(this);
  }

  /** What has happened since {@code earlier}. */
  public Books since(Books earlier) throws IOException, InterruptedException {
    return takeStock().since(earlier);
  }

  /** Lets time pass for everybody in the shop: product, stand-ins, wallet. */
  public void advance(Duration time) {
    clock.advance(time);
  }

  /** Asks the stand-ins, which a replica has at the first shop. */
  private HttpResponse<String> ask(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(standIns.resolve(path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /**
   * Opens another shop of the same seller, with the same clock, facilitator and upstream: a replica
   * when {@code settings} name the database of the first. The first is closed last.
   */
  public Shop openReplica(Map<String, String> settings) throws Exception {
    Map<String, String> shared = new HashMap<>();
    shared.put("TOLLROUTE_PUBLIC_URL", application.settings().text("tollroute.public-url"));
    shared.put("TOLLROUTE_ALIBABA_ENDPOINT", standIns.resolve("/sandbox/alibaba").toString());
    shared.putAll(settings);
    Shop replica =
        start(Application.Mode.SANDBOX, shared, facilitator, clock, FreePorts.draw(), standIns);
    replica.awaitReady();
    return replica;
  }

  /**
   * Opens a shop as {@code serve} does, which sells for {@code payTo}, with the same clock,
   * facilitator and upstream. The first is closed last.
   */
  public Shop openServing(String payTo, Map<String, String> settings) throws Exception {
    // one of the sources of Alibaba's SDK that a test can fill
    System.setProperty("alibabacloud.accessKeyId", SandboxAccount.ACCESS_KEY_ID);
    System.setProperty("alibabacloud.accessKeyIdSecret", SandboxAccount.ACCESS_KEY_SECRET);
    FreePorts ports = FreePorts.draw();
    Map<String, String> serving = new HashMap<>();
    serving.put("TOLLROUTE_HOST", "127.0.0.1");
    serving.put("TOLLROUTE_PUBLIC_URL", "http://127.0.0.1:" + ports.port());
    serving.put("TOLLROUTE_X402_NETWORK", SandboxChain.NETWORK);
    serving.put("TOLLROUTE_X402_PAY_TO", payTo);
    serving.put("TOLLROUTE_ALIBABA_ENDPOINT", standIns.resolve("/sandbox/alibaba").toString());
    serving.putAll(settings);
    try {
      Shop shop = start(Application.Mode.SERVE, serving, facilitator, clock, ports, standIns);
      shop.awaitReady();
      return shop;
    } finally {
      System.clearProperty("alibabacloud.accessKeyId");
      System.clearProperty("alibabacloud.accessKeyIdSecret");
    }
  }

  /** Waits until something has become so. */
  public static void await(Callable<Boolean> so) throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!so.call()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("it did not become so");
      }
      Thread.sleep(10);
    }
  }

  @Override
  public void close() throws Exception {
    application.close();
    if (standIns.equals(base)) {
      facilitator.close();
    }
  }
}
