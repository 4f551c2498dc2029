package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.Folders;
import io.tollroute.testing.FreePorts;
import io.tollroute.testing.Shop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code serve} as a process, each time with one setting that is wrong and all others right. */
@DisplayName("Started with a wrong setting, serve")
class WrongSettingsIT {

  private static final String SELLER = "0x1111111111111111111111111111111111111111";
  private static final Duration LONGEST = Duration.ofSeconds(120);

  /** Each with what its line has to begin with. */
  private static final List<Wrong> ALL =
      List.of(
          Wrong.of("tollroute.port", "70000"),
          Wrong.of("tollroute.port", "8080.5"),
          Wrong.of("tollroute.port", "http"),
          Wrong.of("tollroute.management.port", "{port}"),
          Wrong.of("tollroute.management.token", "short"),
          Wrong.of("tollroute.public-url", "shop.example"),
          Wrong.of("tollroute.public-url", "ftp://shop.example"),
          Wrong.of("tollroute.seller", "A seller whose name is longer than 32 characters"),
          Wrong.of("tollroute.icon-url", "http://10.0.0.1/a.png"),
          Wrong.of("tollroute.database.url", "jdbc:mysql://localhost/tollroute"),
          new Wrong(
              "TOLLROUTE_DATABASE_URL",
              "jdbc:postgresql://127.0.0.1:1/tollroute",
              "tollroute.database.username"),
          Wrong.of("tollroute.routes", "/not/there"),
          new Wrong("TOLLROUTE_SERVICES", "/not/there", "/not/there"),
          Wrong.of("tollroute.limits", "maybe"),
          Wrong.of("tollroute.http.workers", "1"),
          Wrong.of("tollroute.http.max-paid-in-flight", "500"),
          Wrong.of("tollroute.http.trusted-proxies", "10.0.0.0/99"),
          Wrong.of("tollroute.breaker.failure-percent", "101"),
          Wrong.of("tollroute.drain-seconds", "-1"),
          Wrong.of("tollroute.keep-answer-seconds", "10"),
          Wrong.of("tollroute.reconcile-ms", "0"),
          Wrong.of("tollroute.ledger.key", "dG9vIHNob3J0"),
          Wrong.of("tollroute.own-wallets", "0x12"),
          Wrong.of("tollroute.contact", "nobody"),
          Wrong.of("tollroute.x402.pay-to", "0x12"),
          Wrong.of("tollroute.x402.pay-to", "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02914"),
          Wrong.of("tollroute.x402.pay-to", "0x0000000000000000000000000000000000000000"),
          Wrong.of("tollroute.x402.asset", "usdc"),
          Wrong.of("tollroute.x402.asset-decimals", "1"),
          Wrong.of("tollroute.x402.settle", "later"),
          Wrong.of("tollroute.x402.facilitator.url", "facilitator"),
          new Wrong(
              "TOLLROUTE_X402_FACILITATOR_AUTH", "bearer", "tollroute.x402.facilitator.token"),
          Wrong.of("tollroute.x402.rpc-url", "node"),
          Wrong.of("tollroute.x402.pending-sends", "0"),
          Wrong.of("tollroute.x402.max-timeout-seconds", "1e3"),
          Wrong.of("tollroute.alibaba.signature", "v9"),
          Wrong.of("tollroute.alibaba.calls-per-second", "0"),
          Wrong.of("tollroute.alibaba.timeout-seconds", "soon"),
          new Wrong("TOLLROUTE_PROT", "8080", "TOLLROUTE_PROT: there is no such setting"));

  /** Found by rooms that need the books, which are open by then, and empty. */
  private static final Set<String> LATE =
      Set.of("tollroute.ledger.key", "tollroute.own-wallets", "tollroute.contact");

  @TempDir private static Path folder;
  private static final Map<Wrong, Ended> ENDED = new LinkedHashMap<>();
  private static Shop others;

  private record Wrong(String variable, String value, String line) {

    static Wrong of(String setting, String value) {
      return new Wrong(setting.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"), value, setting);
    }

    @Override
    public String toString() {
      return variable + "=" + value;
    }
  }

  private record Ended(int code, List<String> said, String printed, Path home) {}

  @BeforeAll
  static void start() throws Exception {
    others = Shop.open();
    ExecutorService two = Executors.newFixedThreadPool(2);
    Map<Wrong, Future<Ended>> running = new LinkedHashMap<>();
    for (Wrong wrong : ALL) {
      running.put(wrong, two.submit(() -> run(wrong)));
    }
    for (Map.Entry<Wrong, Future<Ended>> each : running.entrySet()) {
      ENDED.put(each.getKey(), each.getValue().get());
    }
    two.shutdown();
  }

  @AfterAll
  static void close() throws Exception {
    others.close();
  }

  private static ProcessBuilder serve(Path home, FreePorts ports, Map<String, String> more) {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "io.tollroute.Tollroute",
            "serve");
    Map<String, String> environment = new HashMap<>(ports.settings());
    environment.put("TOLLROUTE_HOME", Path.of("").toAbsolutePath().toString());
    environment.put("TOLLROUTE_HOST", "127.0.0.1");
    environment.put("TOLLROUTE_SERVICES", Folders.FIRST_SERVICE.toString());
    environment.put("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + home.resolve("ledger.db"));
    environment.put("TOLLROUTE_PUBLIC_URL", "https://shop.example");
    environment.put("TOLLROUTE_X402_NETWORK", "eip155:84532");
    environment.put("TOLLROUTE_X402_PAY_TO", SELLER);
    environment.put("TOLLROUTE_X402_FACILITATOR_URL", others.facilitator().uri().toString());
    environment.put("ALIBABA_CLOUD_ACCESS_KEY_ID", "nobody");
    environment.put("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "nothing");
    environment.putAll(more);
    builder.environment().keySet().removeIf(name -> name.startsWith("TOLLROUTE_"));
    builder.environment().putAll(environment);
    return builder
        .redirectOutput(home.resolve("out.txt").toFile())
        .redirectError(home.resolve("err.txt").toFile());
  }

  private static Ended run(Wrong wrong) throws IOException, InterruptedException {
    Path home = Files.createTempDirectory(folder, "home");
    FreePorts ports = FreePorts.draw();
    String value = wrong.value().replace("{port}", Integer.toString(ports.port()));
    Process process = serve(home, ports, Map.of(wrong.variable(), value)).start();
    try {
      assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).as("%s", wrong).isTrue();
      List<String> said = new ArrayList<>(Files.readAllLines(home.resolve("err.txt")));
      // the log, before the wrong one is found; and the end of the line of a fault
      said.removeIf(line -> line.isBlank() || line.contains(" WARN  NodeCheck "));
      return new Ended(process.exitValue(), said, Files.readString(home.resolve("out.txt")), home);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  static List<Wrong> all() {
    return ALL;
  }

  @ParameterizedTest
  @MethodSource("all")
  @DisplayName("says so in one line that names the setting, ends with 78, and sells nothing")
  void refused(Wrong wrong) {
    Ended ended = ENDED.get(wrong);

    assertThat(ended.said()).singleElement().asString().startsWith(wrong.line());
    assertThat(ended.code()).isEqualTo(Start.WRONG_SETTINGS);
    assertThat(ended.printed()).isEmpty();
    if (!LATE.contains(wrong.line())) {
      assertThat(ended.home().resolve("ledger.db")).doesNotExist();
    }
  }
}
