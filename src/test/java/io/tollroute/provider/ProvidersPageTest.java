package io.tollroute.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.testing.OwnProvider;
import io.tollroute.testing.Page;
import io.tollroute.testing.ScriptedUpstream;
import io.tollroute.testing.Shop;
import java.io.File;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What docs/providers.md shows, taken from there as it stands. Only hosts and keys are the test's.
 */
@DisplayName("The examples of docs/providers.md")
class ProvidersPageTest {

  private static final String KEY = "key-of-the-test";

  @TempDir static Path home;

  private static Page page;
  private static ScriptedUpstream api;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    page = new Page("providers.md");
    api = new ScriptedUpstream();
    System.setProperty("SENTIMENT_KEY", KEY);
    OwnProvider own = new OwnProvider(home);
    for (String file :
        new String[] {
          "routes/provider/translate.camel.yaml",
          "routes/provider/translate.provider.schema.json",
          "services/translate.yaml",
          "routes/kamelets/sentiment.kamelet.yaml",
          "services/sentiment-german.yaml",
          "services/order-status.yaml",
          "routes/provider/render.camel.yaml",
          "services/render.yaml"
        }) {
      page.write(file, home, ProvidersPageTest::forTheTest);
    }
    shop =
        Shop.open(
            own.settings(
                "TOLLROUTE_SERVICES_POLL_MS",
                "3600000",
                "TOLLROUTE_JOBS_LOOK_MS",
                "100",
                "TOLLROUTE_HTTP_JSON_ALLOWED_HOSTS",
                "127.0.0.1",
                "SHOP_API_KEY",
                KEY));
  }

  @AfterAll
  static void close() throws Exception {
    System.clearProperty("SENTIMENT_KEY");
    shop.close();
    api.close();
  }

  private static String forTheTest(String text) {
    return text.replace("https://translate.example.com/", api.url())
        .replace("https://sentiment.example.com/", api.url())
        .replace("https://shop.example.com/", api.url())
        .replace("https://render.example.com/v1/", api.url() + "v1/")
        .replace("{{env:", "{{sys:");
  }

  private static HttpResponse<String> buy(String service, String... headers) throws Exception {
    String path = "/api/tools/" + service;
    ObjectNode demand = Shop.demand(shop.post(path, ""));
    String signature = Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0")));
    return shop.post(
        path,
        example(service).path("exampleRequest").toString(),
        Stream.concat(Stream.of("PAYMENT-SIGNATURE", signature), Stream.of(headers))
            .toArray(String[]::new));
  }

  private static JsonNode example(String service) throws Exception {
    return new YAMLMapper().readTree(page.file("services/" + service + ".yaml"));
  }

  private static void assertSoldAsShown(String service, HttpResponse<String> answer)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Shop.json(answer).path("data"))
        .isEqualTo(example(service).at("/exampleResponse/data"));
  }

  @Test
  @DisplayName("An HTTP API by a route: it is posted the input, and told what the service says")
  void route() throws Exception {
    api.does(ScriptedUpstream.answering(200, "{\"text\":\"Good day\"}"));

    assertSoldAsShown("translate", buy("translate"));

    ScriptedUpstream.Request asked = api.requests().get(0);
    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.target())
        .isEqualTo(
            URI.create(example("translate").at("/provider/settings/url").asText()).getPath());
    assertThat(asked.body()).isEqualTo("{\"text\":\"Guten Tag\"}");
    assertThat(asked.headers()).containsEntry("X-model", "[good]");
  }

  @Test
  @DisplayName("A Kamelet: the API gets what it wants, with the key, and its result is sold")
  void kamelet() throws Exception {
    api.does(ScriptedUpstream.answering(200, "{\"result\":{\"score\":0.9},\"usage\":1}"));

    assertSoldAsShown("sentiment-german", buy("sentiment-german"));

    ScriptedUpstream.Request asked = api.requests().get(0);
    assertThat(asked.target()).isEqualTo("/analyse");
    assertThat(asked.body())
        .isEqualTo("{\"language\":\"de\",\"document\":{\"text\":\"Das war sehr nett\"} }");
    assertThat(asked.headers()).containsEntry("X-api-key", "[" + KEY + "]");
  }

  @Test
  @DisplayName("An HTTP API by a service file: it is asked as the page says, and that part is sold")
  void file() throws Exception {
    api.does(ScriptedUpstream.answering(200, "{\"order\":{\"status\":{\"place\":\"Hamburg\"}}}"));

    assertSoldAsShown("order-status", buy("order-status"));

    ScriptedUpstream.Request asked = api.requests().get(0);
    assertThat(page.text()).contains("`" + asked.method() + " " + asked.target() + "`");
    assertThat(asked.headers()).containsEntry("Authorization", "[Bearer " + KEY + "]");
  }

  /** Takes scenes, and says of the rendering one after the other, the last for ever. */
  private static ScriptedUpstream.Behaviour rendering(String... told) {
    AtomicInteger looks = new AtomicInteger();
    return exchange ->
        ScriptedUpstream.answering(
                200,
                exchange.getRequestMethod().equals("POST")
                    ? "{\"id\":\"r-17\"}"
                    : told[Math.min(looks.getAndIncrement(), told.length - 1)])
            .apply(exchange);
  }

  @Test
  @DisplayName("Work that goes on, by two routes: it is begun once, looked at, and sold when done")
  void job() throws Exception {
    String finished = example("render").at("/exampleResponse/data").toString();
    api.does(rendering("{\"status\":\"busy\"}", finished));

    assertSoldAsShown("render", buy("render", "Prefer", "wait=30"));

    assertThat(api.requests())
        .extracting(asked -> asked.method() + " " + asked.target())
        .containsExactly(
            "POST /v1/renderings", "GET /v1/renderings/r-17", "GET /v1/renderings/r-17");
    assertThat(api.requests().get(0).body()).isEqualTo("{\"scene\":\"a red ball\"}");
    assertThat(api.requests().get(1).body()).isEmpty();
  }

  @Test
  @DisplayName("Work that goes on and breaks is the input's fault, as its route says")
  void brokenJob() throws Exception {
    api.does(rendering("{\"status\":\"broken\"}"));

    HttpResponse<String> answer = buy("render", "Prefer", "wait=30");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("scene_broken");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
  }

  @Test
  @DisplayName("Work that the API has lost is not paid for")
  void lostJob() throws Exception {
    api.does(
        exchange ->
            ScriptedUpstream.answering(
                    exchange.getRequestMethod().equals("POST") ? 200 : 404, "{\"id\":\"r-17\"}")
                .apply(exchange));

    HttpResponse<String> answer = buy("render", "Prefer", "wait=30");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("job_lost");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource({
    "order-status, statuses, stati, property 'stati' is not defined",
    "translate, model: good, model: best, /provider/settings/model: ",
    "translate, 'url: ', 'uri: ', required property 'url' not found",
    "sentiment-german, language: de, language: German, /provider/settings/language: ",
    "sentiment-german, language: de, tongue: de, required property 'language' not found"
  })
  @DisplayName("What a service must tell them is checked, and a wrong edit named with its line")
  void settings(String service, String good, String bad, String reason) throws Exception {
    Path file = home.resolve("services").resolve(service + ".yaml");
    String text = Files.readString(file);
    LiveCatalogue catalogue = shop.bean("liveCatalogue", LiveCatalogue.class);
    try {
      Files.writeString(file, text.replace(good, bad));

      assertThat(catalogue.reload()).isFalse();

      assertThat(catalogue.lastFault().orElse(""))
          .startsWith(file + ":")
          .contains(": /provider/settings", reason);
    } finally {
      Files.writeString(file, text);
      catalogue.reload();
    }
  }

  @ParameterizedTest
  @CsvSource({"component, components", "language, languages", "dataformat, data formats"})
  @DisplayName("The page lists what is in the bundle, all of it and nothing else")
  void bundle(String kind, String row) throws Exception {
    MatchResult listed =
        Pattern.compile("^\\| " + row + " \\| (.*) \\|$", Pattern.MULTILINE)
            .matcher(page.text())
            .results()
            .findFirst()
            .orElseThrow();

    assertThat(Arrays.stream(listed.group(1).split(", ")).map(name -> name.replace("`", "")))
        .containsExactlyElementsOf(bundled("META-INF/services/org/apache/camel/" + kind + "/"));
  }

  /** By the jars on the class path, but those that are there for the tests alone. */
  private static Set<String> bundled(String folder) throws Exception {
    String declared = Files.readString(Path.of("pom.xml"));
    Set<String> modules =
        Pattern.compile("<artifactId>(camel-[a-z0-9-]+)</artifactId>\\s*</dependency>")
            .matcher(declared)
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    // which these bring along
    modules.addAll(Set.of("camel-core-languages", "camel-platform-http"));
    Set<String> names = new TreeSet<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      String jar = Path.of(entry).getFileName().toString();
      if (modules.stream().noneMatch(module -> jar.matches(module + "-[0-9].*\\.jar"))) {
        continue;
      }
      try (JarFile file = new JarFile(entry)) {
        file.stream()
            .map(JarEntry::getName)
            .filter(name -> name.startsWith(folder) && !name.endsWith("/"))
            .map(name -> name.substring(folder.length()))
            .forEach(names::add);
      }
    }
    return names;
  }
}
