package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.settings.SettingsFault;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.OwnProvider;
import io.tollroute.testing.Shop;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultComponent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Route files that change while the shop is open. */
@DisplayName("A route file that changes while the shop is open")
@Timeout(180)
class RouteReloadIT {

  private static final String BODY = "{\"text\":\"hello\"}";

  @TempDir private Path folder;
  private Shop shop;

  /** Two routes of which the first calls the second, in words that belong together. */
  private static String pair(String words, int waits) {
    return """
        - route:
            id: mine
            from:
              uri: direct:mine
              steps:
                - setVariable:
                    name: word
                    constant: %1$s
                - delay:
                    constant: %2$d
                - to: direct:mine-%1$s
        - route:
            id: mine-second
            from:
              uri: direct:mine-%1$s
              steps:
                - setBody:
                    simple: '{"first":"${variable.word}","second":"%1$s"}'
        """
        .formatted(words, waits);
  }

  @BeforeEach
  void open() throws Exception {
    shop =
        Shop.open(
            new OwnProvider(folder)
                .route("mine", pair("one", 0))
                .service("mine", "direct:mine")
                .settings(
                    "TOLLROUTE_ROUTES_POLL_MS",
                    "50",
                    // fifty strangers of one address, on a slow machine all at once
                    "TOLLROUTE_LIMITS_UNVERIFIED_IN_FLIGHT",
                    "100"));
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
  }

  private Path file(String name) {
    return folder.resolve("routes/provider").resolve(name + ".camel.yaml");
  }

