package io.tollroute.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tollroute.settings.SettingsFault;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.Shop;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the OpenAPI document says is what a buyer meets. */
class OpenApiTest {

  private static final List<String> SERVICES =
      List.of("masked-face-comparison", "paid-first", "recursive", "dear", "goes-on");

  @TempDir private static Path folder;
  private static Shop shop;
  private static JsonNode document;

  @BeforeAll
  static void open() throws Exception {
    FaceServices services = new FaceServices(folder);
    services.write("masked-face-comparison", "0.20");
    services.write("paid-first", "0.05", "first");
    services.write("dear", "1234.56");
    services.write("recursive", "0.10");
    services.writeJob("goes-on", "after");
    Path recursive = folder.resolve("recursive.yaml");
    Files.writeString(
        recursive,
        Files.readString(recursive)
            .replace(
                "  required:\n    - ImageURLA",
                """
                    tree: {$ref: "#/$defs/node"}
                  $defs:
                    node:
                      type: object
                      properties:
                        name: {type: string}
                        children: {type: array, items: {$ref: "#/$defs/node"}}
                  required:
                    - ImageURLA\
                """));
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES", folder.toString(), "TOLLROUTE_CONTACT", "help@example.com"));
    document = Shop.json(shop.get("/openapi.json"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  static List<String> services() {
    return SERVICES;
  }

  private static JsonNode operation(String service) {
    return document.path("paths").path("/api/tools/" + service).path("post");
  }

  private static JsonNode json(JsonNode holder) {
    return holder.path("content").path("application/json");
  }

  @Test
  @DisplayName("It stands at both addresses, byte for byte, and names who can be asked")
  void twoAddresses() throws Exception {
    HttpResponse<String> one = shop.get("/openapi.json");
    HttpResponse<String> other = shop.get("/api/catalog/openapi.json");

    assertThat(one.statusCode()).isEqualTo(200);
    assertThat(one.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(other.body()).isEqualTo(one.body());
    assertThat(other.headers().firstValue("ETag")).isEqualTo(one.headers().firstValue("ETag"));
    assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
    assertThat(document.at("/info/contact/email").asText()).isEqualTo("help@example.com");
    assertThat(document.at("/info/x-guidance").asText()).hasSizeBetween(100, 3_900);
    assertThat(document.at("/servers/0/url").asText()).isEqualTo(shop.base().toString());
  }

  @Test
  @DisplayName("Nobody is named who can be asked when the seller has set nobody")
  void noContact() throws Exception {
    try (Shop silent = Shop.open()) {
      assertThat(Shop.json(silent.get("/openapi.json")).at("/info/contact").isMissingNode())
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nobody", "a@b", "a b@example.com", "javascript:alert(1)", "@example.com"})
  @DisplayName("Who is neither an e-mail address nor a URL cannot be asked, and stops the start")
  void unreachable(String contact) {
    assertThatThrownBy(() -> Shop.open(Map.of("TOLLROUTE_CONTACT", contact)).close())
        .isInstanceOf(SettingsFault.class)
        .hasMessageContaining("tollroute.contact");
  }

  @ParameterizedTest
  @MethodSource("services")
  @DisplayName("The example of a 402 is the 402 itself, but for the id of the request")
  void example(String service) throws Exception {
    ObjectNode real = (ObjectNode) Shop.json(shop.post("/api/tools/" + service, ""));
    JsonNode example = json(operation(service).path("responses").path("402")).path("example");

    assertThat(real.path("accepts")).isNotEmpty();
    assertThat(example).isEqualTo(real.put("requestId", example.path("requestId").asText()));
  }

  @ParameterizedTest
  @MethodSource("services")
  @DisplayName("Both dialects of x-payment-info say the terms that the 402 asks for")
  void terms(String service) throws Exception {
    HttpResponse<String> unpaid = shop.post("/api/tools/" + service, "");
    JsonNode accepts = Shop.demand(unpaid).path("accepts");
    JsonNode info = operation(service).path("x-payment-info");

    assertThat(info.at("/protocols/0/x402/accepts")).isEqualTo(accepts);
    assertThat(info.at("/offers/0/amount")).isEqualTo(accepts.at("/0/amount"));
    assertThat(info.at("/offers/0/currency")).isEqualTo(accepts.at("/0/asset"));
    assertThat(info.at("/offers/0/method").asText()).isEqualTo("x402");
    assertThat(info.at("/offers/0/intent").asText()).isEqualTo("charge");
    assertThat(info.path("offers")).hasSameSizeAs(accepts);
    assertThat(info.at("/price/mode").asText()).isEqualTo("fixed");
    assertThat(info.at("/price/currency").asText()).isEqualTo("USD");
    assertThat(new BigDecimal(info.at("/price/amount").asText()).movePointRight(2).intValueExact())
        .isEqualTo(Shop.json(unpaid).at("/payment/amountCents").asInt());
  }

  @ParameterizedTest
  @MethodSource("services")
  @DisplayName(
      "An operation is named as the tool, takes nothing but what it names, and its examples fit")
  void schemas(String service) {
    JsonNode operation = operation(service);
    JsonNode request = json(operation.path("requestBody"));
    JsonNode answer = json(operation.path("responses").path("200"));

    assertThat(operation.path("operationId").asText()).isEqualTo(service.replace('-', '_'));
    assertThat(operation.path("security").findValuesAsText("none")).isEmpty();
    assertThat(operation.path("security"))
        .flatExtracting(each -> each.properties().stream().map(Map.Entry::getKey).toList())
        .containsExactlyInAnyOrder("X402PaymentSignature", "PaymentToken");
    assertThat(request.at("/schema/additionalProperties").isBoolean()).isTrue();
    assertThat(request.at("/schema/additionalProperties").booleanValue()).isFalse();
    assertThat(faults("/requestBody", service, request.path("example"))).isEmpty();
    assertThat(faults("/responses/200", service, answer.path("example"))).isEmpty();
    ObjectNode other = request.path("example").deepCopy();
    other.put("Action", "DeleteFace");
    assertThat(faults("/requestBody", service, other)).isNotEmpty();
  }

  @Test
  @DisplayName(
      "A service whose work goes on says so: its 202, how long at most, and where the job is asked for")
  void job() throws Exception {
    JsonNode operation = operation("goes-on");
    JsonNode accepted = operation.path("responses").path("202");
    ObjectNode terms = Shop.demand(shop.post("/api/tools/goes-on", ""));
    HttpResponse<String> real =
        shop.post(
            "/api/tools/goes-on",
            "{\"VideoUrl\":\"https://videos.example.com/sandbox/slow/60000\"}",
            "PAYMENT-SIGNATURE",
            Shop.encode(shop.wallet().sign(terms, terms.at("/accepts/0"))));

    assertThat(real.statusCode()).as(real.body()).isEqualTo(202);
    assertThat(operation.at("/x-asynchronous/withinSeconds").asInt()).isEqualTo(900);
    assertThat(operation.path("description").asText()).contains("at most 900 seconds");
    assertThat(operation.path("parameters").findValuesAsText("$ref"))
        .contains("#/components/parameters/Prefer");
    assertThat(accepted.path("headers").properties())
        .extracting(Map.Entry::getKey)
        .allMatch(header -> real.headers().firstValue(header).isPresent());
    assertThat(faults("/responses/202", "goes-on", Shop.json(real))).isEmpty();
    assertThat(faults("/responses/202", "goes-on", json(accepted).path("example"))).isEmpty();
    assertThat(json(accepted).at("/example/message")).isEqualTo(Shop.json(real).path("message"));
    assertThat(accepted.at("/links/job/operationId"))
        .isEqualTo(document.at("/paths/~1api~1jobs~1{jobId}/get/operationId"));
    assertThat(Shop.json(real).at("/data/job/id").asText())
        .matches(
            document.at("/paths/~1api~1jobs~1{jobId}/get/parameters/0/schema/pattern").asText());
    for (String other : SERVICES) {
      if (!other.equals("goes-on")) {
        assertThat(operation(other).path("responses").has("202")).as(other).isFalse();
        assertThat(operation(other).has("x-asynchronous")).as(other).isFalse();
        assertThat(operation(other).path("description").asText()).doesNotContain("job");
      }
    }
  }

  @Test
  @DisplayName("A job has every status in its description that it can be told with")
  void statusesOfJobs() {
    JsonNode responses = document.at("/paths/~1api~1jobs~1{jobId}/get/responses");

    assertThat(responses.properties())
        .extracting(Map.Entry::getKey)
        .contains("200", "202", "404", "409", "422", "429", "502", "503", "504");
    assertThat(responses.at("/404/$ref").asText()).isEqualTo("#/components/responses/404");
    assertThat(document.at("/components/responses/404/description").asText())
        .contains("unknown_job");
  }

  /** By the schema where it stands, so that what it refers to is found in the whole document. */
  private static List<String> faults(String place, String service, JsonNode value) {
    ObjectNode whole = document.deepCopy();
    whole.put(
        "$ref",
        "#/paths/~1api~1tools~1" + service + "/post" + place + "/content/application~1json/schema");
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(whole);
    return schema.validate(value).stream().map(Object::toString).toList();
  }

  @Test
  @DisplayName("Every reference leads to something in the document")
  void references() {
    List<String> lost = new ArrayList<>();
    JsonNode described = document.deepCopy();
    // an example is what it is
    described.findParents("example").forEach(parent -> ((ObjectNode) parent).remove("example"));
    List<JsonNode> refs = described.findValues("$ref");
    refs.stream()
        .map(JsonNode::asText)
        .filter(ref -> document.at(ref.substring(1)).isMissingNode())
        .forEach(lost::add);

    assertThat(refs).hasSizeGreaterThan(20);
    assertThat(lost).isEmpty();
  }

  @Test
  @DisplayName(
      "What is free says so, and what is paid says how; every operation has a name of its own")
  void security() {
    List<String> names =
        document
            .path("paths")
            .valueStream()
            .flatMap(JsonNode::valueStream)
            .map(operation -> operation.path("operationId").asText())
            .toList();

    assertThat(names).doesNotHaveDuplicates().contains("createPayment", "verifyPayment");
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .forEach(
                        operation ->
                            assertThat(operation.path("security").isEmpty())
                                .as(path.getKey())
                                .isEqualTo(!operation.has("x-payment-info"))));
    assertThat(document.at("/components/securitySchemes/PaymentToken/name").asText())
        .isEqualTo("X-Payment-Token");
    assertThat(document.at("/components/securitySchemes/X402PaymentSignature/name").asText())
        .isEqualTo("PAYMENT-SIGNATURE");
  }

  @Test
  @DisplayName("Every address that buyers have stands in it with its methods, and no other")
  void addresses() throws Exception {
    Set<String> served = new TreeSet<>();
    for (String file : List.of("http", "check", "discovery", "jobs", "search")) {
      for (JsonNode entry :
          new YAMLMapper().readTree(Path.of("routes", file + ".camel.yaml").toFile())) {
        JsonNode from = entry.at("/route/from");
        if (from.path("uri").asText().startsWith("platform-http:")) {
          served.add(
              from.at("/parameters/httpMethodRestrict").asText().toLowerCase(Locale.ROOT)
                  + from.path("uri").asText().replace("platform-http:", " "));
        }
      }
    }
    // for people, browsers and crawlers
    served.removeIf(each -> each.matches("get /(docs/.*|robots\\.txt|favicon\\.ico)"));
    Set<String> described = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      String address = path.getKey().replaceFirst("^/api/tools/[a-z-]+$", "/api/tools/{service}");
      path.getValue().fieldNames().forEachRemaining(m -> described.add(m + " " + address));
    }

    assertThat(described).isEqualTo(served);
  }

  @Test
  @DisplayName("Whoever has the document is told so in 304 without it, until a price changes")
  void reload(@TempDir Path changing) throws Exception {
    FaceServices services = new FaceServices(changing);
    services.write("masked-face-comparison", "0.20");
    try (Shop own =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES", changing.toString(), "TOLLROUTE_SERVICES_POLL_MS", "50"))) {
      String tag = own.get("/openapi.json").headers().firstValue("ETag").orElseThrow();
      HttpResponse<String> unchanged = ifNoneMatch(own, "\"other\", W/" + tag);

      assertThat(unchanged.statusCode()).isEqualTo(304);
      assertThat(unchanged.body()).isEmpty();
      assertThat(unchanged.headers().firstValue("ETag")).contains(tag);
      assertThat(unchanged.headers().firstValue("Cache-Control")).contains("public, max-age=60");
      assertThat(ifNoneMatch(own, "\"other\"").statusCode()).isEqualTo(200);

      services.write("masked-face-comparison", "0.30");
      Shop.await(() -> own.demand().at("/accepts/0/amount").asText().equals("300000"));

      HttpResponse<String> changed = ifNoneMatch(own, tag);
      assertThat(changed.statusCode()).isEqualTo(200);
      assertThat(
              Shop.json(changed)
                  .at(
                      "/paths/~1api~1tools~1masked-face-comparison/post/x-payment-info/price/amount")
                  .asText())
          .isEqualTo("0.30");
    }
  }

  private static HttpResponse<String> ifNoneMatch(Shop own, String tags) throws Exception {
    return own.client()
        .send(
            HttpRequest.newBuilder(own.base().resolve("/openapi.json"))
                .header("If-None-Match", tags)
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
