package io.tollroute.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.catalog.ServiceFiles;
import io.tollroute.catalog.ServiceFolder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ServicesCommandTest {

  @TempDir Path home;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws Exception {
    ServiceFiles.write(home, "services/a.yaml", ServiceFiles.echo("alpha"));
  }

  @Test
  void list_is_a_table_on_a_terminal() {
    assertThat(run(true, "list")).isZero();
    assertThat(out.toString().lines())
        .hasSize(2)
        .satisfiesExactly(
            line -> assertThat(line).startsWith("ID ").endsWith("TITLE"),
            line -> assertThat(line).startsWith("alpha ").contains("USD 0.20").endsWith("Echo"));
  }

  @Test
  void list_says_what_a_service_requires_and_with_all_why_one_is_not_on_sale() throws Exception {
    ServiceFiles.write(
        home.resolve("services"),
        "b.yaml",
        ServiceFiles.echo("beta") + "requires: An application at the provider.\n");
    ServiceFiles.write(
        home.resolve("services"),
        "c.yaml",
        ServiceFiles.echo("gamma") + "listed: false\nwithheld: It is the seller's own.\n");

    assertThat(run(true, "list")).isZero();
    assertThat(out.toString())
        .contains("requires: An application at the provider.")
        .doesNotContain("gamma");

    assertThat(run(true, "list", "--all")).isZero();
    assertThat(out.toString()).contains("not on sale: It is the seller's own.");
    assertThat(run(true, "show", "gamma")).isZero();
    out.getBuffer().setLength(0);
    assertThat(run(false, "list", "--all")).isZero();
    assertThat(json().at("/2/listed").asBoolean()).isFalse();
    assertThat(json().at("/1/requires").asText()).isEqualTo("An application at the provider.");
  }

  @Test
  void list_says_whose_answer_is_a_job_and_how_long_it_may_take() throws Exception {
    ServiceFiles.write(
        home.resolve("services"),
        "b.yaml",
        ServiceFiles.echo("beta").stripTrailing()
            + "\n  job: {look: direct:look, withinSeconds: 120}\n"
            + "requires: An application.\n");

    assertThat(run(true, "list")).isZero();
    assertThat(out.toString().lines())
        .anyMatch(
            line -> line.startsWith("beta ") && line.contains("a job, within 120 s; requires"))
        .anyMatch(line -> line.startsWith("alpha ") && !line.contains("job"));
    out.getBuffer().setLength(0);
    assertThat(run(false, "list")).isZero();

    assertThat(json().at("/0/asynchronous").asBoolean(true)).isFalse();
    assertThat(json().at("/0/job").isMissingNode()).isTrue();
    assertThat(json().at("/1/asynchronous").asBoolean()).isTrue();
    assertThat(json().at("/1/job/withinSeconds").asInt()).isEqualTo(120);
  }

  @Test
  void list_is_json_when_piped_or_asked_for() throws Exception {
    assertThat(run(false, "list")).isZero();
    JsonNode piped = json();
    out.getBuffer().setLength(0);
    assertThat(run(true, "list", "--json")).isZero();

    assertThat(json()).isEqualTo(piped);
    assertThat(piped.at("/0/id").asText()).isEqualTo("alpha");
    assertThat(piped.at("/0/price/amountCents").asInt()).isEqualTo(20);
  }

  @Test
  void show_prints_the_whole_service_of_an_id_or_alias() throws Exception {
    assertThat(run(true, "show", "old-alpha")).isZero();
    assertThat(json().at("/inputSchema/required/0").asText()).isEqualTo("text");
    assertThat(out.toString()).contains("\"factor\" : 0.50");
  }

  @Test
  void show_has_what_other_inputs_cost_and_many_calls_at_once_and_what_costs_nothing()
      throws Exception {
    ServiceFiles.write(
        home,
        "services/b.yaml",
        ServiceFiles.echo("by-length")
            .replace(
                "amount: \"0.20\"",
                "amount: \"0.05\"\n  per: {pointer: /level, amount: \"0.01\", unit: 10, upTo: 20}"));
    ServiceFiles.write(
        home,
        "services/c.yaml",
        ServiceFiles.echo("by-hundreds")
            .replace(
                "amount: \"0.20\"",
                "amount: \"0.20\"\n  volume: [{calls: 100, amount: \"12.50\"}]\n"
                    + "  free: {calls: 3, per: day}"));

    assertThat(run(true, "show", "by-length")).as(err.toString()).isZero();
    assertThat(json().path("price").toString())
        .isEqualTo(
            "{\"currency\":\"USD\",\"amount\":\"0.05\",\"amountCents\":5,\"upTo\":\"0.25\","
                + "\"base\":\"0.05\",\"per\":{\"pointer\":\"/level\",\"amount\":\"0.01\","
                + "\"unit\":10,\"upTo\":20}}");
    out.getBuffer().setLength(0);
    assertThat(run(true, "show", "by-hundreds")).as(err.toString()).isZero();
    assertThat(json().path("price").toString())
        .isEqualTo(
            "{\"currency\":\"USD\",\"amount\":\"0.20\",\"amountCents\":20,"
                + "\"volume\":[{\"calls\":100,\"amount\":\"12.50\",\"each\":\"0.125\"}],"
                + "\"free\":{\"calls\":3,\"per\":\"day\"}}");
    out.getBuffer().setLength(0);
    assertThat(run(true, "show", "alpha")).isZero();
    assertThat(json().path("price")).hasSize(3);
    assertThat(run(true, "list")).isZero();
    assertThat(out.toString()).contains("USD 0.05 to 0.25");
  }

  @Test
  void show_of_an_unknown_service_is_wrong_usage() {
    assertThat(run(true, "show", "gamma")).isEqualTo(2);
    assertThat(err.toString()).contains("no service 'gamma'");
  }

  @Test
  void validate_says_how_many_services_are_well() {
    assertThat(run(true, "validate")).isZero();
    assertThat(out.toString()).contains("1 service, no problem");
  }

  @Test
  void validate_of_another_folder_names_file_line_and_reason() throws Exception {
    Path file =
        ServiceFiles.write(home, "other/b.yaml", ServiceFiles.echo("b").replace("USD", "EUR"));

    assertThat(run(true, "validate", home.resolve("other").toString())).isEqualTo(1);
    assertThat(err.toString()).startsWith(file + ":8: /price/currency");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void a_broken_folder_cannot_be_listed_or_shown() throws Exception {
    ServiceFiles.write(home, "services/b.yaml", "id: [");

    assertThat(run(true, "list")).isEqualTo(1);
    assertThat(run(true, "show", "alpha")).isEqualTo(1);
    assertThat(err.toString()).contains("b.yaml:");
  }

  @Test
  void no_subcommand_and_an_unknown_option_are_wrong_usage() {
    assertThat(run(true)).isEqualTo(2);
    assertThat(run(true, "list", "--bogus")).isEqualTo(2);
  }

  @Test
  void the_folder_is_the_options_then_the_environments_then_the_propertys() throws Exception {
    ServiceFiles.write(home, "env/a.yaml", ServiceFiles.echo("from-env"));
    ServiceFiles.write(home, "prop/a.yaml", ServiceFiles.echo("from-prop"));
    ServiceFiles.write(home, "opt/a.yaml", ServiceFiles.echo("from-opt"));
    Properties properties = new Properties();
    Map<String, String> bare = Map.of("TOLLROUTE_HOME", home.toString());
    properties.setProperty("tollroute.services", "prop");
    Map<String, String> both =
        Map.of("TOLLROUTE_HOME", home.toString(), "TOLLROUTE_SERVICES", "env");
    String option = "--services=" + home.resolve("opt");

    run(bare, properties, true, "list");
    assertThat(out.toString()).contains("from-prop");
    run(both, properties, true, "list");
    assertThat(out.toString()).contains("from-env");
    run(both, properties, true, "list", option);
    assertThat(out.toString()).contains("from-opt");
    run(both, properties, true, option, "show", "from-opt");
    assertThat(out.toString()).contains("\"id\" : \"from-opt\"");
  }

  @Test
  void import_writes_what_can_be_sold_and_lists_the_rest() throws Exception {
    Path document =
        ServiceFiles.write(
            home,
            "api.yaml",
            """
            openapi: 3.1.0
            info: {title: Pets, version: '1'}
            servers: [{url: https://pets.example.com}]
            security: [{key: []}]
            paths:
              /pets:
                get: {operationId: listPets, responses: {200: {description: all, content: {application/json: {}}}}}
                delete: {responses: {204: {description: none}}}
            components: {securitySchemes: {key: {type: http, scheme: bearer}}}
            """);

    assertThat(run(true, "import", document.toString(), "--price", "0.01")).isZero();
    Path folder = home.resolve("services/pets");
    assertThat(out.toString().lines())
        .containsExactly(
            folder.resolve("list-pets.yaml").toString(),
            "not sold: DELETE /pets: answers with nothing",
            "to be set in the environment of serve: API_PETS_KEY",
            folder + ": 1 service written");
    out.getBuffer().setLength(0);

    assertThat(run(true, "validate")).isZero();
    assertThat(out.toString()).contains("2 services, no problem");
    assertThat(run(true, "import", document.toString())).as("without a price").isEqualTo(2);
    assertThat(run(true, "import", home.resolve("none.yaml").toString(), "--price", "1.00"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("none.yaml: it cannot be read");
  }

  private int run(boolean terminal, String... arguments) {
    return run(Map.of("TOLLROUTE_HOME", home.toString()), new Properties(), terminal, arguments);
  }

  private int run(
      Map<String, String> environment,
      Properties properties,
      boolean terminal,
      String... arguments) {
    return new CommandLine(
            new ServicesCommand(environment, properties, terminal, ServiceFolder::new))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private JsonNode json() throws Exception {
    return new ObjectMapper().readTree(out.toString());
  }
}
