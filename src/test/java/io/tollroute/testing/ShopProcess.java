package io.tollroute.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The product as a process of its own, which sells with the facilitator and the upstream of a
 * {@link Shop} in this one: what they count outlives it.
 */
public final class ShopProcess implements AutoCloseable {

  /** On a machine that has much else to do. */
  private static final long SECONDS_TO_START = 120;

  private final Process process;
  private final Path output;
  private final URI base;
  private final URI management;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ShopProcess(Process process, Path output, URI base, URI management) {
    this.process = process;
    this.output = output;
    this.base = base;
    this.management = management;
  }

  /**
   * Starts it and waits until it sells; its ledger is in {@code folder}. {@code settings} are
   * environment variables on top of the test's own.
   */
  public static ShopProcess start(Shop others, Path folder, Map<String, String> settings)
      throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("TOLLROUTE_HOME", Path.of("").toAbsolutePath().toString());
    environment.put("TOLLROUTE_SERVICES", Folders.FIRST_SERVICE.toString());
    environment.putAll(settings);
    return start(
        others,
        folder,
        environment,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // it lives for seconds only
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "io.tollroute.Tollroute"));
  }

  /**
   * Starts it as an operator does, by the launcher of an unpacked distribution in {@code home}, and
   * waits until it sells.
   */
  public static ShopProcess launch(Shop others, Path home, Map<String, String> settings)
      throws Exception {
    Path launcher =
        Files.copy(
            Path.of("tollroute"),
            home.resolve("tollroute"),
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES);
    Jars.product(home.resolve("tollroute.jar"));
    // one that is empty is not used, and none is learned then: that takes longer than the rest
    Files.write(
        home.resolve("tollroute-" + System.getProperty("java.runtime.version") + ".jsa"),
        new byte[0]);
    Map<String, String> environment = new HashMap<>();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("JAVA_OPTS", "-XX:TieredStopAtLevel=1");
    environment.putAll(settings);
    return start(others, home, environment, List.of(launcher.toString()));
  }

  private static ShopProcess start(
      Shop others, Path folder, Map<String, String> settings, List<String> program)
      throws Exception {
    FreePorts ports = FreePorts.draw();
    Map<String, String> environment = new HashMap<>();
    environment.putAll(ports.settings());
    environment.put("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + folder.resolve("tollroute.db"));
    environment.put("TOLLROUTE_X402_FACILITATOR_URL", others.facilitator().uri().toString());
    environment.put("TOLLROUTE_ALIBABA_ENDPOINT", others.base() + "/sandbox/alibaba");
    environment.put("TOLLROUTE_ALIBABA_CALLS_PER_SECOND", "1000");
    environment.put("TOLLROUTE_LIMITS_CALLS_IN_FLIGHT", "1000");
    environment.putAll(settings);
    Path output = Files.createTempFile(folder, "output", ".txt");
    // a build in the background would have its children ignore Ctrl-C
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(program);
    command.add("sandbox");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("TOLLROUTE_"));
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    ShopProcess shop =
        new ShopProcess(
            builder.start(),
            output,
            URI.create("http://127.0.0.1:" + ports.port()),
            URI.create("http://127.0.0.1:" + ports.management()));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_START);
    while (!shop.printed().contains("stays up")) {
      if (!shop.process.isAlive() || System.nanoTime() > end) {
        shop.close();
        throw new IllegalStateException("it does not sell: " + shop.printed());
      }
      Thread.sleep(50);
    }
    return shop;
  }

  /** Everything it has printed and logged. */
  public String printed() throws IOException {
    return Files.readString(output);
  }

  /** Where it sells. */
  public URI base() {
    return base;
  }

  /** Where it is looked after. */
  public URI management() {
    return management;
  }

  /** How many files and sockets it has open. */
  public int openFiles() throws IOException {
    return entries("fd");
  }

  /** How many threads it has. */
  public int threads() throws IOException {
    return entries("task");
  }

  private int entries(String folder) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(process.pid()), folder))) {
      return (int) all.count();
    }
  }

  /** What the readiness probe says: its status, or 0 when nobody answers. */
  public int readiness() throws InterruptedException {
    HttpRequest ready = HttpRequest.newBuilder(management.resolve("/observe/health/ready")).build();
    try {
      return client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException nobody) {
      return 0;
    }
  }

  /** Calls the service with a payment. */
  public HttpResponse<String> buy(String signature, String body)
      throws IOException, InterruptedException {
    return post(Shop.SERVICE, body, "PAYMENT-SIGNATURE", signature);
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

  /** Tells it to stop, as an operator or Kubernetes does: SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** Sends it a signal by name, for example INT as Ctrl-C does. */
  public void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (code != 0) {
      throw new IOException("kill -" + name + " ended with " + code);
    }
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits for its end and returns the exit code.
   *
   * @throws IllegalStateException when it still runs after {@code seconds}
   */
  public int awaitExit(long seconds) throws InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new IllegalStateException("it still runs after " + seconds + " seconds");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
