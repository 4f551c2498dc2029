package io.tollroute.sandbox.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tollroute.sandbox.SandboxWallet;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The sandbox's strict facilitator and Alibaba outside of the product's process, so that they
 * outlive its death and keep count. They can hold a request before the work or the reply after it.
 */
public final class StrictStandIns implements AutoCloseable {

  /** A moment in the life of a stand-in's call. */
  public enum Moment {
    VERIFY_ASKED,
    VERIFY_DONE,
    CALL_ASKED,
    CALL_DONE,
    SETTLE_ASKED,
    SETTLE_DONE
  }

  /** A stop for whoever comes by. */
  public static final class Hold {

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Whether somebody is held, within the time. */
    public boolean isReached(Duration within) throws InterruptedException {
      return reached.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void stop() throws InterruptedException {
      reached.countDown();
      released.await();
    }
  }

  /** Calls of one provider's work, told apart by the first image. */
  private static final class Work {
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
  }

  /** By what calls are told apart; a look at a job by what it looks at. */
  private static final Set<String> SHOWN = Set.of("ImageURLA", "VideoUrl", "JobId");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Facilitator facilitator;
  private final Alibaba alibaba;
  private final SandboxWallet wallet;
  private final Map<Moment, Hold> holds = new ConcurrentHashMap<>();
  private final Map<String, Work> works = new ConcurrentHashMap<>();

  public StrictStandIns(Clock clock) throws IOException {
    facilitator = new Facilitator(clock);
    alibaba = new Alibaba(clock, (product, action) -> java.util.Optional.empty());
    wallet = SandboxWallet.funded(clock);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.createContext(
        "/x402/supported", exchange -> answer(exchange, 200, facilitator.supported()));
    server.createContext("/x402/verify", this::verify);
    server.createContext("/x402/settle", this::settle);
    server.createContext("/rpc", this::call);
    server.setExecutor(threads);
    server.start();
  }

  public URI facilitator() {
    return base().resolve("/x402");
  }

  public URI upstream() {
    return base().resolve("/rpc");
  }

  private URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Stops whoever comes to the moment, until {@link #letGo}. */
  public Hold hold(Moment moment) {
    Hold hold = new Hold();
    holds.put(moment, hold);
    return hold;
  }

  /** Ends all holds: what was held goes on, also when nobody waits for it any more. */
  public void letGo() {
    holds.keySet().forEach(moment -> holds.remove(moment).released.countDown());
  }

  /** A fresh payment for the first of the terms. */
  public ObjectNode sign(JsonNode demand) {
    return wallet.sign(demand, demand.path("accepts").path(0));
  }

  /** How many payments moved money. */
  public int settled() {
    return facilitator.counters().path("settled").asInt();
  }

  /** How often the facilitator was asked to settle. */
  public int settleCalls() {
    return facilitator.counters().path("settle").asInt();
  }

  /** What the wallet holds, in atomic units. */
  public BigInteger walletBalance() {
    return balance(wallet.address());
  }

  /** What an address holds, in atomic units. */
  public BigInteger balance(String address) {
    return new BigInteger(
        facilitator.counters().path("balances").path(address.toLowerCase(Locale.ROOT)).asText("0"));
  }

  /** How many calls arrived upstream for this first image. */
  public int upstreamCalls(String image) {
    return work(image).calls.get();
  }

  /** How many calls arrived upstream. */
  public int upstreamCalls() {
    return works.values().stream().mapToInt(work -> work.calls.get()).sum();
  }

  /** How many of them were being worked on at the same time, at most. */
  public int mostAtOnce(String image) {
    return work(image).most.get();
  }

  private Work work(String image) {
    return works.computeIfAbsent(image, key -> new Work());
  }

  private void verify(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    pass(Moment.VERIFY_ASKED);
    Facilitator.Answer answer = facilitator.verify(body);
    pass(Moment.VERIFY_DONE);
    answer(exchange, answer.status(), answer.body());
  }

  private void settle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    pass(Moment.SETTLE_ASKED);
    Facilitator.Answer answer = facilitator.settle(body);
    pass(Moment.SETTLE_DONE);
    answer(exchange, answer.status(), answer.body());
  }

  private void call(HttpExchange exchange) throws IOException {
    List<Alibaba.Parameter> parameters = new ArrayList<>();
    byte[] body = exchange.getRequestBody().readAllBytes();
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    String form = new String(body, StandardCharsets.UTF_8);
    for (String pair : form.split("&")) {
      String[] halves = pair.split("=", 2);
      parameters.add(
          new Alibaba.Parameter(
              URLDecoder.decode(halves[0], StandardCharsets.UTF_8),
              URLDecoder.decode(halves[1], StandardCharsets.UTF_8)));
    }
    Work work =
        work(
            parameters.stream()
                .filter(parameter -> SHOWN.contains(parameter.name()))
                .map(Alibaba.Parameter::value)
                .findFirst()
                .orElse(""));
    work.calls.incrementAndGet();
    work.most.accumulateAndGet(work.now.incrementAndGet(), Math::max);
    try {
      pass(Moment.CALL_ASKED);
      Alibaba.Reaction reaction =
          alibaba.handle(new Alibaba.Call(headers, List.of(), parameters, body));
      pass(Moment.CALL_DONE);
      if (reaction instanceof Alibaba.Reply reply) {
        write(exchange, reply.status(), reply.contentType(), reply.body());
      } else {
        exchange.close();
      }
    } finally {
      work.now.decrementAndGet();
    }
  }

  private void pass(Moment moment) throws IOException {
    Hold hold = holds.get(moment);
    if (hold != null) {
      try {
        hold.stop();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("closed while a call was held", e);
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
    write(exchange, status, "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void write(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    letGo();
    server.stop(0);
    threads.shutdownNow();
  }
}
