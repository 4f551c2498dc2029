package io.tollroute.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StatementTest {

  private final JsonMapper json = new JsonMapper();
  private final BookEntries entries = new BookEntries();
  private final Statement statement = new Statement();

  private ObjectNode entry(String cents, String currency) {
    return json.createObjectNode()
        .put("settledUtc", "2026-10-31T22:30:00Z")
        .put("settled", "2026-10-31T23:30:00+01:00")
        .put("kind", cents.startsWith("-") ? "refund" : "call")
        .put("cents", new BigDecimal(cents))
        .put("currency", currency)
        .put("service", "svc");
  }

  private String page() {
    JsonNode head =
        json.createObjectNode()
            .put("seller", "Shop")
            .put("month", "2026-10")
            .put("zone", "UTC")
            .put("from", "2026-10-01T00:00:00Z")
            .put("until", "2026-11-01T00:00:00Z")
            .put("complete", false);
    return statement.page(head);
  }

  @Test
  @DisplayName("sums up each currency by itself, exactly, however fine a price is")
  void currencies() {
    entries.row(entry("20", "USD"));
    entries.row(entry("0.0001", "USD"));
    JsonNode other = entries.row(entry("5", "EUR"));
    JsonNode back = entries.row(entry("-0.1", "USD"));

    assertThat(other.path("balance").asText()).isEqualTo("0.05");
    assertThat(back.path("amount").asText()).isEqualTo("-0.001");
    assertThat(back.path("received").asText()).isEqualTo("0.200001");
    assertThat(back.path("refunded").asText()).isEqualTo("0.001");
    assertThat(back.path("balance").asText()).isEqualTo("0.199001");
    assertThat(back.path("number").asInt()).isEqualTo(4);
  }

  @Test
  @DisplayName("lists the entries of a month up to some thousands, and all sums of a larger one")
  void large() {
    for (int i = 0; i < 5_001; i++) {
      statement.add(entries.row(entry("1", "USD")));
    }

    assertThat(page())
        .contains("There are 5001 of them", ">50.01</td>", "The month is not over")
        .doesNotContain("23:30:00+01:00");
  }

  @Test
  @DisplayName("keeps no more refunds than it keeps entries, and says how many there are")
  void manyRefunds() {
    for (int i = 0; i < 5_002; i++) {
      statement.add(entries.row(entry("-1", "USD")));
    }

    assertThat(page())
        .contains("The first of 5002;", ">5000</td>")
        .doesNotContain(">5001</td><td>");
  }

  @Test
  @DisplayName("of a month without an entry is a page, too")
  void empty() {
    assertThat(page()).contains("Entries: 0.").doesNotContain("Paid back</h2>");
  }
}
