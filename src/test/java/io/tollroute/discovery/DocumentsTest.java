package io.tollroute.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.RawHttp.Answer;
import io.tollroute.testing.Shop;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents by which the shop is found. */
class DocumentsTest {

  private static final List<String> SERVICES =
      List.of("masked-face-comparison", "paid-first", "dear", "goes-on");
  private static final List<String> PRICES = List.of("0.20", "0.05", "1234.56", "0.20");

  @TempDir private static Path folder;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    FaceServices services = new FaceServices(folder);
    services.write("masked-face-comparison", "0.20");
    services.write("paid-first", "0.05", "first");
    services.write("dear", "1234.56");
    services.writeJob("goes-on", "after");
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES",
                folder.toString(),
                "TOLLROUTE_SERVICES_POLL_MS",
                "50",
                "TOLLROUTE_SELLER",
                "A \"shop\" <of> ours & more",
                "TOLLROUTE_CONTACT",
                "https://example.com/help"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  /** Every address of the route file, a service filled in. */
  static List<String> addresses() throws Exception {
    List<String> addresses = new ArrayList<>();
    for (JsonNode entry :
        new YAMLMapper().readTree(Path.of("routes", "discovery.camel.yaml").toFile())) {
      String uri = entry.at("/route/from/uri").asText();
      if (uri.startsWith("platform-http:") && !uri.contains("/docs/")) {
        addresses.add(
            uri.substring("platform-http:".length()).replace("{service}", SERVICES.get(0)));
      }
    }
    return addresses;
  }

