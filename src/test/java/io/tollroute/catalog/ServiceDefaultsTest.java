package io.tollroute.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A service with defaults")
class ServiceDefaultsTest {

  private static final String COMMON =
      """
      defaults: shop
      category: echo
      keywords: [回声]
      tags: [test]
      parameters:
        text:
          type: string
          description: What is said.
          examples: [hello]
        unused: {type: integer}
      provider:
        route: direct:echo
        settings: {depth: 2, kind: plain}
      """;
  private static final String SHOP =
      """
      price: {currency: USD, amount: "0.20"}
      tags: [shop]
      """;
  private static final String ECHO =
      """
      defaults: echo
      id: loud-echo
      title: Loud echo
      description: Says it loudly.
      inputSchema:
        type: object
        properties:
          text: {maxLength: 10}
          level: {type: integer}
        required: [text]
      answer:
        schema:
          type: object
          properties:
            said: {type: string}
          required: [said]
        example: {said: HELLO}
      provider:
        settings: {kind: loud}
      """;

  @TempDir private Path folder;

  private void write(String common, String shop, String echo) throws Exception {
    ServiceFiles.write(folder, "echo/echo.defaults.yaml", common);
    ServiceFiles.write(folder, "shop.defaults.yaml", shop);
    ServiceFiles.write(folder, "echo/loud-echo.yaml", echo);
  }

  private Service service() throws CatalogueFault {
    return new ServiceFolder(folder).load().find("loud-echo").orElseThrow();
  }

  private List<Problem> problems() {
    return catchThrowableOfType(CatalogueFault.class, () -> new ServiceFolder(folder).load())
        .problems();
  }

  @Test
  @DisplayName("has what it does not say itself from them, and from theirs, member by member")
  void merged() throws Exception {
    write(COMMON, SHOP, ECHO);

    Service service = service();

    assertThat(service.toolName()).isEqualTo("loud_echo");
    assertThat(service.price().amount()).hasToString("0.20");
    assertThat(service.tags()).containsExactly("test");
    assertThat(service.shelf().category()).isEqualTo("echo");
    assertThat(service.shelf().keywords()).containsExactly("回声");
    assertThat(service.provider().route()).isEqualTo("direct:echo");
    assertThat(service.provider().settings()).isEqualTo(Map.of("depth", 2, "kind", "loud"));
  }

  @Test
  @DisplayName("has of the common parameters those that it names, with its own limits on top")
  void parameters() throws Exception {
    write(COMMON, SHOP, ECHO);

    Service service = service();

    assertThat(service.inputSchema().at("/properties/text"))
        .hasToString(
            """
            {"type":"string","description":"What is said.","examples":["hello"],"maxLength":10}""");
    assertThat(service.inputSchema().get("properties").has("unused")).isFalse();
    assertThat(service.exampleRequest()).hasToString("{\"text\":\"hello\"}");
  }

  @Test
  @DisplayName("has an output schema and an example that follow from its answer")
  void answer() throws Exception {
    write(COMMON, SHOP, ECHO);

    Service service = service();

    assertThat(service.outputSchema().at("/properties/data/required/0").asText()).isEqualTo("said");
    assertThat(service.exampleResponse().at("/data/said").asText()).isEqualTo("HELLO");
    assertThat(service.detailed())
        .isEqualTo(new Answer(service.outputSchema(), service.exampleResponse()));
  }

  @Test
  @DisplayName("keeps a contract of its own beside the fuller account of its answer")
  void contract() throws Exception {
    write(COMMON, SHOP, ECHO + "outputSchema: {type: object}\nexampleResponse: {}\n");

    Service service = service();

    assertThat(service.outputSchema()).hasToString("{\"type\":\"object\"}");
    assertThat(service.exampleResponse()).hasToString("{}");
    assertThat(service.detailed().example().at("/data/said").asText()).isEqualTo("HELLO");
  }

  @Test
  @DisplayName("is told of a fault where it stands, in the defaults or in itself")
  void places() throws Exception {
    write(COMMON.replace("category: echo", "category: An Echo"), SHOP, ECHO);
    assertThat(problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.file()).isEqualTo(folder.resolve("echo/echo.defaults.yaml"));
              assertThat(problem.line()).isEqualTo(2);
            });

    write(COMMON, SHOP, ECHO.replace("maxLength: 10", "maxLength: ten"));
    assertThat(problems())
        .first()
        .satisfies(
            problem -> {
              assertThat(problem.file()).isEqualTo(folder.resolve("echo/loud-echo.yaml"));
              assertThat(problem.line()).isEqualTo(8);
            });
  }

  @Test
  @DisplayName("is refused when its defaults are not there, or go round in a circle")
  void nowhere() throws Exception {
    write(COMMON, SHOP, ECHO.replace("defaults: echo", "defaults: ecko"));
    assertThat(problems()).singleElement().asString().contains("loud-echo.yaml:1: ", "ecko");

    write(COMMON, "defaults: echo\n" + SHOP, ECHO);
    assertThat(problems()).singleElement().asString().contains("circle");
  }

  @Test
  @DisplayName("is refused when the example does not meet the schema of its answer")
  void example() throws Exception {
    write(COMMON, SHOP, ECHO.replace("{said: HELLO}", "{said: 1}"));

    assertThat(problems()).singleElement().asString().contains(":17: /answer/example/said");
  }

  @Test
  @DisplayName("is refused when there is no example of what must be given")
  void noExample() throws Exception {
    write(COMMON, SHOP, ECHO.replace("required: [text]", "required: [text, level]"));

    assertThat(problems()).singleElement().asString().contains("'exampleRequest' is missing");
  }

  @Test
  @DisplayName(
      "is not on sale when it is not listed, and says why; its names are taken all the same")
  void withheld() throws Exception {
    write(COMMON, SHOP, ECHO + "listed: false\nwithheld: Changes what is the seller's.\n");
    ServiceFiles.write(folder, "other.yaml", ServiceFiles.echo("other"));

    Catalogue catalogue = new ServiceFolder(folder).load();

    assertThat(catalogue.services()).extracting(Service::id).containsExactly("other");
    assertThat(catalogue.find("loud-echo")).isEmpty();
    assertThat(catalogue.withheld())
        .singleElement()
        .satisfies(
            service ->
                assertThat(service.shelf().withheld()).contains("Changes what is the seller's."));

    ServiceFiles.write(folder, "twice.yaml", ServiceFiles.echo("loud-echo"));
    assertThat(problems()).anyMatch(problem -> problem.reason().contains("claimed already"));
  }

  @Test
  @DisplayName("is refused when it is not listed and does not say why")
  void noReason() throws Exception {
    write(COMMON, SHOP, ECHO + "listed: false\n");

    assertThat(problems()).singleElement().asString().contains("'withheld'");
  }
}
