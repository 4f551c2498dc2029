package io.tollroute.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.ops.StartFault;
import io.tollroute.settings.SettingsFault;
import io.tollroute.testing.Books;
import io.tollroute.testing.Folders;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.OwnProvider;
import io.tollroute.testing.ScriptedUpstream;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A Kamelet that does the work of services")
class KameletProviderTest {

  private static final String TOOLS = "/api/tools/";
  private static final String SENT = "{\"text\":\"hello\",\"number\":1.50}";
  private static final String SECRET = "Bearer s3cret/=+";

  private static final String GREET =
      """
      kind: Kamelet
      metadata:
        name: greet
      spec:
        definition:
          required: [greeting]
          properties:
            greeting: {type: string}
            times: {type: integer, minimum: 1, default: 1}
        template:
          from:
            uri: kamelet:source
            steps:
              - setBody:
                  expression:
                    simple:
                      expression: '{"greeting":"{{greeting}}","times":{{times}},"input":${body} }'
      """;

  @TempDir static Path folder;

  private static ScriptedUpstream api;
  private static Shop shop;

  private Books before;

  @BeforeAll
  static void open() throws Exception {
    api = new ScriptedUpstream();
    System.setProperty("acme.key", SECRET);
    String url = api.url();
    OwnProvider own =
        new OwnProvider(folder)
            .service("plain", "kamelet:http-json", "  settings: {url: '" + url + "plain?a=b&c=d'}")
            .service(
                "keyed",
                "kamelet:http-json",
                "  settings: {url: '" + url + "keyed', credential: '{{sys:acme.key}}'}")
            .service(
                "other-header",
                "kamelet:http-json",
                "  settings: {url: '"
                    + url
                    + "other', header: X-Api-Key, credential: '{{sys:acme.key}}'}")
            .service("greeting", "kamelet:greet", "  settings: {greeting: 'Good (day)&more'}");
    Files.writeString(folder.resolve("routes/kamelets/greet.kamelet.yaml"), GREET);
    shop = Shop.open(own.settings("TOLLROUTE_SERVICES_POLL_MS", "3600000"));
  }

  @AfterAll
  static void close() throws Exception {
    System.clearProperty("acme.key");
    shop.close();
    api.close();
  }

  @BeforeEach
  void takeStock() throws Exception {
    api.does(ScriptedUpstream.answering(200, "{\"said\":\"hello\"}"));
    before = shop.takeStock();
  }

  private static HttpResponse<String> buy(String service) throws Exception {
    ObjectNode demand = Shop.demand(shop.post(TOOLS + service, ""));
    String signature = Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0")));
    return shop.post(TOOLS + service, SENT, "PAYMENT-SIGNATURE", signature);
  }

