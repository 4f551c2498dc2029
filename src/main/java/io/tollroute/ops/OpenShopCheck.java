package io.tollroute.ops;

import io.tollroute.json.StrictJson;
import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import io.tollroute.outbound.OneCall;
import io.tollroute.settings.Settings;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;

/** What the shop says of itself that is open on this machine, if one is: its readiness. */
final class OpenShopCheck implements Check {

  private static final String NAME = "open shop";
  private static final String PATH = "/observe/health/ready";
  private static final long PATIENCE_MILLIS = 3_000;
  private static final int MAX_BYTES = 1 << 20;

  private final Settings settings;
  private final Clock clock;

  /** Asks at the management port of {@code settings}. */
  OpenShopCheck(Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public List<Finding> look() {
    String port = settings.text("tollroute.management.port");
    String host = ListeningHost.of(settings.text("tollroute.management.host")).inUrl();
    try {
      OneCall.Answer answer =
          new OneCall(clock, PATIENCE_MILLIS, MAX_BYTES).get("http://" + host + ":" + port + PATH);
      if (answer.status() == 200) {
        return List.of(Finding.ok(NAME, "the shop that is open here is ready to sell"));
      }
      return List.of(
          Finding.fail(
              NAME,
              "the shop that is open here does not sell: " + reasons(answer),
              "docs/log.md tells of each alert; the other lines may say why"));
    } catch (IOException e) {
      return List.of(
          Finding.skip(NAME, "no shop is open at this machine's management port " + port));
    }
  }

  private static String reasons(OneCall.Answer answer) {
    String found =
        new StrictJson(16, MAX_BYTES)
            .object(answer.body()).stream()
                .flatMap(report -> report.path("checks").findParents("status").stream())
                .filter(check -> check.path("status").asText().equals("DOWN"))
                .map(check -> check.path("name").asText() + " " + check.path("message").asText(""))
                .map(String::strip)
                .collect(Collectors.joining("; "));
    return found.isEmpty() ? "its readiness answers " + answer.status() : found;
  }
}
