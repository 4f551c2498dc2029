package io.tollroute.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.ops.ServiceFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("An OpenAPI document")
class OpenApiImportTest {

  private static final long MEMORY = 64 << 20;

  private static final String LIBRARY =
      """
      openapi: 3.0.3
      info: {title: 'Library', version: '1'}
      servers:
        - url: https://{region}.library.example.com/v1/
          variables: {region: {default: eu}}
      security: [{key: []}]
      paths:
        /books/{book-id}:
          parameters:
            - {$ref: '#/components/parameters/Book'}
          get:
            operationId: getBook
            summary: One *book*
            description: |
              Tells [all](https://x.example) about a book.
            tags: [Books, Über]
            parameters:
              - {name: 'with[]', in: query, schema: {type: array, items: {type: string, enum: [author, shelf]}}, example: [shelf]}
              - {name: tags, in: query, explode: false, schema: {type: array, items: {type: string}}}
              - {name: filter, in: query, style: deepObject, schema: {type: object, properties: {year: {type: integer}}}}
              - {name: X-Language, in: header, schema: {type: string, default: en}}
              - {name: Accept, in: header, required: true, schema: {type: string}}
              - {name: session, in: cookie, schema: {type: string}}
            responses:
              200:
                description: ok
                content:
                  application/json: {schema: {$ref: '#/components/schemas/Book'}}
          put:
            operationId: putBook
            requestBody:
              content:
                application/json: {schema: {$ref: '#/components/schemas/Book'}}
            responses:
              '201': {description: ok, content: {application/json: {schema: {type: string}, example: done}}}
          delete:
            responses: {'204': {description: gone}}
        /login:
          post:
            operationId: logIn
            security: []
            requestBody:
              required: true
              content:
                application/x-www-form-urlencoded:
                  schema: {type: object, required: [user], properties: {user: {type: string, pattern: '^[a-z]{4}$'}}}
            responses:
              default: {description: ok, content: {application/json: {}}}
        /pictures:
          post:
            requestBody: {content: {multipart/form-data: {}}}
            responses: {'200': {description: ok, content: {application/json: {}}}}
          get:
            security: [{login: [read]}]
            responses: {'200': {description: ok, content: {application/json: {}}}}
        /watch:
          post:
            callbacks: {done: {}}
            responses: {'200': {description: ok, content: {application/json: {}}}}
      components:
        parameters:
          Book: {name: book-id, in: path, required: true, schema: {type: integer, minimum: 0, exclusiveMinimum: true}}
        securitySchemes:
          key: {type: apiKey, in: header, name: X-Key}
          login: {type: oauth2, flows: {}}
        schemas:
          Book:
            type: object
            required: [id, title]
            properties:
              id: {type: integer, readOnly: true}
              title: {type: string, nullable: true, example: Momo}
              secret: {type: string, writeOnly: true}
              next: {$ref: '#/components/schemas/Book'}
      """;

  @TempDir Path folder;

  private final Function<Path, ServiceFolder> folders =
      new ServiceFolders(Path.of("").toAbsolutePath(), Map.of(), new Properties());

  private OpenApiImport.Request request(String document, String... operations) throws Exception {
    return request(document, Set.of(), operations);
  }

  private OpenApiImport.Request request(
      String document, Set<OpenApiImport.Leniency> leniency, String... operations)
      throws Exception {
    return new OpenApiImport.Request(
        Files.writeString(folder.resolve("api.yaml"), document),
        "0.05",
        List.of(operations),
        "",
        "",
        Optional.empty(),
        folder.resolve("services"),
        false,
        leniency);
  }

  private OpenApiImport.Report imported(OpenApiImport.Request request) throws Exception {
    return new OpenApiImport(folders, MEMORY).run(request);
  }

  private JsonNode service(String id) throws Exception {
    return new YAMLMapper()
        .readTree(folder.resolve("services/library").resolve(id + ".yaml").toFile());
  }