  private static JsonNode json(String path) throws Exception {
    HttpResponse<String> answer = shop.get(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return Shop.json(answer);
  }

  private static JsonNode demand(String service) throws Exception {
    return Shop.demand(shop.post("/api/tools/" + service, ""));
  }

  private static JsonNode named(JsonNode list, String key, String value) {
    return list.valueStream()
        .filter(entry -> entry.path(key).asText().equals(value))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("addresses")
  @DisplayName("A document parses, can be kept for a minute, and is told to a HEAD without it")
  void served(String address) throws Exception {
    HttpResponse<String> answer = shop.get(address);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Cache-Control")).contains("public, max-age=60");
    assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    String tag = answer.headers().firstValue("ETag").orElseThrow();
    assertThat(tag).matches("\"[A-Za-z0-9_-]{20}\"");
    String type = answer.headers().firstValue("Content-Type").orElseThrow();
    if (type.contains("json")) {
      assertThat(Shop.json(answer).isObject()).isTrue();
    } else if (type.contains("xml")) {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(answer.body().getBytes(StandardCharsets.UTF_8)));
    }
    assertThat(answer.body()).doesNotContain("{{", "}}\"").isNotBlank();

    Answer head = shop.raw().send("HEAD " + address + " HTTP/1.1\r\nHost: shop\r\n\r\n");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("ETag")).contains(tag);
    assertThat(head.body()).isEmpty();
    Answer had =
        shop.raw()
            .send(
                "GET "
                    + address
                    + " HTTP/1.1\r\nHost: shop\r\nIf-None-Match: "
                    + tag
                    + "\r\n"
                    + "Connection: close\r\n\r\n");
    assertThat(had.status()).isEqualTo(304);
    assertThat(had.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "gzip,true",
    "'gzip, deflate, br, zstd',true",
    "'br;q=1.0, GZIP;q=0.5',true",
    "identity,false",
    "'gzip;q=0, identity',false",
    "'gzip;q=0.000',false",
    "'',false"
  })
  @DisplayName("A large document goes packed to whoever takes it so, and is the same")
  void packed(String accepted, boolean packed) throws Exception {
    HttpResponse<String> plain = shop.get("/openapi.json");
    HttpRequest request =
        HttpRequest.newBuilder(shop.base().resolve("/openapi.json"))
            .header("Accept-Encoding", accepted)
            .build();
    HttpResponse<byte[]> answer =
        shop.client().send(request, HttpResponse.BodyHandlers.ofByteArray());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().allValues("Vary")).containsExactly("Accept-Encoding");
    assertThat(answer.headers().firstValue("Content-Encoding").isPresent()).isEqualTo(packed);
    byte[] body = answer.body();
    String tag = answer.headers().firstValue("ETag").orElseThrow();
    if (packed) {
      assertThat(body).hasSizeLessThan(plain.body().length() / 3);
      body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
      assertThat(plain.headers().firstValue("ETag"))
          .contains(tag.replace("-gzip\"", "\""))
          .get()
          .isNotEqualTo(tag);
    }
    assertThat(new String(body, StandardCharsets.UTF_8)).isEqualTo(plain.body());
    assertThat(
            shop.raw()
                .send(
                    "GET /openapi.json HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
                        + "If-None-Match: "
                        + tag
                        + "\r\n\r\n")
                .status())
        .isEqualTo(304);
  }

  @ParameterizedTest
  @MethodSource("addresses")
  @DisplayName("Another method is 405 with those that there are, and pages may ask first")
  void methods(String address) throws Exception {
    Answer posted = shop.raw().send(RawHttp.post(address, "{}"));

    assertThat(posted.status()).isEqualTo(405);
    assertThat(posted.header("Allow")).contains("GET, HEAD, OPTIONS");
    assertThat(shop.raw().send("OPTIONS " + address + " HTTP/1.1\r\nHost: shop\r\n\r\n").status())
        .isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/openapi.json",
        "/api/catalog",
        "/api/services",
        "/api/catalog/openai-functions.json",
        "/.well-known/api-catalog",
        "/apis.json",
        "/llms.txt",
        "/sitemap.xml"
      })
  @DisplayName("A document that lists names every service")
  void lists(String address) throws Exception {
    String text = shop.get(address).body();

    for (String service : SERVICES) {
      assertThat(text).contains("/" + service);
    }
  }

  @Test
  @DisplayName("Every document says the price that the 402 asks for")
  void prices() throws Exception {
    JsonNode catalogue = json("/api/catalog").path("services");
    JsonNode brief = json("/api/services").path("services");
    JsonNode calls = json("/api/catalog/openai-functions.json").path("calls");
    String words = shop.get("/llms.txt").body();
    for (int i = 0; i < SERVICES.size(); i++) {
      String service = SERVICES.get(i);
      JsonNode accepts = demand(service).path("accepts");
      assertThat(accepts.at("/0/amount").asText())
          .isEqualTo(PRICES.get(i).replace(".", "").replaceFirst("^0+", "") + "0000");
      JsonNode entry = named(catalogue, "id", service);
      assertThat(entry.at("/payment/accepts")).isEqualTo(accepts);
      assertThat(entry.at("/pricing/amount").asText()).isEqualTo(PRICES.get(i));
      assertThat(entry.at("/pricing/amountCents"))
          .isEqualTo(Shop.json(shop.post("/api/tools/" + service, "")).at("/payment/amountCents"));
      assertThat(named(brief, "id", service).at("/price/amount").asText()).isEqualTo(PRICES.get(i));
      assertThat(calls.path(service.replace('-', '_')).at("/price/amount").asText())
          .isEqualTo(PRICES.get(i));
      assertThat(words)
          .containsPattern(
              Pattern.quote("/services/" + service + "/llms.txt): USD " + PRICES.get(i) + "."));
      String page = shop.get("/services/" + service + "/llms.txt").body();
      assertThat(page)
          .contains("USD " + PRICES.get(i))
          .contains(accepts.at("/0/amount").asText())
          .contains(accepts.at("/0/payTo").asText());
    }
  }

  @Test
  @DisplayName("Every document says which services answer with a job, and how long one may take")
  void jobs() throws Exception {
    JsonNode catalogue = json("/api/catalog").path("services");
    JsonNode brief = json("/api/services").path("services");
    JsonNode functions = json("/api/catalog/openai-functions.json");
    String words = shop.get("/llms.txt").body();
    for (String service : SERVICES) {
      boolean job = service.equals("goes-on");
      for (JsonNode entry : List.of(named(catalogue, "id", service), named(brief, "id", service))) {
        assertThat(entry.path("asynchronous").asBoolean(!job)).isEqualTo(job);
        assertThat(entry.at("/job/withinSeconds").asInt()).isEqualTo(job ? 900 : 0);
        assertThat(entry.at("/job/url").asText())
            .isEqualTo(job ? shop.base() + "/api/jobs/{jobId}" : "");
      }
      String tool = service.replace('-', '_');
      assertThat(functions.path("calls").path(tool).path("asynchronous").asBoolean(!job))
          .isEqualTo(job);
      assertThat(functions.path("tools").toString().contains("at most 900 seconds")).isTrue();
      assertThat(words.contains("tool `" + tool + "`; answers with a job")).isEqualTo(job);
      assertThat(shop.get("/services/" + service + "/llms.txt").body().contains("## Job\n"))
          .isEqualTo(job);
    }
    assertThat(shop.get("/services/goes-on/llms.txt").body())
        .contains("900 seconds", shop.base() + "/api/jobs/NAME", "is not charged");
    assertThat(json("/api/discovery/audit").path("asynchronous").asInt()).isEqualTo(1);
    assertThat(json("/.well-known/server402.json").at("/jobs/url").asText())
        .isEqualTo(json("/api/agent-guide").at("/jobs/url").asText())
        .isEqualTo(shop.base() + "/api/jobs/{jobId}");
    assertThat(shop.get("/ai.txt").body()).contains(shop.base() + "/api/jobs/NAME");
  }

  @Test
  @DisplayName("A shop without jobs says nothing of them in its list of services")
  void noJobs() throws Exception {
    try (Shop other = Shop.open()) {
      assertThat(other.get("/llms.txt").body()).doesNotContain("job");
      assertThat(Shop.json(other.get("/api/discovery/audit")).path("asynchronous").asInt())
          .isZero();
    }
  }

  @Test
  @DisplayName(
      "An entry of the catalogue has what Server402's clients read of it, and no quality that nobody has measured")
  void entry() throws Exception {
    JsonNode entry = named(json("/api/catalog").path("services"), "id", "masked-face-comparison");

    assertThat(entry.properties().stream().map(Map.Entry::getKey))
        .contains(
            "id",
            "canonicalId",
            "internalServiceId",
            "name",
            "description",
            "descriptionForModel",
            "keywords",
            "tags",
            "method",
            "endpoint",
            "legacyEndpoint",
            "endpointAliases",
            "inputTypes",
            "outputTypes",
            "inputSchema",
            "outputSchema",
            "exampleRequest",
            "exampleResponse",
            "pricing",
            "payment",
            "toolName",
            "aliases")
        .doesNotContain("quality", "qualityScore", "healthStatus");
    assertThat(entry.path("internalServiceId").asText())
        .isEqualTo("aliyun-facebody-compare-face-with-mask");
    assertThat(
            shop.post(URI.create(entry.path("legacyEndpoint").asText()).getPath(), "").statusCode())
        .isEqualTo(402);
    assertThat(entry.at("/inputSchema/additionalProperties").booleanValue()).isFalse();
    assertThat(entry.at("/pricing/settleMode").asText()).isEqualTo("answer_first");
    assertThat(
            named(json("/api/catalog").path("services"), "id", "paid-first")
                .at("/pricing/settleMode")
                .asText())
        .isEqualTo("settle_first");
  }

  @Test
  @DisplayName("The discovery document has its fields, and every address in it answers")
  void discovery() throws Exception {
    JsonNode document = json("/.well-known/server402.json");

    assertThat(document.path("schemaVersion").asText()).isEqualTo("server402.discovery.v1");
    assertThat(document.path("audience")).hasSize(5);
    assertThat(document.path("baseUrl").asText()).isEqualTo(shop.base().toString());
    assertThat(document.at("/payment/type").asText()).isEqualTo("http-402");
    assertThat(document.at("/payment/providers/0").asText()).isEqualTo("x402_facilitator");
    JsonNode card = Shop.json(shop.get("/mcp/server-card"));
    assertThat(card.findValuesAsText("url")).contains(document.at("/mcp/url").asText());
    assertThat(card.at("/remotes/0/supportedProtocolVersions").valueStream().map(JsonNode::asText))
        .contains(document.at("/mcp/protocolVersion").asText());
    for (Map.Entry<String, JsonNode> field : document.properties()) {
      if (field.getKey().endsWith("Url") && !field.getKey().equals("baseUrl")) {
        assertThat(shop.get(URI.create(field.getValue().asText()).getPath()).statusCode())
            .as(field.getKey())
            .isEqualTo(200);
      }
    }
  }

  @Test
  @DisplayName(
      "The guide for agents has its fields and six steps, with what an order takes and answers")
  void guide() throws Exception {
    JsonNode guide = json("/api/agent-guide");

    assertThat(guide.path("schemaVersion").asText()).isEqualTo("server402.agent-guide.v1");
    assertThat(guide.path("workflow")).hasSize(6);
    JsonNode order = guide.at("/payment/createPayment");
    assertThat(order.at("/bodySchema/required/0").asText()).isEqualTo("serviceId");
    JsonNode made = Shop.json(shop.post("/api/payments", "{\"serviceId\":\"dear\"}"));
    Set<String> fields = new TreeSet<>();
    made.fieldNames().forEachRemaining(fields::add);
    Set<String> described = new TreeSet<>();
    order.at("/responseSchema/properties").fieldNames().forEachRemaining(described::add);
    fields.add("unitsPerCall");
    assertThat(described).isEqualTo(fields);
    for (Map.Entry<String, JsonNode> endpoint : guide.path("endpoints").properties()) {
      // where one goes with POST alone
      boolean posted = List.of("mcp", "payments", "credits").contains(endpoint.getKey());
      assertThat(shop.get(URI.create(endpoint.getValue().asText()).getPath()).statusCode())
          .as(endpoint.getKey())
          .isEqualTo(posted ? 405 : 200);
    }
  }

  @Test
  @DisplayName("The catalogue of RFC 9727 is a linkset of its type, and says where it stands")
  void linkset() throws Exception {
    HttpResponse<String> answer = shop.get("/.well-known/api-catalog");

    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"");
    assertThat(answer.headers().firstValue("Link"))
        .contains("</.well-known/api-catalog>; rel=\"api-catalog\"");
    JsonNode linkset = Shop.json(answer).path("linkset");
    assertThat(linkset.at("/0/item")).hasSize(SERVICES.size());
    assertThat(linkset.at("/1/service-desc/0/href").asText())
        .isEqualTo(shop.base() + "/openapi.json");
  }

  @Test
  @DisplayName(
      "The audit counts what is served: every document whole, with its own size and validator")
  void audit() throws Exception {
    JsonNode audit = json("/api/discovery/audit");

    assertThat(audit.path("complete").booleanValue()).as(audit.toString()).isTrue();
    assertThat(audit.path("services").asInt()).isEqualTo(SERVICES.size());
    for (JsonNode row : audit.path("documents")) {
      HttpResponse<String> answer = shop.get(URI.create(row.path("url").asText()).getPath());
      assertThat(answer.headers().firstValue("ETag")).contains(row.path("etag").asText());
      assertThat(answer.body().getBytes(StandardCharsets.UTF_8)).hasSize(row.path("bytes").asInt());
    }
  }

  @Test
  @DisplayName("The shop's picture is named where documents have a place for it, and is there")
  void icon() throws Exception {
    String icon = shop.base() + "/favicon.ico";

    assertThat(json("/api/catalog").path("iconUrl").asText()).isEqualTo(icon);
    assertThat(json("/.well-known/server402.json").path("iconUrl").asText()).isEqualTo(icon);
    assertThat(json("/openapi.json").at("/info/x-logo/url").asText()).isEqualTo(icon);
    assertThat(json("/apis.json").findValuesAsText("image"))
        .hasSize(SERVICES.size() + 1)
        .containsOnly(icon);
    assertThat(shop.get("/favicon.ico").headers().firstValue("Content-Type"))
        .contains("image/x-icon");
    assertThat(demand(SERVICES.get(0)).path("resource").has("iconUrl"))
        .as("marketplaces take none at an IP address")
        .isFalse();
  }

  @Test
  @DisplayName("A seller's name is text wherever it stands")
  void names() throws Exception {
    assertThat(json("/.well-known/server402.json").path("name").asText())
        .isEqualTo("A \"shop\" <of> ours & more");
    assertThat(json("/apis.json").at("/maintainers/0/url").asText())
        .isEqualTo("https://example.com/help");
    assertThat(shop.get("/llms.txt").body()).startsWith("# A \"shop\" <of> ours & more\n");
  }

  @ParameterizedTest
  @CsvSource({
    "/services/aliyun-facebody-compare-face-with-mask/llms.txt,200,",
    "/services/nothing-like-it/llms.txt,404,unknown_service",
    "/services/Masked_Face_Comparison/llms.txt,404,unknown_service",
    "/services/%2e%2e/llms.txt,200,",
    "/services/..%2f..%2fetc%2fpasswd/llms.txt,404,unknown_service",
    "/services/%00/llms.txt,404,unknown_service",
    "/services/'%20or%201=1/llms.txt,404,unknown_service",
    "/services/%7B%7Bbase%7D%7D/llms.txt,404,unknown_service",
    "/services//llms.txt,404,not_found",
    "/api/catalog/..%2fopenapi.json,404,not_found",
    "/llms.txt%00,404,not_found"
  })
  @DisplayName(
      "A hostile address is an address at which there is nothing, and nothing of it comes back")
  void hostile(String path, int status, String word) throws Exception {
    Answer answer =
        shop.raw().send("GET " + path + " HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");

    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    if (status == 404) {
      assertThat(answer.error()).isEqualTo(word);
      assertThat(answer.body()).doesNotContain("passwd", "1=1", "\"data\":{\"");
    }
  }

  @Test
  @DisplayName("A service whose name is almost right is told the right one")
  void almost() throws Exception {
    assertThat(
            Shop.json(shop.get("/services/MASKED_FACE_COMPARISON/llms.txt"))
                .path("message")
                .asText())
        .contains("Did you mean masked-face-comparison?");
  }

  @Test
  @DisplayName("Every document that a route names is made, and every one that is made has a route")
  void named() throws Exception {
    Set<String> routed = new TreeSet<>();
    for (JsonNode entry :
        new YAMLMapper().readTree(Path.of("routes", "discovery.camel.yaml").toFile())) {
      for (JsonNode step : entry.at("/route/from/steps")) {
        if (step.at("/setVariable/name").asText().equals("document")) {
          routed.add(step.at("/setVariable/expression/constant/expression").asText());
        }
      }
    }

    assertThat(shop.bean("giveDocument", GiveDocument.class).names()).isEqualTo(routed);
  }

  @Test
  @DisplayName("A service that comes or goes is in every document, or in none, at once")
  void reload() throws Exception {
    FaceServices services = new FaceServices(folder);
    services.write("new-one", "0.01");
    Shop.await(() -> shop.post("/api/tools/new-one", "").statusCode() == 402);
    List<String> with = new ArrayList<>();
    for (String address : List.of("/openapi.json", "/llms.txt", "/api/catalog", "/sitemap.xml")) {
      with.add(shop.get(address).body());
    }
    services.remove("new-one");
    Shop.await(() -> shop.post("/api/tools/new-one", "").statusCode() == 404);

    assertThat(with).allMatch(text -> text.contains("/new-one"));
    assertThat(shop.get("/services/new-one/llms.txt").statusCode()).isEqualTo(404);
    assertThat(shop.get("/openapi.json").body()).doesNotContain("/new-one");
  }
}