  private ScriptedUpstream.Request sold(String service) throws Exception {
    api.does(ScriptedUpstream.answering(200, "{\"said\":\"hello\"}"));
    HttpResponse<String> answer = buy(service);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Shop.json(answer).at("/data/said").asText()).isEqualTo("hello");
    assertThat(api.requests()).hasSize(1);
    return api.requests().get(0);
  }

  @Test
  @DisplayName("posts the input to the API that the service names, and sells what comes back")
  void http() throws Exception {
    ScriptedUpstream.Request asked = sold("plain");

    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.target()).isEqualTo("/plain?a=b&c=d");
    assertThat(asked.body()).isEqualTo(SENT);
    assertThat(asked.headers())
        .containsEntry("Content-type", "[application/json; charset=UTF-8]")
        .doesNotContainKey("Authorization")
        .doesNotContainKey("Tollroute-deadline");
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @Test
  @DisplayName("is told by each service what is that service's own, a secret by its place only")
  void settings() throws Exception {
    for (int i = 0; i < 2; i++) {
      assertThat(sold("keyed").headers()).containsEntry("Authorization", "[" + SECRET + "]");
      assertThat(sold("other-header").headers())
          .containsEntry("X-api-key", "[" + SECRET + "]")
          .doesNotContainKey("Authorization");
      assertThat(sold("plain").headers()).doesNotContainKey("Authorization");
    }
  }

  @Test
  @DisplayName("may be the operator's own, with parameters that have defaults")
  void own() throws Exception {
    HttpResponse<String> answer = buy("greeting");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Shop.json(answer).path("data"))
        .isEqualTo(
            Shop.json("{\"greeting\":\"Good (day)&more\",\"times\":1,\"input\":" + SENT + "}"));
  }

  @Test
  @DisplayName("that fails costs the buyer nothing, and no log tells its settings")
  void failure() throws Exception {
    try (LogLines log = LogLines.capture()) {
      api.does(ScriptedUpstream.answering(500, "{}"));

      HttpResponse<String> answer = buy("keyed");

      assertThat(answer.statusCode()).as(answer.body()).isBetween(500, 504);
      assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
      assertThat(shop.since(before).settled()).isZero();
      assertThat(log.lines())
          .anyMatch(line -> line.contains("route=kamelet:http-json "))
          .noneMatch(line -> line.contains("s3cret") || line.contains("url="));
    }
    assertThat(sold("keyed").method()).as("it goes on").isEqualTo("POST");
  }

  @Test
  @DisplayName("is told what an edit of the service says, from the next call on")
  void edit() throws Exception {
    Path file = folder.resolve("services/plain.yaml");
    LiveCatalogue catalogue = shop.bean("liveCatalogue", LiveCatalogue.class);
    Folders.edit(file, "plain?a=b&c=d", "moved");
    assertThat(catalogue.reload()).as(catalogue.lastFault().orElse("")).isTrue();
    try {
      assertThat(sold("plain").target()).isEqualTo("/moved");
    } finally {
      Folders.edit(file, "/moved", "/plain?a=b&c=d");
      assertThat(catalogue.reload()).isTrue();
    }
  }

  @Test
  @DisplayName("that is not there, or is told what it has no parameter for, is refused on an edit")
  void wrongEdit() throws Exception {
    Path file = folder.resolve("services/greeting.yaml");
    String good = Files.readString(file);
    LiveCatalogue catalogue = shop.bean("liveCatalogue", LiveCatalogue.class);
    try {
      for (String[] edit :
          new String[][] {
            {"kamelet:greet", "kamelet:nobody", "no route file serves kamelet:nobody"},
            {"greeting: '", "times: 0, greeting: '", "/provider/settings/times: must have a "},
            {"{greeting", "{welcome", "required property 'greeting' not found"},
            {"greeting: '", "volume: 3, greeting: '", "'volume' is not defined in the schema"}
          }) {
        Files.writeString(file, good.replace(edit[0], edit[1]));

        assertThat(catalogue.reload()).isFalse();

        assertThat(catalogue.lastFault().orElse("")).startsWith(file + ":").contains(edit[2]);
      }
      assertThat(buy("greeting").statusCode()).as("as it was before").isEqualTo(200);
    } finally {
      Files.writeString(file, good);
      catalogue.reload();
    }
  }

  /** Reads well, and becomes no route: nobody sets the second parameter. */
  private static final String HALF =
      """
      kind: Kamelet
      metadata:
        name: half
      spec:
        definition:
          properties:
            first: {type: string}
            second: {type: string}
        template:
          from:
            uri: kamelet:source
            steps:
              - setBody:
                  expression:
                    constant:
                      expression: '{"{{first}}":"{{second}}"} '
      """;

  @Test
  @DisplayName("of which no route can be made is refused on an edit, before anybody pays")
  void noRoute() throws Exception {
    Path file = folder.resolve("services/greeting.yaml");
    String good = Files.readString(file);
    LiveCatalogue catalogue = shop.bean("liveCatalogue", LiveCatalogue.class);
    try {
      for (String setting : new String[] {"{{sys:no.such.property}}", "{{env:NO_SUCH_NAME}}"}) {
        Files.writeString(file, good.replace("Good (day)&more", setting));

        assertThat(catalogue.reload()).isFalse();

        assertThat(catalogue.lastFault().orElse(""))
            .startsWith(file + ":")
            .contains(": /provider: no route can be made of kamelet:greet: ")
            .hasLineCount(1);
      }
    } finally {
      Files.writeString(file, good);
      catalogue.reload();
    }
  }

  @Test
  @DisplayName("of which no route can be made stops the start, with the line of the service")
  void noRouteAtTheStart(@TempDir Path other) throws Exception {
    OwnProvider own =
        new OwnProvider(other).service("half", "kamelet:half", "  settings: {first: my-secret}");
    Files.writeString(other.resolve("routes/kamelets/half.kamelet.yaml"), HALF);

    assertThat(catchThrowableOfType(StartFault.class, () -> Shop.open(own.settings())))
        .hasMessageStartingWith("cannot start: " + other.resolve("services/half.yaml") + ":")
        .hasMessageContaining(": /provider: no route can be made of kamelet:half: ")
        .hasMessageContaining("second")
        .message()
        .hasLineCount(1)
        .doesNotContain("my-secret");
  }

  @Test
  @DisplayName("that is not there stops the start, with the line of the service")
  void missing(@TempDir Path other) throws Exception {
    OwnProvider own = new OwnProvider(other).service("lost", "kamelet:nobody");

    assertThat(catchThrowableOfType(SettingsFault.class, () -> Shop.open(own.settings())))
        .hasMessageStartingWith(other.resolve("services/lost.yaml") + ":")
        .hasMessageEndingWith("/provider/route: no route file serves kamelet:nobody");
  }
}