  @Test
  @DisplayName("becomes service files that the catalogue takes, and what cannot be sold is listed")
  void whole() throws Exception {
    OpenApiImport.Report report = imported(request(LIBRARY));

    assertThat(report.written()).containsExactly("get-book", "put-book", "log-in");
    assertThat(report.unsellable())
        .isEqualTo(
            Map.of(
                "DELETE /books/{book-id}", "answers with nothing",
                "POST /pictures", "takes multipart/form-data",
                "GET /pictures", "asks for oauth2 (see --token)",
                "POST /watch", "answers later, by callbacks"));
    assertThat(report.variables()).containsExactly("API_LIBRARY_KEY");
    assertThat(folders.apply(folder.resolve("services")).load().services()).hasSize(3);
  }

  @Test
  @DisplayName("says what of the input goes where, and what the buyer is told of it")
  void mapping() throws Exception {
    imported(request(LIBRARY));
    JsonNode book = service("get-book");

    assertThat(book.path("title").asText()).isEqualTo("One book");
    assertThat(book.path("description").asText())
        .isEqualTo("One book. Tells all about a book. Answered by Library.");
    assertThat(book.path("tags").toString()).isEqualTo("[\"Books\",\"Uber\",\"library\"]");
    assertThat(book.at("/provider/settings"))
        .isEqualTo(
            new YAMLMapper()
                .readTree(
                    """
                    url: https://eu.library.example.com/v1/books/{book-id}
                    method: GET
                    query:
                      with[]: /with
                      tags: {from: /tags, style: comma}
                      filter: {from: /filter, style: brackets}
                    headers: {X-Language: /X-Language, X-Key: {env: API_LIBRARY_KEY}}
                    """));
    assertThat(book.at("/inputSchema/properties/book-id").toString())
        .isEqualTo("{\"type\":\"integer\",\"exclusiveMinimum\":0}");
    assertThat(book.at("/inputSchema/required").toString()).isEqualTo("[\"book-id\"]");
    assertThat(book.at("/exampleRequest").toString())
        .isEqualTo("{\"book-id\":1,\"with\":[\"shelf\"]}");
  }

  @Test
  @DisplayName("may hold schemas that contain themselves, and members that only one side has")
  void schemas() throws Exception {
    imported(request(LIBRARY));

    JsonNode put = service("put-book");
    assertThat(put.at("/inputSchema/properties").properties().stream().map(Map.Entry::getKey))
        .containsExactly("book-id", "title", "secret", "next");
    assertThat(put.at("/provider/settings/body/object").toString())
        .isEqualTo("{\"title\":\"/title\",\"secret\":\"/secret\",\"next\":\"/next\"}");
    assertThat(put.at("/answer/example").toString()).isEqualTo("{\"value\":\"done\"}");
    assertThat(put.at("/provider/settings/data").toString())
        .isEqualTo("{\"object\":{\"value\":\"\"}}");
    JsonNode answer = service("get-book").at("/answer/schema");
    assertThat(answer.at("/properties/secret").isMissingNode()).isTrue();
    assertThat(answer.at("/properties/next").toString()).isEqualTo("{\"type\":\"object\"}");
    assertThat(answer.at("/properties/title/type").toString()).isEqualTo("[\"string\",\"null\"]");
    assertThat(service("log-in").at("/provider/settings/form").toString())
        .isEqualTo("{\"user\":\"/user\"}");
  }

  @Test
  @DisplayName("is imported in part, by its own ids, the services' or by method and path")
  void some() throws Exception {
    assertThat(imported(request(LIBRARY, "getBook")).written()).containsExactly("get-book");
    assertThat(imported(request(LIBRARY, "log-in", "PUT /books/{book-id}")).written())
        .containsExactly("put-book", "log-in");
    assertThatThrownBy(() -> imported(request(LIBRARY, "getBook", "nobody")))
        .isInstanceOf(OpenApiFault.class)
        .hasMessage("it has no operation nobody");
  }

