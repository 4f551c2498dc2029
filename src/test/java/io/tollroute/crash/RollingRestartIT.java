package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxAccount;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.standin.StrictStandIns;
import io.tollroute.testing.Balancer;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.Folders;
import io.tollroute.testing.FreePorts;
import io.tollroute.testing.Shop;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two replicas on one PostgreSQL are restarted in turn, as Kubernetes does it: a replica gets no
 * new calls, then goes on for the preStop hook of k8s/base, then is told to stop, and the next one
 * is stopped when it is ready again.
 */
@DisplayName("While two replicas are restarted in turn under 50 calls in flight")
class RollingRestartIT {

  private static final int BUYERS = 50;
  private static final int MOST_TRIES = 20;
  private static final Duration LOAD =
      Duration.ofSeconds(Integer.getInteger("tollroute.rolling.seconds", 60));

  /** As in k8s/base/deployment.yaml. */
  private static final Duration PRE_STOP = Duration.ofSeconds(5);

  private static final Duration ROUTE_CHANGES = Duration.ofSeconds(5);
  private static final String TAKEN_UP = "the route files changed and are in use";

  @TempDir private Path folder;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger sold = new AtomicInteger();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();

  /** Tries that were not answered 200, and why. */
  private final Queue<String> again = new ConcurrentLinkedQueue<>();

  /** Calls that had no answer in the end, and why. */
  private final Queue<String> lost = new ConcurrentLinkedQueue<>();

  private final class Replica implements AutoCloseable {

    private final Distribution distribution;
    private final Map<String, String> environment;
    private final Path routes;
    private final Path log;
    private final URI base;
    private final URI management;
    private Optional<ServeProcess> process = Optional.empty();

