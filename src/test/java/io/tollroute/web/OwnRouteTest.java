package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.Folders;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.Shop;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes that an operator adds, with what goes wrong in them. */
class OwnRouteTest {

  private static final String OWN =
      """
      - route:
          id: own-timer
          description: Fails again and again
          from:
            uri: timer
            parameters: {timerName: own-timer, period: 100}
            steps:
              - throwException: {exceptionType: java.lang.IllegalStateException, message: "a secret"}
      - route:
          id: own-clock
          description: Calls another one that fails
          from:
            uri: timer
            parameters: {timerName: own-clock, period: 100}
            steps:
              - to: {uri: "direct:own-part"}
      - route:
          id: own-part
          description: Refuses, though there is no buyer
          from:
            uri: direct:own-part
            steps:
              - throwException: {exceptionType: io.tollroute.web.OwnRouteTest$Broken, message: "a secret"}
      - route:
          id: own-page
          description: A page of the operator's that fails
          from:
            uri: platform-http:/own
            steps:
              - throwException: {exceptionType: java.lang.IllegalStateException, message: "a secret"}
      - route:
          id: own-provider
          description: Sells what it does not have
          from:
            uri: direct:own-provider
            steps:
              - to: {uri: "direct:own-shelf"}
      - route:
          id: own-shelf
          description: Is empty
          from:
            uri: direct:own-shelf
            steps:
              - throwException: {exceptionType: java.lang.IllegalStateException, message: "a secret"}
      - route:
          id: own-operator
          routeConfigurationId: operator
          description: Something for the operator that fails
          from:
            uri: platform-http:/manage/own
            parameters: {httpMethodRestrict: GET, platformHttpEngine: "#bean:managementEngine"}
            steps:
              - throwException: {exceptionType: java.lang.IllegalStateException, message: "a secret"}
      """;

  @TempDir private static Path folder;
  private static LogLines log;
  private static Shop shop;

  /** Thrown by a route of the test. */
  public static final class Broken extends Exception {
    private static final long serialVersionUID = 1;

    public Broken(String message) {
      super(message);
    }
  }

  @BeforeAll
  static void open() throws Exception {
    Path routes = Folders.copy(Path.of("routes"), folder.resolve("routes"));
    Files.writeString(routes.resolve("own.camel.yaml"), OWN);
    Path services = Files.createDirectories(folder.resolve("services"));
    Files.writeString(
        services.resolve("sold.yaml"),
        Files.readString(Path.of("services", "facebody", "masked-face-comparison.yaml"))
            .replace("route: direct:alibaba-rpc", "route: direct:own-provider"));
    log = LogLines.capture();
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_ROUTES", routes.toString(), "TOLLROUTE_SERVICES", services.toString()));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    log.close();
  }

  private static List<String> lines(String route) {
    return log.lines().stream().filter(line -> line.contains(route)).toList();
  }

  private static List<String> awaitLines(String route) throws Exception {
    Shop.await(() -> !lines(route).isEmpty());
    // time to say it again
    Thread.sleep(500);
    return lines(route);
  }

  @Test
  @DisplayName("A timer of one's own that fails is said once in the log, by its name, as an alert")
  void timer() throws Exception {
    assertThat(awaitLines("own-timer"))
        .singleElement()
        .asString()
        .contains("alert=unexpected_failure", "requestId=none", "route=own-timer");
  }

  @Test
  @DisplayName("So is one that fails in a route that it calls, without what the exception says")
  void calledByTimer() throws Exception {
    assertThat(awaitLines("own-part"))
        .singleElement()
        .asString()
        .contains("alert=unexpected_failure", "OwnRouteTest$Broken")
        .doesNotContain("secret");
    assertThat(log.lines()).noneMatch(line -> line.contains("ircular"));
  }

  @Test
  @DisplayName("A page of one's own that fails is a 500 that tells nothing")
  void page() throws Exception {
    HttpResponse<String> answer = shop.get("/own");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  @DisplayName("A provider of one's own that fails ends the buyer's call, which costs nothing")
  void provider() throws Exception {
    int settled = shop.settled();

    HttpResponse<String> answer = shop.buy(shop.signature());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
    assertThat(Shop.json(answer.body()).path("error").asText()).isEqualTo("provider_failed");
    assertThat(Shop.json(answer.body()).path("charged").asText()).isEqualTo("no");
    assertThat(shop.settled()).isEqualTo(settled);
  }

  @Test
  @DisplayName("What fails for the operator is told to the operator as JSON, without its text")
  void operator() throws Exception {
    HttpResponse<String> answer =
        shop.client()
            .send(
                HttpRequest.newBuilder(shop.management().resolve("/manage/own"))
                    .header("Authorization", "Bearer sandbox-operator-token")
                    .build(),
                HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(Shop.json(answer.body()).path("error").asText()).isEqualTo("failed");
    assertThat(answer.body()).doesNotContain("secret");
    assertThat(awaitLines("route=own-operator")).hasSize(1);
  }
}