  @Test
  @DisplayName("never overwrites what somebody has edited, unless it is told to")
  void edited() throws Exception {
    OpenApiImport.Request request = request(LIBRARY);
    imported(request);
    Path file = folder.resolve("services/library/get-book.yaml");
    String written = Files.readString(file);
    Files.writeString(file, written.replace("amount: '0.05'", "amount: '7.00'"));

    OpenApiImport.Report report = imported(request);

    assertThat(report.edited()).containsExactly(file);
    assertThat(report.written()).containsExactly("put-book", "log-in");
    assertThat(Files.readString(file)).contains("7.00");
    OpenApiImport.Request force =
        new OpenApiImport.Request(
            request.document(),
            "0.06",
            List.of(),
            "",
            "",
            Optional.empty(),
            request.services(),
            true,
            Set.of());
    assertThat(imported(force).written()).hasSize(3);
    assertThat(service("get-book").at("/price/amount").asText()).isEqualTo("0.06");
  }

  @Test
  @DisplayName("takes no name that another service has")
  void taken() throws Exception {
    imported(request(LIBRARY, "getBook"));
    Files.move(folder.resolve("services/library"), folder.resolve("services/other"));

    OpenApiImport.Report report = imported(request(LIBRARY));

    assertThat(report.written()).containsExactly("put-book", "log-in");
    assertThat(report.unsellable().get("GET /books/{book-id}"))
        .isEqualTo("another service is called get-book; use --prefix");
  }

  private static String api(String schema) {
    return """
        openapi: 3.1.0
        info: {title: T, version: '1'}
        servers: [{url: 'https://api.example.com'}]
        paths:
          /a:
            get:
              operationId: a
              responses: {'200': {description: ok, content: {application/json: {schema: %s}}}}
        """
        .formatted(schema);
  }

