package io.tollroute.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TariffFileTest {

  @ParameterizedTest(name = "{1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "amount: '0.00' | /price/amount | above zero",
        "amount: '0.01', per: {pointer: /nowhere, amount: '0.01', upTo: 5} | /price/per/pointer | no property",
        "amount: '0.01', per: {pointer: /list/0, amount: '0.01', upTo: 5} | /price/per/pointer | no property",
        "amount: '0.01', per: {pointer: urls, amount: '0.01', upTo: 5} | /price/per/pointer | pattern",
        "amount: '0.01', per: {pointer: /text, amount: '0.01', upTo: 5} | /price/per/pointer | neither",
        "amount: '0.01', per: {pointer: /list, amount: '0.01', unit: 2, upTo: 5} | /price/per/unit | counted",
        "amount: '0.01', per: {pointer: /list, amount: '0.00', upTo: 5} | /price/per/amount | must not",
        "amount: '0.01', per: {pointer: /list, amount: '1.00', upTo: 1000000} | /price/per/upTo | million",
        "amount: '0.01', per: {pointer: /list, amount: '1.00', upTo: 0} | /price/per/upTo | minimum",
        "amount: '0.01', per: {pointer: /many, amount: '1.00', upTo: 5} | /price/per/upTo | default",
        "amount: '0.01', per: {pointer: /list, amount: '1.00', upTo: 1} | /exampleRequest | more than",
        "amount: '0.01', per: {pointer: /list, amount: '1.00', upTo: 5}, volume: [{calls: 2, amount: '0.01'}] | /price/volume | beside",
        "amount: '0.20', free: {calls: 3, per: day, wallets: 2} | /price/free/wallets | wallet",
        "amount: '0.20', free: {calls: 3, per: day, by: name} | /price/free/by | enumeration",
        "amount: '0.20', volume: [{calls: 3, amount: '0.50'}] | /price/volume/0/amount | six decimals",
        "amount: '0.20', volume: [{calls: 2, amount: '0.40'}] | /price/volume/0/amount | cheaper",
        "amount: '0.20', volume: [{calls: 2, amount: '0.30'}, {calls: 2, amount: '0.20'}] | /price/volume/1/calls | more than",
        "amount: '0.20', volume: [{calls: 2, amount: '0.30'}, {calls: 4, amount: '0.60'}] | /price/volume/1/amount | cheaper"
      })
  @DisplayName("a price that cannot be is a fault of the file, with its line")
  void faults(String price, String pointer, String sentence, @TempDir Path folder)
      throws Exception {
    Files.writeString(
        folder.resolve("a.yaml"),
        """
        id: a
        toolName: a
        title: A
        description: A.
        tags: [a]
        price: {currency: USD, %s}
        inputSchema:
          type: object
          properties:
            list: {type: array}
            many: {type: integer, default: 6}
            text: {type: string}
        outputSchema: {type: object}
        exampleRequest: {list: [1, 2]}
        exampleResponse: {}
        provider: {route: "direct:a"}
        """
            .formatted(price.replace('\'', '"')));

    assertThatThrownBy(
            () -> new ServiceFolder(folder, "after", Providers.anybody(), List.of()).load())
        .isInstanceOf(CatalogueFault.class)
        .hasMessageContaining("a.yaml:" + (pointer.startsWith("/price") ? 6 : 14) + ": " + pointer)
        .hasMessageContaining(sentence);
  }

  @ParameterizedTest
  @CsvSource({
    "/lost, 'leads to the $ref #/$defs/none, which points nowhere in inputSchema'",
    "/lost/size, 'leads to the $ref #/$defs/none, which points nowhere in inputSchema'",
    "/round, 'leads to the $ref #/$defs/round, which refers to itself'",
    "/round/size, 'leads to the $ref #/$defs/round, which refers to itself'",
    "/far, 'leads to the $ref https://example.com/size.json, which points nowhere in inputSchema'",
    "/named, 'leads to the $ref #name, which points nowhere in inputSchema'",
    "/number, 'leads to the $ref #/minProperties, which points nowhere in inputSchema'",
    "/tree/none, is no property of inputSchema"
  })
  @DisplayName(
      "a price by what a reference leads to that leads nowhere is a fault of the file, and one only")
  void references(String pointer, String sentence, @TempDir Path folder) throws Exception {
    write(
        folder,
        pointer,
        """
            lost: {$ref: "#/$defs/none"}
            round: {$ref: "#/$defs/round"}
            far: {$ref: "https://example.com/size.json"}
            named: {$ref: "#name"}
            number: {$ref: "#/minProperties"}
            tree: {$ref: "#/$defs/tree"}
        """);

    assertThatThrownBy(
            () -> new ServiceFolder(folder, "after", Providers.anybody(), List.of()).load())
        .isInstanceOf(CatalogueFault.class)
        .hasMessage(
            folder.resolve("a.yaml") + ":6: /price/per/pointer: " + pointer + " " + sentence);
  }

  @ParameterizedTest
  @CsvSource({
    "/size, 2, '{\"size\": 4}', 4",
    "/own, 3, '{\"own\": 4}', 4",
    "/tree/size, 2, '{\"tree\": {\"size\": 5}}', 5",
    "/tree/child/child/list, 0, '{\"tree\": {\"child\": {\"child\": {\"list\": [1, 2, 3]}}}}', 3",
    "/tree/more, 0, '{\"tree\": {\"more\": 1}}', 1",
    "/again/again/size, 2, '{\"again\": {\"again\": {\"size\": 1}}}', 1"
  })
  @DisplayName("a price goes by what references within the schema lead to, with its default")
  void followed(String pointer, int absent, String input, int units, @TempDir Path folder)
      throws Exception {
    write(
        folder,
        pointer,
        """
            size: {$ref: "#/$defs/size"}
            own: {$ref: "#/$defs/size", default: 3}
            tree: {$ref: "#/$defs/tree", properties: {more: {type: integer}}}
            again: {$ref: "#"}
        """);

    Service service =
        new ServiceFolder(folder, "after", Providers.anybody(), List.of())
            .load()
            .find("a")
            .orElseThrow();

    assertThat(service.tariff().units(new ObjectMapper().readTree("{}"))).contains(absent);
    assertThat(service.tariff().units(new ObjectMapper().readTree(input))).contains(units);
  }

  private static void write(Path folder, String pointer, String properties) throws Exception {
    Files.writeString(
        folder.resolve("a.yaml"),
        """
        id: a
        toolName: a
        title: A
        description: A.
        tags: [a]
        price: {currency: USD, amount: "0.01", per: {pointer: "%s", amount: "0.01", upTo: 5}}
        inputSchema:
          type: object
          minProperties: 0
          $defs:
            round: {$ref: "#/$defs/back"}
            back: {$ref: "#/$defs/round"}
            size: {type: integer, default: 2}
            tree:
              type: object
              properties:
                size: {$ref: "#/$defs/size"}
                list: {type: array}
                child: {$ref: "#/$defs/tree"}
          properties:
        %s
        outputSchema: {type: object}
        exampleRequest: {}
        exampleResponse: {}
        provider: {route: "direct:a"}
        """
            .formatted(pointer, properties.indent(4).stripTrailing()));
  }
}
