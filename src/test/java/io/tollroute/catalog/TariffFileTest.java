package io.tollroute.catalog;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