  static Stream<Arguments> broken() {
    String deep = "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000);
    String bomb =
        IntStream.range(1, 60)
            .mapToObj(i -> "x%d: &a%d [*a%d, *a%d]".formatted(i, i, i - 1, i - 1))
            .collect(Collectors.joining("\n", "x0: &a0 [1]\n", "\n"));
    return Stream.of(
        Arguments.of("{\"openapi\": \"3.1.0\", ", "no JSON that can be read"),
        Arguments.of(
            "{\"openapi\": \"3.1.0\", \"openapi\": \"3.0.0\"}", "no JSON that can be read"),
        Arguments.of("openapi: [", "line 1: no YAML that can be read"),
        Arguments.of("", "openapi does not say 3.0 or 3.1"),
        Arguments.of("- a", "openapi does not say 3.0 or 3.1"),
        Arguments.of("openapi: 4.0.0", "openapi does not say 3.0 or 3.1"),
        Arguments.of("swagger: '2.0'", "it is Swagger 2.0"),
        Arguments.of("openapi: 3.1.0\npaths: {}", "it has no paths"),
        Arguments.of("openapi: 3.1.0\npaths: {/a: 1}", "none of its operations can be sold"),
        Arguments.of("a: !!java.lang.Runtime {}", "no YAML that can be read"),
        Arguments.of(deep, "no JSON that can be read"),
        Arguments.of("[".repeat(5_000) + "]".repeat(5_000), "it nests too deep"),
        Arguments.of(bomb, "no YAML that can be read"),
        Arguments.of("a:\n" + "- []\n".repeat(60_000), "it is too large for the memory there is"),
        Arguments.of(
            "openapi: 3.1.0\nservers: [{url: 'https://api.example.com'}]\npaths:\n"
                + IntStream.range(0, 1_100)
                    .mapToObj(i -> "  /%d: {get: {responses: {200: *a}}}\n".formatted(i))
                    .collect(Collectors.joining())
                    .replaceFirst("\\*a", "&a {content: {application/json: {}}}"),
            "no YAML that can be read"),
        Arguments.of(
            "{\"openapi\":\"3.1.0\",\"servers\":[{\"url\":\"https://api.example.com\"}],\"paths\":{"
                + IntStream.range(0, 1_100)
                    .mapToObj(
                        i ->
                            "\"/%d\":{\"get\":{\"responses\":{\"200\":{\"content\":{\"application/json\":{}}}}}}"
                                .formatted(i))
                    .collect(Collectors.joining(","))
                + "}}",
            "it has more operations than the memory holds"),
        Arguments.of("a: &a [*a]", "too deep or too large"),
        Arguments.of("a: 1\n? [b]\n: 2", "no YAML that can be read"),
        Arguments.of("a: .nan", "a value that JSON has not"),
        Arguments.of("#" + "x".repeat(2 << 20), "it is larger than 1048576 bytes"),
        Arguments.of(
            api("{$ref: 'other.yaml#/A'}"), "refers to another document, which is not fetched"),
        Arguments.of(
            api("{$ref: 'http://127.0.0.1/A'}"),
            "refers to another document, which is not fetched"),
        Arguments.of(api("{$ref: '#/components/schemas/A'}"), "refers to what is not there"),
        Arguments.of(
            api("{$ref: '#/components/schemas/A'}")
                + "components: {schemas: {A: {$ref: '#/components/schemas/A'}}}",
            "refers to itself and nothing else"),
        Arguments.of(api("{}").replace("https://api.example.com", "/v1"), "say it with --base-url"),
        Arguments.of(
            api("{}").replace("https://api.example.com", "file:///etc"), "say it with --base-url"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("broken")
  @DisplayName(
      "that is broken, refers elsewhere or is a bomb has one clear error, nothing is written")
  void broken(String document, String reason) throws Exception {
    OpenApiImport.Request request = request(document);

    assertThatThrownBy(() -> imported(request))
        .isInstanceOf(OpenApiFault.class)
        .hasMessageContaining(reason);

    assertThat(folder.resolve("services")).doesNotExist();
  }

  @Test
  @DisplayName("may write its examples as texts that hold JSON")
  void writtenExamples() throws Exception {
    String media =
        "{application/json: {schema: {type: object, properties: {name: {type: string}}},"
            + " examples: {no: {value: '{lost'}, cat: {value: '{\"name\": \"Tom\"}'}}}}";
    imported(
        request(
            """
            openapi: 3.0.3
            info: {title: 'Library', version: '1'}
            servers: [{url: 'https://library.example.com'}]
            paths:
              /cats:
                post:
                  operationId: add-cat
                  requestBody: {required: true, content: %s}
                  responses: {'200': {description: ok, content: %s}}
            """
                .formatted(media, media)));

    assertThat(service("add-cat").path("exampleRequest").toString())
        .isEqualTo("{\"name\":\"Tom\"}");
    assertThat(service("add-cat").at("/answer/example").toString()).isEqualTo("{\"name\":\"Tom\"}");
  }

  private static final String SILENT =
      """
      openapi: 3.1.0
      info: {title: 'Library', version: '1'}
      servers: [{url: 'https://library.example.com'}]
      security: [{session: [read]}]
      paths:
        /said:
          get: {operationId: said, security: [], responses: {'200': {description: ok, content: {application/json: {}}}}}
        /silent:
          get: {operationId: silent, security: [], responses: {'200': {description: ok}, '204': {description: none}}}
          delete: {operationId: gone, security: [], responses: {'204': {description: none}, '404': {description: lost}}}
          put: {operationId: faults, security: [], responses: {'400': {description: wrong}}}
          patch: {operationId: whatever, security: [{session: []}, {other: []}], responses: {default: {description: ok}}}
        /mine:
          get: {operationId: mine, responses: {'200': {description: ok, content: {application/json: {}}}}}
      components:
        securitySchemes:
          session: {type: openIdConnect, openIdConnectUrl: 'https://library.example.com/who'}
          other: {type: mutualTLS}
      """;

  @Test
  @DisplayName(
      "that says nothing of an answer, or asks for a sign-in, is told what there is for it")
  void silent() throws Exception {
    OpenApiImport.Report report = imported(request(SILENT));

    assertThat(report.written()).containsExactly("said");
    assertThat(report.unsellable())
        .containsEntry("GET /silent", "says nothing of its answer (see --any-answer)")
        .containsEntry("PUT /silent", "says nothing of its answer (see --any-answer)")
        .containsEntry("DELETE /silent", "answers with nothing")
        .containsEntry("PATCH /silent", "asks for openIdConnect (see --token)")
        .containsEntry("GET /mine", "asks for openIdConnect (see --token)");
  }

  @Test
  @DisplayName(
      "is sold with answers of any shape, and with a token of the seller's, when he says so")
  void lenient() throws Exception {
    OpenApiImport.Report report =
        imported(request(SILENT, Set.of(OpenApiImport.Leniency.values())));

    assertThat(report.written()).containsExactly("said", "silent", "faults", "whatever", "mine");
    assertThat(report.unsellable()).isEqualTo(Map.of("DELETE /silent", "answers with nothing"));
    assertThat(report.variables()).containsExactly("API_LIBRARY_SESSION");
    assertThat(service("silent").at("/answer/schema")).isEmpty();
    assertThat(service("mine").at("/provider/settings/headers/Authorization").toString())
        .isEqualTo("{\"env\":\"API_LIBRARY_SESSION\",\"prefix\":\"Bearer \"}");
    assertThat(folders.apply(folder.resolve("services")).load().services()).hasSize(5);
  }

  @Test
  @DisplayName("is not imported at a price that is none")
  void price() throws Exception {
    OpenApiImport.Request wanted = request(LIBRARY);
    OpenApiImport.Request request =
        new OpenApiImport.Request(
            wanted.document(),
            "5 dollars",
            List.of(),
            "",
            "",
            Optional.empty(),
            wanted.services(),
            false,
            Set.of());

    assertThatThrownBy(() -> imported(request))
        .isInstanceOf(OpenApiFault.class)
        .hasMessageStartingWith("/price/amount: ");
    assertThat(folder.resolve("services")).doesNotExist();
  }

  @Test
  @DisplayName("that unfolds without end is cut, and what is left can be sold")
  void endless() throws Exception {
    String wide =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    "S%d: {type: object, properties: {a: {$ref: '#/components/schemas/S%d'}, b: {$ref: '#/components/schemas/S%d'}}}"
                        .formatted(i, i + 1, i + 1))
            .collect(Collectors.joining("\n    ", "    ", "\n    S40: {type: string}\n"));
    String text = api("{$ref: '#/components/schemas/S0'}") + "components:\n  schemas:\n" + wide;

    assertThat(imported(request(text)).written()).containsExactly("a");
    assertThat(Files.size(folder.resolve("services/t/a.yaml"))).isLessThan(256 * 1024);
  }

  @Test
  @DisplayName("may hold numbers that nobody reckons with, and rules that contradict each other")
  void numbers() throws Exception {
    String schema =
        "{type: object, required: [n, m], properties: {n: {type: number, minimum: 1e300, multipleOf: 1e-300},"
            + " m: {type: integer, minimum: 5, maximum: 3}}}";
    String json =
        new ObjectMapper()
            .writeValueAsString(new YAMLMapper().readTree(api("{type: number, minimum: 7}")))
            .replace("7", "1e999999999");

    assertThat(imported(request(api(schema))).written()).containsExactly("a");
    assertThat(imported(request(json)).written()).containsExactly("a");
  }

  @Test
  @DisplayName("cannot make the command print or write what moves a terminal or ends a line")
  void hostileTexts() throws Exception {
    String text =
        api("{}")
            .replace("title: T", "title: \"T\\nid: evil\\e[2J\"")
            .replace("operationId: a", "operationId: \"a\\n../../x\\e[2J\"");

    OpenApiImport.Report report = imported(request(text));

    assertThat(report.written()).containsExactly("a-x-2-j");
    assertThat(report.folder()).isEqualTo(folder.resolve("services/t-id-evil-2-j"));
    assertThat(Files.readAllLines(report.folder().resolve("a-x-2-j.yaml")).get(1))
        .isEqualTo("id: a-x-2-j");
  }
}
