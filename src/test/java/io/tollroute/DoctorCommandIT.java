package io.tollroute;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.settings.Settings;
import io.tollroute.testing.Shop;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code tollroute doctor} as an operator meets it, beside a shop that is open. */
class DoctorCommandIT {

  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private record Ending(int code, String out, String err) {}

  private static Ending run(boolean terminal, Map<String, String> more, String... arguments) {
    Settings settings = shop.application().settings();
    Map<String, String> environment = new HashMap<>();
    for (String name :
        List.of(
            "tollroute.port",
            "tollroute.management.port",
            "tollroute.database.url",
            "tollroute.x402.facilitator.url",
            "tollroute.services")) {
      environment.put(
          name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'), settings.text(name));
    }
    environment.putAll(more);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Tollroute.commands(
                Path.of("").toAbsolutePath(), environment, Clock.systemUTC(), terminal, "doctor")
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Ending(code, out.toString(), err.toString());
  }

  @Test
  @DisplayName("A healthy shop ends it with 0, and the shop goes on selling")
  void healthy() throws Exception {
    Ending ending = run(false, Map.of(), "doctor", "--sandbox");

    assertThat(ending.code()).as(ending.out() + ending.err()).isZero();
    JsonNode report = Shop.json(ending.out());
    assertThat(report.path("healthy").asBoolean()).isTrue();
    assertThat(report.path("failed").asInt()).isZero();
    assertThat(report.path("checks")).isNotEmpty();
    assertThat(report.path("checks"))
        .allSatisfy(check -> assertThat(check.path("result").asText()).isIn("ok", "warn", "skip"));
    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("Something that has to be mended ends it with 1, and says what to do")
  void sick() throws Exception {
    Ending ending =
        run(
            false,
            Map.of("TOLLROUTE_X402_FACILITATOR_URL", "http://127.0.0.1:1"),
            "doctor",
            "--sandbox");

    assertThat(ending.code()).isEqualTo(1);
    JsonNode report = Shop.json(ending.out());
    assertThat(report.path("healthy").asBoolean()).isFalse();
    assertThat(report.path("checks"))
        .filteredOn(check -> check.path("result").asText().equals("fail"))
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.path("check").asText()).isEqualTo("facilitator");
              assertThat(check.path("do").asText()).contains("tollroute.x402.facilitator.url");
            });
  }

  @Test
  @DisplayName("Warnings alone end it with 0")
  void warned() throws Exception {
    Ending ending = run(false, Map.of("TOLLROUTE_BREAKER", "off"), "doctor", "--sandbox");

    assertThat(ending.code()).as(ending.out()).isZero();
    assertThat(Shop.json(ending.out()).path("warned").asInt()).isPositive();
  }

  @Test
  @DisplayName("It is a table on a terminal, and what --format says")
  void formats() throws Exception {
    Ending table = run(true, Map.of("TOLLROUTE_PORT", "eighty"), "doctor");
    Ending csv = run(true, Map.of("TOLLROUTE_PORT", "eighty"), "doctor", "--format", "csv");

    assertThat(table.code()).isEqualTo(1);
    assertThat(table.out()).startsWith("CHECK").contains("tollroute.port", "fail");
    assertThat(csv.out()).startsWith("\"check\",\"result\",\"found\",\"do\"");
    assertThat(table.err()).isEmpty();
  }

  @Test
  @DisplayName("What it does not know ends it with 2")
  void usage() {
    assertThat(run(false, Map.of(), "doctor", "--faster").code()).isEqualTo(2);
  }
}
