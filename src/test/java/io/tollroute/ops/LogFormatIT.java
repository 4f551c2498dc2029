package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Shop;
import io.tollroute.testing.ShopProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a process, as its settings say that it is written. */
class LogFormatIT {

  @TempDir private Path folder;

  @Test
  @DisplayName(
      "With the format json a process logs one object a line, of the level that it is told")
  void json() throws Exception {
    try (Shop others = Shop.open();
        ShopProcess shop =
            ShopProcess.start(
                others,
                folder,
                Map.of("TOLLROUTE_LOG_FORMAT", "json", "TOLLROUTE_LOG_LEVEL", "debug"))) {
      ObjectNode demand = others.demand();
      // nothing that names the address: the process has another one
      demand.remove(List.of("resource", "extensions"));
      ObjectNode payment = others.wallet().sign(demand, demand.at("/accepts/0"));
      assertThat(shop.buy(Shop.encode(payment), Shop.BODY).statusCode()).isEqualTo(200);
      shop.terminate();
      shop.awaitExit(60);

      List<JsonNode> events = new ArrayList<>();
      for (String line : shop.printed().lines().toList()) {
        assertThat(line).doesNotContainPattern("^\\d{4}-\\d\\d-\\d\\dT");
        if (line.startsWith("{\"time\"")) {
          events.add(new ObjectMapper().readTree(line));
        }
      }
      assertThat(events)
          .anyMatch(event -> event.path("message").asText().contains(" sells: "))
          .anyMatch(event -> event.path("level").asText().equals("DEBUG"))
          .anyMatch(event -> event.path("outcome").asText().equals("sold"));
    }
  }
}
