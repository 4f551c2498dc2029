package io.tollroute.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tollroute.alibaba.ActionFacts;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Every service that comes with the product")
class EveryServiceIT {

  private static final Path SHIPPED = Path.of("services").toAbsolutePath();

  private static Shop shop;
  private static Catalogue catalogue;
  private static JsonNode tools;

  @BeforeAll
  static void open() throws Exception {
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES", SHIPPED.toString(),
                "TOLLROUTE_JOBS_LOOK_MS", "100",
                "TOLLROUTE_JOBS_WAIT_POLL_MS", "20"));
    catalogue = shop.bean("liveCatalogue", LiveCatalogue.class).current();
    tools = tools();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static JsonNode tools() throws Exception {
    ArrayNode all = ((ObjectNode) Shop.json("{}")).putArray("all");
    String cursor = "";
    do {
      JsonNode page =
          Shop.json(
                  shop.post(
                      "/mcp",
                      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{%s}}"
                          .formatted(cursor)))
              .path("result");
      all.addAll((ArrayNode) page.path("tools"));
      cursor =
          page.has("nextCursor") ? "\"cursor\":\"" + page.get("nextCursor").asText() + "\"" : "";
    } while (!cursor.isEmpty());
    return all;
  }

  static List<String> listed() throws Exception {
    return new ServiceFolder(SHIPPED).load().services().stream().map(Service::id).toList();
  }

  private static Stream<Service> all() {
    return Stream.concat(catalogue.services().stream(), catalogue.withheld().stream());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("listed")
  @DisplayName("tells its price, and sells its answer, as it says it will")
  void sold(String id) throws Exception {
    Service service = catalogue.find(id).orElseThrow();
    ObjectNode demand = Shop.demand(shop.post(service.address(), ""));
    assertThat(demand.at("/accepts/0/amount").asText())
        .isEqualTo(service.price().atomicUnits(6).toString());
    String body = service.exampleRequest().toString();
    ObjectNode terms = Shop.demand(shop.post(service.address(), body));
    String payment = Shop.encode(shop.wallet().sign(terms, terms.at("/accepts/0")));

    HttpResponse<String> answer =
        shop.post(
            service.address(),
            service.exampleRequest().toString(),
            "PAYMENT-SIGNATURE",
            payment,
            "Prefer",
            "wait=30");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertMeets(service.outputSchema(), Shop.json(answer));
    assertMeets(service.detailed().schema(), Shop.json(answer));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("listed")
  @DisplayName("is one product at its other addresses, and a tool of the same price")
  void names(String id) throws Exception {
    Service service = catalogue.find(id).orElseThrow();
    String units = service.price().atomicUnits(6).toString();
    for (String address : service.otherAddresses()) {
      assertThat(Shop.demand(shop.post(address, "")).at("/accepts/0/amount").asText())
          .isEqualTo(units);
    }
    JsonNode tool = null;
    for (JsonNode each : tools) {
      tool = each.path("name").asText().equals(service.toolName()) ? each : tool;
    }
    assertThat(tool).as("tool " + service.toolName()).isNotNull();
    assertThat(tool.at("/_meta/agents-x402~1priceUSD").decimalValue())
        .isEqualByComparingTo(service.price().amount());
  }

  @Test
  @DisplayName("has its answer over MCP too, where that is one of a job")
  void jobs() throws Exception {
    List<Service> jobs =
        catalogue.services().stream()
            .filter(service -> service.kind().equals(Service.JOB))
            .toList();
    assertThat(jobs).hasSizeGreaterThan(30);
    for (Service service : jobs) {
      ObjectNode terms =
          Shop.demand(shop.post(service.address(), service.exampleRequest().toString()));
      ObjectNode call = (ObjectNode) Shop.json("{\"jsonrpc\":\"2.0\",\"id\":1}");
      ObjectNode params = call.put("method", "tools/call").putObject("params");
      ObjectNode arguments = service.exampleRequest().deepCopy();
      params.put("name", service.toolName()).set("arguments", arguments.put("waitSeconds", 30));
      params
          .putObject("_meta")
          .set("x402/payment", shop.wallet().sign(terms, terms.at("/accepts/0")));

      JsonNode result = Shop.json(shop.post("/mcp", call.toString())).path("result");

      assertThat(result.path("isError").asBoolean(true)).as(result.toString()).isFalse();
      assertMeets(service.outputSchema(), result.path("structuredContent"));
      assertMeets(service.detailed().schema(), result.path("structuredContent"));
    }
  }

  @DisplayName(
      "is asked, for the example that any document gives, the price that every document says")
  void declared() throws Exception {
    JsonNode openApi = Shop.json(shop.get("/openapi.json")).path("paths");
    JsonNode entries = Shop.json(shop.get("/api/catalog")).path("services");
    JsonNode brief = Shop.json(shop.get("/api/services")).path("services");
    JsonNode functions = Shop.json(shop.get("/api/catalog/openai-functions.json")).path("calls");
    String words = shop.get("/llms.txt").body();
    for (Service service : catalogue.services()) {
      String address = service.address();
      HttpResponse<String> unpaid = shop.post(address, "");
      JsonNode header = Shop.demand(unpaid);
      String amount = header.at("/accepts/0/amount").asText();
      String dollars = service.price().text();
      JsonNode operation = openApi.path(address).path("post");
      JsonNode entry = named(entries, service.id());

      assertThat(amount).isEqualTo(service.price().atomicUnits(6).toString());
      assertThat(Shop.json(unpaid).at("/accepts/0/maxAmountRequired").asText()).isEqualTo(amount);
      assertThat(operation.at("/x-payment-info/offers/0/amount").asText()).isEqualTo(amount);
      String lowest = service.tariff().goesByInput() ? "min" : "amount";
      assertThat(operation.at("/x-payment-info/price").path(lowest).asText()).isEqualTo(dollars);
      assertThat(entry.at("/payment/accepts")).isEqualTo(header.path("accepts"));
      assertThat(entry.at("/pricing/amount").asText()).isEqualTo(dollars);
      assertThat(named(brief, service.id()).at("/price/amount").asText()).isEqualTo(dollars);
      assertThat(functions.path(service.toolName()).at("/price/amount").asText()).isIn(dollars, "");
      assertThat(words).contains("/services/" + service.id() + "/llms.txt): USD " + dollars);
      assertThat(shop.get("/services/" + service.id() + "/llms.txt").body())
          .contains("USD " + dollars, amount);

      Set<JsonNode> examples = new LinkedHashSet<>();
      for (JsonNode where :
          List.of(
              header.at("/extensions/bazaar/info/input/body"),
              Shop.json(unpaid).at("/extensions/bazaar/info/input/body"),
              operation.at("/requestBody/content/application~1json/example"),
              entry.path("exampleRequest"))) {
        if (!where.isMissingNode()) {
          examples.add(where);
        }
      }
      assertThat(examples).as(service.id()).isNotEmpty();
      for (JsonNode example : examples) {
        HttpResponse<String> asked = shop.post(address, example.toString());
        HttpResponse<String> checked = shop.post(address + "/check", example.toString());
        assertThat(asked.statusCode()).as(service.id()).isEqualTo(402);
        assertThat(Shop.demand(asked).at("/accepts/0/amount").asText())
            .isEqualTo(service.pricedFor(example).price().atomicUnits(6).toString());
        assertThat(checked.statusCode()).as(service.id() + checked.body()).isEqualTo(200);
        assertThat(Shop.json(checked).at("/data/valid").asBoolean()).as(checked.body()).isTrue();
      }
    }
  }

  private static JsonNode named(JsonNode list, String id) {
    return list.valueStream()
        .filter(entry -> entry.path("id").asText().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static void assertMeets(JsonNode schema, JsonNode answer) {
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema)
                .validate(answer))
        .as(answer.toString())
        .isEmpty();
  }

  @Test
  @DisplayName("is of an action of Alibaba Cloud, and each of those is a service or says why not")
  void complete() throws Exception {
    Set<String> known = new TreeSet<>();
    new ActionFacts()
        .products()
        .forEach(
            product ->
                product
                    .actions()
                    .forEach(action -> known.add(product.name() + " " + action.name())));
    List<String> sold =
        all()
            .map(Service::provider)
            .map(Provider::settings)
            .map(settings -> settings.get("product") + " " + settings.get("action"))
            .toList();

    assertThat(sold).containsExactlyInAnyOrderElementsOf(known);
    assertThat(catalogue.withheld())
        .allMatch(service -> service.shelf().withheld().orElse("").endsWith("."));
  }

  @Test
  @DisplayName("has the alias that follows from product and action")
  void aliases() {
    assertThat(all())
        .allSatisfy(
            service ->
                assertThat(service.aliases())
                    .contains(
                        "aliyun-"
                            + service.provider().settings().get("product")
                            + "-"
                            + service
                                .provider()
                                .settings()
                                .get("action")
                                .toString()
                                .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                                .replaceAll("([A-Z]+)([A-Z][a-z])", "$1-$2")
                                .toLowerCase(java.util.Locale.ROOT)));
  }

  @Test
  @DisplayName("sends the parameters that its action has, in their place and style")
  void parameters() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (ActionFacts.ProductFacts product : new ActionFacts().products()) {
      for (ActionFacts.Action action : product.actions()) {
        Service service = catalogueOf(product.name(), action.name());
        Set<String> query = new HashSet<>();
        Set<String> json = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (ActionFacts.Parameter parameter : action.parameters()) {
          names.add(parameter.name());
          if (parameter.inQuery()) {
            query.add(parameter.name());
          }
          if (parameter.asJson()) {
            json.add(parameter.name());
          }
        }
        Set<String> own = new HashSet<>();
        service.inputSchema().path("properties").fieldNames().forEachRemaining(own::add);
        Map<String, Object> settings = service.provider().settings();
        if (!own.equals(names)
            || !query.equals(Set.copyOf((List<?>) settings.getOrDefault("query", List.of())))
            || !json.equals(Set.copyOf((List<?>) settings.getOrDefault("json", List.of())))) {
          wrong.add(product.name() + " " + action.name() + " " + own + " and not " + names);
        }
      }
    }

    assertThat(wrong).isEmpty();
  }

  private static Service catalogueOf(String product, String action) {
    return all()
        .filter(service -> product.equals(service.provider().settings().get("product")))
        .filter(service -> action.equals(service.provider().settings().get("action")))
        .findFirst()
        .orElseThrow();
  }
}