    Replica(Distribution distribution, String name, Database database, StrictStandIns standIns)
        throws Exception {
      FreePorts ports = FreePorts.draw();
      Path own = Files.createDirectories(folder.resolve(name));
      this.distribution = distribution;
      this.log = own.resolve("serve.log");
      this.base = URI.create("http://127.0.0.1:" + ports.port());
      this.management = URI.create("http://127.0.0.1:" + ports.management());
      this.routes = own.resolve("routes");
      Folders.copy(Path.of("routes"), routes);
      Path services = Files.createDirectories(own.resolve("services"));
      new FaceServices(services).write("masked-face-comparison", "0.0001");
      environment = new HashMap<>(ports.settings());
      environment.putAll(database.settings());
      environment.put("TOLLROUTE_HOST", "127.0.0.1");
      environment.put("TOLLROUTE_ROUTES", routes.toString());
      environment.put("TOLLROUTE_SERVICES", services.toString());
      environment.put("TOLLROUTE_PUBLIC_URL", "https://shop.example");
      environment.put("TOLLROUTE_HTTP_TRUSTED_PROXIES", "127.0.0.1");
      environment.put("TOLLROUTE_LIMITS", "off");
      environment.put("TOLLROUTE_X402_NETWORK", SandboxChain.NETWORK);
      environment.put("TOLLROUTE_X402_PAY_TO", CrashShop.PAY_TO);
      environment.put("TOLLROUTE_X402_FACILITATOR_URL", standIns.facilitator().toString());
      environment.put("TOLLROUTE_ALIBABA_ENDPOINT", standIns.upstream().toString());
      environment.put("TOLLROUTE_ALIBABA_CALLS_PER_SECOND", "100000");
      environment.put("ALIBABA_CLOUD_ACCESS_KEY_ID", SandboxAccount.ACCESS_KEY_ID);
      environment.put("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SandboxAccount.ACCESS_KEY_SECRET);
    }

    URI base() {
      return base;
    }

    void start() throws Exception {
      process =
          Optional.of(
              ServeProcess.start(
                  distribution.command(Optional.empty()), environment, management, log));
    }

    void stop() throws Exception {
      process.orElseThrow().stop();
      process = Optional.empty();
    }

    /** Writes the file of all paid calls anew, with another description. */
    void changeRoute(int time) throws IOException {
      Path file = routes.resolve("tool-call.camel.yaml");
      Path anew = routes.resolveSibling("tool-call.new");
      String text = Files.readString(Path.of("routes", "tool-call.camel.yaml"));
      Files.writeString(
          anew, text.replaceFirst("description: ", "description: Change " + time + ". "));
      Files.move(anew, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws Exception {
      if (process.isPresent()) {
        process.get().close();
      }
    }
  }

  @ParameterizedTest(name = "a route file changes every 5 seconds: {0}")
  @ValueSource(booleans = {false, true})
  @DisplayName("no call is lost, none is charged twice, and all that fails may be sent again")
  void rolling(boolean routesChange) throws Exception {
    assumeTrue(Balancer.program().isPresent(), "nginx is not installed");
    Distribution distribution = new Distribution();
    PostgresDatabase database = new PostgresDatabase();
    ExecutorService threads = Executors.newCachedThreadPool();
    try (StrictStandIns standIns = new StrictStandIns(Clock.systemUTC());
        Replica one = new Replica(distribution, "one", database, standIns);
        Replica other = new Replica(distribution, "other", database, standIns)) {
      one.start();
      other.start();
      try (Balancer balancer =
          Balancer.start(
              Files.createDirectories(folder.resolve("nginx")),
              List.of(one.base(), other.base()))) {
        Instant end = Instant.now().plus(LOAD);
        List<CompletableFuture<?>> work = new ArrayList<>();
        for (int i = 0; i < BUYERS; i++) {
          work.add(run(() -> buyUntilTheEnd(balancer, standIns), threads));
        }
        if (routesChange) {
          work.add(run(() -> changeRoutes(List.of(one, other)), threads));
        }
        int restarts = 0;
        while (Instant.now().isBefore(end) || restarts < 2) {
          boolean even = restarts % 2 == 0;
          restart(even ? one : other, even ? other : one, balancer);
          restarts++;
        }
        over.set(true);
        for (CompletableFuture<?> each : work) {
          each.join();
        }

        assertThat(lost).as("lost, with %s restarts", restarts).isEmpty();
        assertThat(sold.get()).as("bought while it went on").isGreaterThan(BUYERS);
        assertThat(standIns.settled()).as("charged").isEqualTo(sold.get());
        assertThat(standIns.upstreamCalls())
            .as("worked on, sent again: %s", again)
            .isEqualTo(sold.get());
        assertThat(database.states().values()).containsOnly("SETTLED").hasSize(sold.get());
        assertThat(Files.readString(one.log) + Files.readString(other.log))
            .satisfies(log -> assertThat(log.contains(TAKEN_UP)).isEqualTo(routesChange));
        // the rate that replicas share may be waited for in vain on a busy machine
        assertThat(again)
            .as("with the preStop hook nobody meets a closed door")
            .allMatch(words -> words.contains("provider_busy"));
      }
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
  }

  private interface Work {
    void go() throws Exception;
  }

  private static CompletableFuture<?> run(Work work, ExecutorService threads) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            work.go();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        threads);
  }

  private static void restart(Replica one, Replica other, Balancer balancer) throws Exception {
    balancer.send(List.of(other.base()));
    Thread.sleep(PRE_STOP.toMillis());
    one.stop();
    one.start();
    balancer.send(List.of(one.base(), other.base()));
  }

  private void changeRoutes(List<Replica> replicas) throws Exception {
    for (int time = 1; !over.get(); time++) {
      for (Replica replica : replicas) {
        replica.changeRoute(time);
      }
      Thread.sleep(ROUTE_CHANGES.toMillis());
    }
  }

  private void buyUntilTheEnd(Balancer balancer, StrictStandIns standIns) throws Exception {
    ObjectNode demand = Shop.demand(post(balancer, "", Optional.empty()));
    while (!over.get()) {
      // as long as a provider takes, so that calls are under way at every moment of a restart
      String image = "https://images.example.com/sandbox/slow/300?n=" + begun.incrementAndGet();
      String body = Shop.BODY.replace("https://images.example.com/a.jpg", image);
      buy(balancer, body, Shop.encode(standIns.sign(demand)));
    }
  }

  /** Sends the same payment until it is answered, as a buyer is told to. */
  private void buy(Balancer balancer, String body, String signature) throws Exception {
    String why = "";
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      try {
        HttpResponse<String> answer = post(balancer, body, Optional.of(signature));
        if (answer.statusCode() == 200) {
          sold.incrementAndGet();
          return;
        }
        why = answer.statusCode() + " " + answer.body();
        JsonNode said = Shop.json(answer);
        if (!said.path("retryable").asBoolean(false)) {
          break;
        }
      } catch (IOException broken) {
        why = broken.toString();
      }
      again.add(why);
      Thread.sleep(500);
    }
    lost.add(why);
  }

  private HttpResponse<String> post(Balancer balancer, String body, Optional<String> signature)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(balancer.base().resolve(Shop.SERVICE))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    signature.ifPresent(payment -> request.header("PAYMENT-SIGNATURE", payment));
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