  private void write(String name, String text) throws Exception {
    Path next = Files.writeString(folder.resolve("next.yaml"), text);
    Files.move(next, file(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private HttpResponse<String> buy() throws Exception {
    ObjectNode demand = Shop.demand(shop.post("/api/tools/mine", ""));
    String signature = Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0")));
    return shop.post("/api/tools/mine", BODY, "PAYMENT-SIGNATURE", signature);
  }

  private String first() throws Exception {
    HttpResponse<String> answer = buy();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Shop.json(answer).at("/data/first").asText();
  }

  private String managed(String path) throws Exception {
    return shop.client()
        .send(
            HttpRequest.newBuilder(shop.management().resolve(path))
                .header("Authorization", "Bearer sandbox-operator-token")
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private CamelContext camel() {
    return shop.application().main().getCamelContext();
  }

  @Test
  @DisplayName("takes effect under 50 buyers, of whom none is lost and none charged twice")
  void underLoad() throws Exception {
    int buyers = 50;
    AtomicBoolean open = new AtomicBoolean(true);
    Queue<String> lost = new ConcurrentLinkedQueue<>();
    Set<String> seen = ConcurrentHashMap.newKeySet();
    var before = shop.takeStock();
    ExecutorService crowd = Executors.newFixedThreadPool(buyers);
    List<Future<Integer>> bought = new ArrayList<>();
    for (int i = 0; i < buyers; i++) {
      bought.add(
          crowd.submit(
              () -> {
                int answers = 0;
                while (open.get()) {
                  HttpResponse<String> answer = buy();
                  String said =
                      Shop.json(answer).at("/data/first").asText()
                          + "/"
                          + Shop.json(answer).at("/data/second").asText();
                  if (answer.statusCode() == 200 && said.matches("(\\w+)/\\1")) {
                    answers++;
                    seen.add(said);
                  } else {
                    lost.add(answer.statusCode() + " " + answer.body());
                  }
                }
                return answers;
              }));
    }
    String http = Files.readString(folder.resolve("routes/http.camel.yaml"));
    String corridor = Files.readString(folder.resolve("routes/tool-call.camel.yaml"));
    for (int i = 1; i <= 12; i++) {
      String words = "turn" + i;
      write("mine", pair(words, i % 3 * 20));
      if (i % 3 == 0) {
        // the door and the corridor themselves
        Files.writeString(
            folder.resolve("routes/http.camel.yaml"),
            http.replace("description: A service's address", "description: " + words));
        Files.writeString(
            folder.resolve("routes/tool-call.camel.yaml"),
            corridor.replaceAll("(?m)^    description: ", "    description: " + words + " "));
      }
      Shop.await(() -> seen.contains(words + "/" + words));
    }
    open.set(false);
    int answers = 0;
    for (Future<Integer> each : bought) {
      answers += each.get(60, TimeUnit.SECONDS);
    }
    crowd.shutdownNow();

    assertThat(lost).isEmpty();
    assertThat(answers).isGreaterThan(buyers);
    assertThat(shop.since(before).settled()).isEqualTo(answers);
    assertThat(managed("/observe/metrics")).contains("tollroute_route_files_broken 0.0");
  }

  @Test
  @DisplayName("leaves calls that began before to end as they began, in all routes of the change")
  void inFlight() throws Exception {
    write("mine", pair("slow", 4000));
    Shop.await(() -> camel().getRoute("mine~2") != null);
    ExecutorService one = Executors.newSingleThreadExecutor();
    try {
      Future<HttpResponse<String>> slow = one.submit(this::buy);
      Shop.await(() -> camel().getInflightRepository().size("mine~2") == 1);
      write("mine", pair("fast", 0));
      Shop.await(() -> managed("/observe/metrics").contains("tollroute_route_changes_total 2.0"));
      assertThat(first()).isEqualTo("fast");
      assertThat(slow.isDone()).isFalse();
      assertThat(Shop.json(slow.get(60, TimeUnit.SECONDS)).path("data").toString())
          .isEqualTo("{\"first\":\"slow\",\"second\":\"slow\"}");
    } finally {
      one.shutdownNow();
    }
    Shop.await(
        () ->
            camel().getRoutes().stream()
                    .map(Route::getId)
                    .filter(id -> id.startsWith("mine"))
                    .count()
                == 2);
    assertThat(first()).isEqualTo("fast");
  }

  @Test
  @DisplayName("and is broken leaves those of before in use, is told of everywhere, and is mended")
  void broken() throws Exception {
    Map<String, String> broken = new HashMap<>();
    broken.put("steps: [", ":");
    broken.put(
        pair("two", 0).replace("to: direct:mine-two", "to: direct:nowhere"), "direct:nowhere");
    broken.put(pair("two", 0).replace("- delay:", "- delayed:"), "delayed");
    broken.put(pair("two", 0).replace("constant: two", "simple: '${nothing.of[the kind'"), "mine");
    broken.put(
        pair("two", 0).replace("to: direct:mine-two", "to: nosuchcomponent:x"), "nosuchcomponent");
    broken.put(pair("two", 0).replace("direct:mine\n", "direct:other\n"), "direct:mine");
    broken.put(
        pair("two", 0)
            + """
            - route:
                id: free
                from:
                  uri: platform-http:/free
                  steps:
                    - to: direct:mine
            """,
        "without a payment");
    broken.put(
        pair("two", 0) + "- beans:\n    - name: x\n      type: java.lang.Object\n", "next start");
    try (LogLines log = LogLines.capture()) {
      for (Map.Entry<String, String> each : broken.entrySet()) {
        log.forget();
        write("mine", each.getKey());
        Shop.await(() -> managed("/observe/metrics").contains("tollroute_route_files_broken 1.0"));

        assertThat(log.lines())
            .filteredOn(line -> line.contains("alert=route_files_broken"))
            .hasSize(1)
            .first()
            .asString()
            .contains(each.getValue());
        assertThat(first()).isEqualTo("one");
        assertThat(shop.isReady()).isTrue();
        assertThat(managed("/observe/health/ready"))
            .contains("\"name\":\"routes\",\"status\":\"UP\",\"message\":");
        assertThat(Shop.json(managed("/manage/routes")).path("fault").asText())
            .contains(each.getValue());

        write("mine", pair("one", 0));
        Shop.await(() -> managed("/observe/metrics").contains("tollroute_route_files_broken 0.0"));
        assertThat(managed("/observe/health/ready")).doesNotContain("message");
        assertThat(Shop.json(managed("/manage/routes")).path("state").asText()).isEqualTo("in_use");
      }
    }
    write("mine", pair("three", 0));
    Shop.await(() -> first().equals("three"));
  }

  @Test
  @DisplayName("and needs a class that is missing, or is too deep, is told of, and is followed on")
  void errors() throws Exception {
    camel()
        .addComponent(
            "torn",
            new DefaultComponent() {
              @Override
              protected Endpoint createEndpoint(String uri, String name, Map<String, Object> all) {
                throw new NoClassDefFoundError("com/example/Missing");
              }
            });
    int turn = 0;
    for (String each :
        List.of(
            pair("two", 0).replace("to: direct:mine-two", "to: torn:x"),
            "- route: " + "[".repeat(500_000))) {
      write("mine", each);
      Shop.await(() -> managed("/observe/metrics").contains("tollroute_route_files_broken 1.0"));
      assertThat(managed("/observe/health/ready"))
          .contains("\"name\":\"routes\",\"status\":\"UP\",\"message\":");

      String words = "mended" + turn++;
      write("mine", pair(words, 0));
      Shop.await(() -> managed("/observe/metrics").contains("tollroute_route_files_broken 0.0"));
      assertThat(first()).isEqualTo(words);
    }
    Path loop = Files.createSymbolicLink(folder.resolve("routes/again"), folder.resolve("routes"));
    Shop.await(() -> managed("/observe/metrics").contains("tollroute_route_files_broken 1.0"));
    Files.delete(loop);
    Shop.await(() -> managed("/observe/metrics").contains("tollroute_route_files_broken 0.0"));
  }

  @Test
  @DisplayName(
      "may be new or go: addresses come and go, what begins by itself too, and nothing that is sold goes")
  void comeAndGo() throws Exception {
    String page =
        """
        - route:
            id: hours
            from:
              uri: platform-http:/hours
              parameters:
                httpMethodRestrict: GET
              steps:
                - setBody:
                    constant: "%1$s"
        - route:
            id: ticks
            from:
              uri: timer:ticks?period=20
              steps:
                - log: tick %1$s
        """;
    try (LogLines log = LogLines.capture()) {
      for (String words : List.of("always", "never")) {
        write("page", page.formatted(words));
        Shop.await(() -> shop.get("/hours").body().equals(words));
        Shop.await(() -> log.lines().stream().anyMatch(line -> line.contains("tick " + words)));
      }
      Files.delete(file("page"));
      Shop.await(() -> shop.get("/hours").statusCode() == 404);
      assertThat(running("ticks")).isFalse();
    }

    write("other", pair("other", 0).replace("mine", "other"));
    Path service = folder.resolve("services/mine.yaml");
    Files.writeString(
        folder.resolve("services/other.yaml"), Files.readString(service).replace("mine", "other"));
    Shop.await(() -> shop.post("/api/tools/other", "").statusCode() == 402);

    Files.delete(file("mine"));
    Shop.await(() -> managed("/observe/metrics").contains("tollroute_route_files_broken 1.0"));
    assertThat(first()).isEqualTo("one");
    Files.delete(service);
    Shop.await(() -> managed("/observe/metrics").contains("tollroute_route_files_broken 0.0"));
  }

  private boolean running(String route) {
    return camel().getRoutes().stream()
        .anyMatch(
            each ->
                each.getId().startsWith(route)
                    && camel().getRouteController().getRouteStatus(each.getId()).isStarted());
  }

  @Test
  @DisplayName("through the link that Kubernetes turns is seen, and half a file is waited for")
  void links() throws Exception {
    Path data = folder.resolve("routes/provider");
    for (String version : List.of("..v1", "..v2")) {
      Files.createDirectories(data.resolve(version));
      Files.writeString(
          data.resolve(version).resolve("mine.camel.yaml"), pair(version.substring(2), 0));
    }
    Path link = data.resolve("..data");
    Files.createSymbolicLink(link, Path.of("..v1"));
    Files.delete(file("mine"));
    Files.createSymbolicLink(file("mine"), Path.of("..data/mine.camel.yaml"));
    Shop.await(() -> first().equals("v1"));
    Files.createSymbolicLink(data.resolve("..next"), Path.of("..v2"));
    Files.move(data.resolve("..next"), link, StandardCopyOption.ATOMIC_MOVE);
    Shop.await(() -> first().equals("v2"));
  }

  @Test
  @DisplayName("to give a provider's work away stops the next start with its line too")
  void gate() throws Exception {
    Path free =
        Files.writeString(
            file("free"),
            "- route:\n    id: free\n    from:\n      uri: platform-http:/free\n      steps:\n"
                + "        - to: direct:alibaba-rpc\n");
    SettingsFault fault =
        catchThrowableOfType(
            SettingsFault.class,
            () ->
                Shop.open(
                    Map.of(
                        "TOLLROUTE_ROUTES",
                        folder.resolve("routes").toString(),
                        "TOLLROUTE_SERVICES",
                        folder.resolve("services").toString())));

    assertThat(fault.getMessage().lines())
        .singleElement()
        .asString()
        .startsWith(free + ":1: leads to direct:alibaba-rpc without a payment");
  }
}
