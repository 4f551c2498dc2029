package io.tollroute.events;

import static io.tollroute.testing.ScriptedUpstream.after;
import static io.tollroute.testing.ScriptedUpstream.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.ledger.EventBacklog;
import io.tollroute.settings.SettingsFault;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Folders;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.OwnProvider;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.ScriptedUpstream;
import io.tollroute.testing.Shop;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Events")
class EventsIT {

  private static final int CALLS = 5;

  private static final String FIRST = Folders.FIRST_SERVICE.toString();

  private static final String TOLD =
      """
      - route:
          id: told
          description: Passes events on
          from:
            uri: direct:told
            steps:
              - to:
                  uri: RECEIVER
      """;

  private static Map<String, String> to(String endpoint) {
    return Map.of("TOLLROUTE_EVENTS", endpoint);
  }

  private static String sell(Shop shop) throws IOException, InterruptedException {
    HttpResponse<String> answer = shop.buy(shop.signature());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.headers().firstValue("X-Request-Id").orElseThrow();
  }

  private static List<JsonNode> read(List<String> bodies) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String body : bodies) {
      events.add(Shop.json(body));
    }
    return events;
  }

  private static List<JsonNode> told(ScriptedUpstream receiver) throws IOException {
    return read(receiver.requests().stream().map(ScriptedUpstream.Request::body).toList());
  }

  private static List<String> requests(List<JsonNode> events) {
    return events.stream().map(event -> event.at("/data/requestId").asText()).toList();
  }

  @Test
  @DisplayName("go to a URL, one request an event, with no more than they are to say")
  void http() throws Exception {
    try (ScriptedUpstream receiver = new ScriptedUpstream()) {
      receiver.does(answering(204, ""));
      try (Shop shop = Shop.open(to(receiver.url() + "hook"))) {
        String signature = shop.signature();
        String request = shop.buy(signature).headers().firstValue("X-Request-Id").orElseThrow();
        HttpResponse<String> refused =
            shop.buy(shop.signature(), Shop.magic("/sandbox/error/InvalidParameter"));
        assertThat(refused.statusCode()).as(refused.body()).isNotEqualTo(200);
        Shop.await(() -> receiver.requests().size() >= 2);

        ScriptedUpstream.Request sent = receiver.requests().get(0);

        assertThat(sent.method()).isEqualTo("POST");
        assertThat(sent.target()).isEqualTo("/hook");
        assertThat(sent.headers().get("Content-Type")).contains("application/cloudevents+json");
        assertThat(told(receiver).get(0).at("/data/requestId").asText()).isEqualTo(request);
        assertThat(told(receiver).get(0).path("source").asText())
            .isEqualTo(shop.application().settings().text("tollroute.public-url"));
        assertThat(told(receiver).get(1).path("type").asText())
            .isEqualTo("io.tollroute.charge.refused");
        assertThat(told(receiver).get(1).at("/data/outcome").asText())
            .isEqualTo(Shop.json(refused).path("error").asText());
        assertThat(receiver.requests().toString())
            .doesNotContainIgnoringCase(
                Shop.decode(signature).at("/payload/authorization/from").asText())
            .doesNotContain("images.example.com", signature);
      }
    }
  }

  @Test
  @DisplayName("wait for a receiver that is down, in their order, and no call is slower for it")
  void down() throws Exception {
    try (ScriptedUpstream receiver = new ScriptedUpstream();
        LogLines log = LogLines.capture()) {
      receiver.does(answering(500, "secret of the receiver"));
      String secret = "pass-word-7";
      Map<String, String> settings = new HashMap<>(to(receiver.url() + "?key=" + secret));
      settings.put("TOLLROUTE_ALARM_EVENTS_SECONDS", "1");
      try (Shop shop = Shop.open(settings)) {
        List<String> sold = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
          sold.add(sell(shop));
        }
        Shop.await(() -> !receiver.requests().isEmpty());
        EventBacklog backlog = shop.bean("eventBacklog", EventBacklog.class);
        Shop.await(
            () -> {
              backlog.look();
              return backlog.latest().oldestSeconds() > 1;
            });
        assertThat(backlog.latest().events()).isEqualTo(CALLS);
        assertThat(log.lines()).anyMatch(line -> line.contains("alert=events_behind count=5"));
        assertThat(log.lines())
            .anyMatch(line -> line.contains("not taken") && line.contains("500"));
        assertThat(requests(told(receiver))).as("nobody is passed by").containsOnly(sold.get(0));
        assertThat(log.lines()).noneMatch(line -> line.contains(secret));

        receiver.does(answering(200, ""));

        Shop.await(() -> receiver.requests().size() >= CALLS);
        assertThat(requests(told(receiver))).isEqualTo(sold);
        Shop.await(
            () -> {
              backlog.look();
              return backlog.latest().events() == 0;
            });
      }
    }
  }

  @Test
  @DisplayName("go slowly to a receiver that is slow, and calls are answered meanwhile")
  void slow() throws Exception {
    try (ScriptedUpstream receiver = new ScriptedUpstream()) {
      receiver.does(after(300_000, answering(200, "")));
      try (Shop shop = Shop.open(to(receiver.url()))) {
        sell(shop);
        Shop.await(() -> !receiver.requests().isEmpty());

        for (int i = 0; i < CALLS; i++) {
          sell(shop);
        }

        assertThat(receiver.requests()).hasSize(1);
      }
    }
  }

  @Test
  @DisplayName("stand in a file, a line each")
  void file(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("events.jsonl");
    try (Shop shop =
        Shop.open(
            to("file:" + folder + "?fileName=events.jsonl&fileExist=Append&appendChars=\\n"))) {
      List<String> sold = List.of(sell(shop), sell(shop));
      Shop.await(() -> Files.exists(file) && Files.readAllLines(file).size() >= 2);

      assertThat(requests(read(Files.readAllLines(file)))).isEqualTo(sold);
    }
  }

  @Test
  @DisplayName("are sent again when a route of one's own fails with them, though it is dealt with")
  void ownRoute(@TempDir Path folder) throws Exception {
    try (ScriptedUpstream receiver = new ScriptedUpstream()) {
      receiver.does(answering(500, ""));
      OwnProvider own =
          new OwnProvider(folder)
              .route("told", TOLD.replace("RECEIVER", receiver.url()))
              .service("echo", "direct:told");
      try (Shop shop =
          Shop.open(own.settings("TOLLROUTE_EVENTS", "direct:told", "TOLLROUTE_SERVICES", FIRST))) {
        String sold = sell(shop);
        Shop.await(() -> receiver.requests().size() >= 2);
        List<JsonNode> twice = told(receiver);
        assertThat(requests(twice)).containsOnly(sold);
        assertThat(twice.get(0).path("id")).isEqualTo(twice.get(1).path("id"));

        receiver.does(answering(200, ""));

        Shop.await(() -> receiver.requests().size() == 1);
        String next = sell(shop);
        Shop.await(() -> receiver.requests().size() == 2);
        assertThat(requests(told(receiver))).containsExactly(sold, next);
      }
    }
  }

  @Test
  @DisplayName("of two replicas are each sent once while both live")
  void replicas() throws Exception {
    try (ScriptedUpstream receiver = new ScriptedUpstream()) {
      receiver.does(answering(200, ""));
      Map<String, String> settings = new HashMap<>(to(receiver.url()));
      settings.putAll(PostgresServer.settings(PostgresServer.shared().ledgerDatabase()));
      try (Shop one = Shop.open(settings);
          Shop other = one.openReplica(settings)) {
        Set<String> sold = new HashSet<>();
        for (int i = 0; i < CALLS; i++) {
          sold.add(sell(one));
          sold.add(sell(other));
        }
        Shop.await(() -> receiver.requests().size() >= 2 * CALLS);

        assertThat(requests(told(receiver))).containsExactlyInAnyOrderElementsOf(sold);
        assertThat(told(receiver)).extracting(event -> event.path("id")).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  @DisplayName("are not written where nobody is told")
  void off() throws Exception {
    try (Shop shop = Shop.open()) {
      sell(shop);

      assertThat(shop.bean("eventBacklog", EventBacklog.class).latest().events()).isZero();
      assertThat(
              shop.application()
                  .main()
                  .getCamelContext()
                  .getRouteController()
                  .getRouteStatus("send-events")
                  .isStarted())
          .isFalse();
    }
  }

  @Test
  @DisplayName("to a component that is not here stop the start, and say which jar it is in")
  void noComponent() {
    assertThatThrownBy(
            () ->
                Shop.openUnready(
                    to("kafka:events?saslPassword=pass-word-7"), new FaultyFacilitator()))
        .isInstanceOf(SettingsFault.class)
        .hasMessageContaining("tollroute.events: there is no component kafka here")
        .hasMessageContaining("camel-kafka-4.")
        .hasMessageContaining("lib/ext")
        .hasMessageNotContaining("pass-word-7");
  }

  @Test
  @DisplayName("to no address, a route that is not there or a wrong parameter stop the start")
  void wrong() {
    Map<String, String> wrong =
        Map.of(
            "nowhere", "is no endpoint",
            "direct:nobody", "no route begins at this direct: address",
            "file:events?fileNme=pass-word-7",
                "no endpoint can be made of it (file): it has no fileNme");
    assertThat(wrong)
        .allSatisfy(
            (address, words) ->
                assertThatThrownBy(() -> Shop.openUnready(to(address), new FaultyFacilitator()))
                    .hasMessageContaining(words)
                    .hasMessageNotContaining("pass-word-7"));
  }
}
