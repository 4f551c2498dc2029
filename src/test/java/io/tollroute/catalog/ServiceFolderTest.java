package io.tollroute.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ServiceFolderTest {

  @TempDir Path folder;

  @Test
  void every_yaml_file_below_the_folder_is_a_service_and_the_order_is_by_id() throws Exception {
    ServiceFiles.write(folder, "z.yaml", ServiceFiles.echo("alpha"));
    ServiceFiles.write(folder, "deep/er/a.yml", ServiceFiles.echo("beta"));
    ServiceFiles.write(folder, "notes.txt", "no service");

    Catalogue catalogue = new ServiceFolder(folder).load();

    assertThat(catalogue.services()).extracting(Service::id).containsExactly("alpha", "beta");
    assertThat(catalogue.find("old-beta")).isEqualTo(catalogue.find("beta")).isPresent();
    assertThat(catalogue.find("Beta")).isEmpty();
    assertThat(catalogue.find("alpha").orElseThrow().provider().settings())
        .isEqualTo(
            Map.of(
                "depth",
                2,
                "factor",
                new BigDecimal("0.50"),
                "words",
                Arrays.asList("a", true, null)));
  }

  @Test
  void hidden_files_and_folders_are_left_alone() throws Exception {
    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha"));
    ServiceFiles.write(folder, ".a.yaml", "no: service");
    ServiceFiles.write(folder, ".git/b.yaml", "no: service");

    assertThat(new ServiceFolder(folder).load().services()).hasSize(1);
  }

  @Test
  void links_that_lead_in_a_circle_or_to_a_file_already_read_change_nothing() throws Exception {
    Path file = ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha"));
    Files.createSymbolicLink(folder.resolve("b.yaml"), file);
    Files.createSymbolicLink(folder.resolve("circle"), folder);

    assertThat(new ServiceFolder(folder).load().services()).hasSize(1);
  }

  @Test
  void a_link_that_leads_nowhere_is_a_problem() throws Exception {
    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha"));
    Files.createSymbolicLink(folder.resolve("b.yaml"), folder.resolve("gone.yaml"));

    assertThat(problems()).singleElement().asString().contains("b.yaml: ", "leads nowhere");
  }

  @Test
  void a_folder_that_is_missing_or_empty_is_a_problem() {
    assertThat(problems()).singleElement().asString().contains(folder + ": holds no service");

    CatalogueFault fault =
        catchThrowableOfType(
            CatalogueFault.class, () -> new ServiceFolder(folder.resolve("none")).load());
    assertThat(fault).hasMessage(folder.resolve("none") + ": is not a folder");
  }

  static Stream<Arguments> brokenLines() {
    return Stream.of(
        arguments("id: alpha", "id: Alpha Beta", 1, "/id"),
        arguments("toolName: alpha", "toolName: al-pha", 3, "/toolName"),
        arguments("title: Echo", "title: \u00c9cho", 4, "/title"),
        arguments("title: Echo", "title: " + "x".repeat(65), 4, "/title"),
        arguments("title: Echo", "", 1, "'title'"),
        arguments("title: Echo", "titel: Echo", 4, "/titel"),
        arguments("tags: [test]", "tags: [a, b, c, d, e, f]", 6, "/tags"),
        arguments("tags: [test]", "tags: [" + "x".repeat(33) + "]", 6, "/tags/0"),
        arguments("tags: [test]", "tags: [\"\u9762\"]", 6, "/tags/0"),
        arguments("currency: USD", "currency: EUR", 8, "/price/currency"),
        arguments("amount: \"0.20\"", "amount: 0.20", 9, "/price/amount"),
        arguments("amount: \"0.20\"", "amount: \"0.2\"", 9, "/price/amount"),
        arguments("amount: \"0.20\"", "amount: \"0.0000005\"", 9, "/price/amount"),
        arguments("amount: \"0.20\"", "amount: \"1000000.00\"", 9, "/price/amount"),
        arguments("amount: \"0.20\"", "amount: \"0.00\"", 9, "/price/amount"),
        arguments("amount: \"0.20\"", "amount: \"0.000000\"", 9, "/price/amount"),
        arguments("amount: \"0.20\"", "amount: \"-0.20\"", 9, "/price/amount"),
        arguments(
            "text: {type: string}", "text: {type: sting}", 13, "/inputSchema/properties/text"),
        arguments(
            "text: {type: string}", "text: {pattern: '('}", 13, "/inputSchema/properties/text"),
        arguments("text: {type: string}", "text: {$ref: '#/$defs/no'}", 10, "/inputSchema"),
        arguments("text: {type: string}", "text: {$ref: 'https://a.example/'}", 10, "/inputSchema"),
        arguments("required: [text]", "additionalProperties: true", 15, "additionalProperties"),
        arguments(
            "  type: object\n  properties", "  type: array\n  properties", 11, "/inputSchema/type"),
        arguments("outputSchema:\n  type: object", "outputSchema: {}", 16, "'type'"),
        arguments("  text: hello", "  text: 1", 19, "/exampleRequest/text"),
        arguments("  text: hello", "  txt: hello", 18, "'text'"),
        arguments("  text: hello", "  text: a\n  Action: b", 20, "/exampleRequest/Action"),
        arguments("route: direct:echo", "route: http://echo.example", 22, "/provider/route"),
        arguments("id: alpha", "id: alpha\nid: beta", 2, "the key 'id' is there twice"),
        arguments("id: alpha", "id: alpha\n1: beta", 2, "a key must be a text"),
        arguments("id: alpha", "id: !!binary aGk=", 1, "the tag"),
        arguments("id: alpha", "id: alpha\n---", 2, "no YAML"),
        arguments("id: alpha", "id: [alpha", 2, "no YAML"),
        arguments("depth: 2", "depth: .inf", 23, "not a number"),
        arguments("depth: 2", "depth: 1e99999999", 23, "not a number"));
  }

  @ParameterizedTest(name = "{1} at line {2}")
  @MethodSource("brokenLines")
  void a_wrong_file_is_named_with_its_line_and_what_is_wrong(
      String good, String bad, int line, String reason) throws Exception {
    String whole = ServiceFiles.echo("alpha");
    assertThat(whole).contains(good);
    Path file = ServiceFiles.write(folder, "a.yaml", whole.replace(good, bad));

    List<Problem> problems = problems();

    assertThat(problems)
        .as("problems %s", problems)
        .anySatisfy(
            problem -> {
              assertThat(problem.file()).isEqualTo(file);
              assertThat(problem.line()).isEqualTo(line);
              assertThat(problem.reason()).contains(reason).doesNotContain("\n");
            });
  }

  /** The settings of the echo service are {depth: 2, factor: 0.50, words: [a, true, null]}. */
  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "depth: 2  | depth: two         | /provider/settings/depth: string found, integer expected. How deep it goes",
        "depth: 2  | depth: 99          | /provider/settings/depth: must have a maximum value of 9. How deep it goes",
        "depth: 2, |                    | /provider/settings: required property 'depth' not found",
        "depth: 2  | depth: 2, deep: 1  | /provider/settings/deep: property 'deep' is not defined in the schema"
      })
  void settings_are_held_against_the_schema_of_the_providers_kind(
      String good, String bad, String reason) throws Exception {
    ProviderKind kind =
        new RouteKind(
            "direct:echo",
            Optional.of(
                new ObjectMapper()
                    .readTree(
                        """
                        {"type": "object", "additionalProperties": false, "required": ["depth"],
                         "properties": {"words": {}, "factor": {}, "depth":
                           {"type": "integer", "maximum": 9, "description": "How deep it goes"}}}
                        """)));
    String whole = ServiceFiles.echo("alpha");
    Path file = ServiceFiles.write(folder, "a.yaml", whole);
    ServiceFolder services =
        new ServiceFolder(folder, "after", route -> Optional.of(kind), List.of());
    assertThat(services.load().services()).hasSize(1);

    ServiceFiles.write(folder, "a.yaml", whole.replace(good, bad == null ? "" : bad));

    assertThat(catchThrowableOfType(CatalogueFault.class, services::load).getMessage().lines())
        .singleElement()
        .asString()
        .startsWith(file + ":23: " + reason);

    ServiceFiles.write(folder, "a.yaml", whole.replace("depth: 2", "depth: '{{acme.depth}}'"));
    assertThat(services.load().services()).as("filled in by Camel").hasSize(1);
  }

  @Test
  void a_service_that_says_nothing_to_a_provider_that_must_be_told_is_refused_at_its_line()
      throws Exception {
    ProviderKind kind =
        new RouteKind(
            "direct:echo", Optional.of(new ObjectMapper().readTree("{\"required\": [\"depth\"]}")));
    Path file =
        ServiceFiles.write(
            folder, "a.yaml", ServiceFiles.echo("alpha").replaceFirst("\n *settings: .*", ""));

    assertThat(
            catchThrowableOfType(
                    CatalogueFault.class,
                    () ->
                        new ServiceFolder(folder, "after", route -> Optional.of(kind), List.of())
                            .load())
                .getMessage())
        .isEqualTo(file + ":21: /provider/settings: required property 'depth' not found");
  }

  @ParameterizedTest
  @CsvSource({
    "job: {withinSeconds: 60}, '/provider/job: ''look'' is missing, the route that looks at the job'",
    "'job: {look: direct:nobody}', /provider/job/look: no route file serves direct:nobody",
    "'job: {look: http://example.com}', '/provider/job/look: '",
    "'job: {look: direct:echo, withinSeconds: 5}', '/provider/job/withinSeconds: '",
    "'job: {look: direct:echo, forever: true}', '/provider/job/forever: '"
  })
  void a_job_that_nobody_can_look_at_is_refused_with_its_file(String job, String reason)
      throws Exception {
    Path file =
        ServiceFiles.write(
            folder, "a.yaml", ServiceFiles.echo("alpha").stripTrailing() + "\n  " + job + "\n");
    ServiceFolder services =
        new ServiceFolder(
            folder,
            "after",
            route ->
                Optional.of(route)
                    .filter("direct:echo"::equals)
                    .map(own -> new RouteKind(own, Optional.empty())),
            List.of());

    assertThat(catchThrowableOfType(CatalogueFault.class, services::load).getMessage().lines())
        .singleElement()
        .asString()
        .startsWith(file + ":")
        .contains(reason);
  }

  @Test
  void a_schema_that_is_none_is_told_where_it_is_needed() throws Exception {
    ProviderKind kind =
        new RouteKind(
            "direct:echo",
            Optional.of(new ObjectMapper().readTree("{\"$ref\": \"#/$defs/nowhere\"}")));
    Path file = ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha"));

    assertThat(
            catchThrowableOfType(
                    CatalogueFault.class,
                    () ->
                        new ServiceFolder(folder, "after", route -> Optional.of(kind), List.of())
                            .load())
                .getMessage())
        .startsWith(file + ":22: the schema of the settings of direct:echo cannot be used: ");
  }

  @Test
  void all_problems_of_all_files_are_told_at_once_one_a_line() throws Exception {
    Path a =
        ServiceFiles.write(
            folder, "a.yaml", ServiceFiles.echo("alpha").replace("USD", "EUR").replace("Echo", ""));
    Path b = ServiceFiles.write(folder, "b.yaml", "id: [");

    CatalogueFault fault =
        catchThrowableOfType(CatalogueFault.class, () -> new ServiceFolder(folder).load());

    assertThat(fault.getMessage().lines())
        .hasSize(3)
        .satisfiesExactly(
            line -> assertThat(line).startsWith(a + ":4: /title"),
            line -> assertThat(line).startsWith(a + ":8: /price/currency"),
            line -> assertThat(line).startsWith(b + ":"));
  }

  @ParameterizedTest(name = "{0} / {1} / {2} beside alpha / old-alpha / alpha_tool")
  @CsvSource({
    "alpha, x, y, 1, id",
    "old-alpha, x, y, 1, alias",
    "beta, alpha, y, 2, id",
    "beta, old-alpha, y, 2, alias",
    "beta, x, alpha_tool, 3, tool name",
    "beta, x, alpha, 3, id",
  })
  void a_name_claimed_by_two_services_is_told_with_both_files(
      String id, String alias, String toolName, int line, String claimedAs) throws Exception {
    Path first =
        ServiceFiles.write(
            folder, "a.yaml", ServiceFiles.echo("alpha", "old-alpha", "alpha_tool", "0.20"));
    Path second =
        ServiceFiles.write(folder, "b.yaml", ServiceFiles.echo(id, alias, toolName, "0.20"));

    assertThat(problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.file()).isEqualTo(second);
              assertThat(problem.line()).isEqualTo(line);
              assertThat(problem.reason()).contains(claimedAs + " in " + first + ":");
            });
  }

  @Test
  void a_service_cannot_be_its_own_alias_but_its_tool_may_be_called_like_it() throws Exception {
    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha", "x", "alpha", "0.20"));
    assertThat(new ServiceFolder(folder).load().services()).hasSize(1);

    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha", "alpha", "alpha", "0.20"));
    assertThat(problems()).singleElement().asString().contains("a.yaml:2: alias 'alpha'");
  }

  @Test
  @DisplayName("a file of aliases that unfold to billions of items is refused at once")
  void alias_bomb() throws Exception {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      String before = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n"
              .formatted(i, i, String.join(", ", List.of(before, before, before, before, before))));
    }
    ServiceFiles.write(folder, "a.yaml", bomb.toString());
    ServiceFiles.write(folder, "b.yaml", "a: &x {b: *x}");

    assertThat(problems()).hasSize(2).allMatch(problem -> problem.reason().contains("alias"));
  }

  @Test
  @DisplayName("a file of endless brackets and a schema that is itself are refused")
  void endless() throws Exception {
    ServiceFiles.write(folder, "a.yaml", "[".repeat(200_000));
    ServiceFiles.write(
        folder,
        "b.yaml",
        ServiceFiles.echo("b").replace("required: [text]", "allOf: [{$ref: '#'}]"));

    assertThat(problems())
        .extracting(problem -> problem.file().getFileName().toString())
        .containsExactly("a.yaml", "b.yaml");
  }

  @Test
  void files_that_are_too_large_deep_empty_or_not_utf_8_are_refused() throws Exception {
    ServiceFiles.write(folder, "a.yaml", "# " + "x".repeat(300_000));
    ServiceFiles.write(folder, "b.yaml", "a: " + "[".repeat(200) + "]".repeat(200));
    ServiceFiles.write(folder, "c.yaml", "");
    Files.write(folder.resolve("d.yaml"), "a: 1\nb: \u00e9".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(problems())
        .extracting(Problem::reason)
        .satisfiesExactly(
            reason -> assertThat(reason).contains("larger than"),
            reason -> assertThat(reason).contains("too deep"),
            reason -> assertThat(reason).contains("empty"),
            reason -> assertThat(reason).contains("not UTF-8"));
    assertThat(problems().get(3).line()).isEqualTo(2);
  }

  private List<Problem> problems() {
    CatalogueFault fault =
        catchThrowableOfType(CatalogueFault.class, () -> new ServiceFolder(folder).load());
    assertThat(fault).as("the folder is broken").isNotNull();
    return fault.problems();
  }
}
