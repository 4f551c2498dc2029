package io.tollroute.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The first service keeps the contract its buyers know, to the letter. */
class MaskedFaceComparisonTest {

  private JsonNode contract;
  private Service service;

  @BeforeEach
  void load() throws Exception {
    try (InputStream in = getClass().getResourceAsStream("/contract/masked-face-comparison.json")) {
      contract = new ObjectMapper().readTree(in);
    }
    Catalogue shipped = new ServiceFolder(Path.of("services")).load();
    service = shipped.find(contract.get("serviceId").asText()).orElseThrow();
  }

  @Test
  void its_names_are_those_of_the_contract() {
    assertThat("/api/tools/" + service.id()).isEqualTo(contract.get("endpoint").asText());
    assertThat(service.aliases())
        .extracting("/api/tools/"::concat)
        .containsExactly(contract.get("legacyEndpoint").asText());
    assertThat(service.toolName()).isEqualTo(contract.get("mcpTool").asText());
  }

  @Test
  void its_price_is_that_of_the_contract() {
    JsonNode price = contract.get("price");

    assertThat(service.price().currency()).isEqualTo(price.get("currency").asText());
    assertThat(service.price().amount()).hasToString(price.get("amount").asText());
    assertThat(service.price().cents()).hasValue(price.get("amountCents").asInt());
  }

  @Test
  void its_schemas_are_those_of_the_contract_but_for_the_texts() {
    assertThat(withoutTexts(service.inputSchema()))
        .isEqualTo(withoutTexts(contract.get("inputSchema")));
    assertThat(withoutTexts(service.outputSchema()))
        .isEqualTo(withoutTexts(contract.get("outputSchema")));
  }

  @Test
  void its_examples_are_those_of_the_contract() {
    assertThat(service.exampleRequest()).isEqualTo(contract.get("exampleRequest"));
    assertThat(service.exampleResponse()).isEqualTo(contract.get("exampleResponse"));
  }

  @Test
  void its_provider_is_alibabas_action_in_shanghai() {
    assertThat(service.provider())
        .isEqualTo(
            new Provider(
                "direct:alibaba-rpc",
                Map.of(
                    "product", "facebody",
                    "version", "2019-12-30",
                    "action", "CompareFaceWithMask",
                    "endpoint", "https://facebody.cn-shanghai.aliyuncs.com/")));
  }

  @Test
  void its_title_also_fits_x402s_name_of_a_service() {
    assertThat(service.title()).hasSizeLessThanOrEqualTo(32);
  }

  @Test
  void its_file_tells_editors_where_the_schema_is() throws Exception {
    Path file = Path.of("services/facebody/masked-face-comparison.yaml");
    String first = Files.readAllLines(file).get(0);

    assertThat(first).startsWith("# yaml-language-server: $schema=");
    assertThat(file.resolveSibling(first.substring(first.indexOf('=') + 1)))
        .exists()
        .hasFileName("service.schema.json");
  }

  private static JsonNode withoutTexts(JsonNode schema) {
    JsonNode copy = schema.deepCopy();
    copy.findParents("description").forEach(node -> ((ObjectNode) node).remove("description"));
    return copy;
  }
}
