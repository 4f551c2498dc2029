package io.tollroute.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.AtOnce;
import io.tollroute.testing.Books;
import io.tollroute.testing.ChainNode;
import io.tollroute.testing.ClosingServer;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.camel.component.http.HttpComponent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Calls that go out over connections which the other side closes while they are kept. */
class StaleConnectionIT {

  private static final long PRICE = 200_000;
  private static final int IDLE_MILLIS = 200;
  private static final int PAUSE_MILLIS = 320;

  private static FaultyFacilitator behind;
  private static ClosingServer facilitator;
  private static ClosingServer alibaba;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    behind = new FaultyFacilitator();
    facilitator = new ClosingServer().passOnTo(behind.uri());
    alibaba = new ClosingServer();
    shop =
        Shop.openUnready(
            Map.of(
                "TOLLROUTE_X402_FACILITATOR_URL", facilitator.url(),
                "TOLLROUTE_ALIBABA_ENDPOINT", alibaba.url(),
                // the other way signs the host, which is another one behind a server that passes on
                "TOLLROUTE_ALIBABA_SIGNATURE", "v1"),
            behind);
    alibaba.passOnTo(shop.base().resolve("/sandbox/alibaba"));
    shop.awaitReady();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    facilitator.close();
    alibaba.close();
  }

  @AfterEach
  void behave() throws Exception {
    facilitator.behave();
    alibaba.behave();
    // what is kept by the old rules is closed by now
    Thread.sleep(PAUSE_MILLIS);
  }

  @Test
  @DisplayName("Connections closed while idle fail no call, however often they are kept and closed")
  void closed_while_idle() throws Exception {
    List<ClosingServer> servers = List.of(facilitator, alibaba);
    servers.forEach(server -> server.closesIdleAfter(IDLE_MILLIS));
    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
    Books before = shop.takeStock();
    int rounds = 15;
    for (int i = 0; i < rounds; i++) {
      Thread.sleep(PAUSE_MILLIS);
      HttpResponse<String> answer = shop.buy(shop.signature());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    assertThat(shop.since(before))
        .isEqualTo(new Books(rounds, rounds, rounds, rounds, rounds * PRICE));
  }

  @Test
  @DisplayName(
      "A kept connection that breaks under verify costs a repeat on a fresh one, not the call")
  void verify_at_reuse() throws Exception {
    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
    facilitator.breaksAtReuse(head -> head.startsWith("POST /verify "));
    int broken = facilitator.broken();
    Books before = shop.takeStock();
    int rounds = 10;
    for (int i = 0; i < rounds; i++) {
      HttpResponse<String> answer = shop.buy(shop.signature());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    assertThat(facilitator.broken()).as("connections broken").isGreaterThan(broken);
    assertThat(shop.since(before))
        .isEqualTo(new Books(rounds, rounds, rounds, rounds, rounds * PRICE));
  }

  @Test
  @DisplayName("Many kept connections that break under verify at once cost no call")
  void verify_at_reuse_together() throws Exception {
    int buyers = 8;
    assertThat(AtOnce.run(sales(buyers), 60)).containsOnly(200);
    facilitator.breaksAtReuse(head -> head.startsWith("POST /verify "));
    int broken = facilitator.broken();

    assertThat(AtOnce.run(sales(buyers), 60)).containsOnly(200);
    assertThat(facilitator.broken()).as("connections broken").isGreaterThan(broken);
  }

  @Test
  @DisplayName("A verify that breaks on a fresh connection too is not sent a third time")
  void verify_twice_at_most() throws Exception {
    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
    String payment = shop.signature();
    int before = behind.calls("verify");
    behind.on("verify", FaultyFacilitator.hangingUp());
    HttpResponse<String> answer;
    try {
      answer = shop.buy(payment);
    } finally {
      behind.behave();
    }

    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("facilitator_unavailable");
    assertThat(behind.calls("verify") - before).isBetween(1, 2);
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName(
      "A verify that is silent on a kept connection is over at its deadline, and asked once")
  void verify_silent() throws Exception {
    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
    String payment = shop.signature();
    int before = behind.calls("verify");
    behind.on("verify", FaultyFacilitator.silentFor(6_000));
    HttpResponse<String> answer;
    try {
      answer = shop.buy(payment);
    } finally {
      behind.behave();
    }

    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("facilitator_unavailable");
    assertThat(behind.calls("verify") - before).isEqualTo(1);
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("A settlement does not go over a connection that somebody may be about to close")
  void settle_at_reuse() throws Exception {
    facilitator.breaksAtReuse(head -> head.startsWith("POST /settle "));
    int broken = facilitator.broken();
    Books before = shop.takeStock();
    int rounds = 5;
    for (int i = 0; i < rounds; i++) {
      Thread.sleep(PAUSE_MILLIS);
      HttpResponse<String> answer = shop.buy(shop.signature());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    assertThat(facilitator.broken()).isEqualTo(broken);
    assertThat(shop.since(before))
        .isEqualTo(new Books(rounds, rounds, rounds, rounds, rounds * PRICE));
  }

  @Test
  @DisplayName("A settlement whose connection breaks is never repeated, and is said to be unknown")
  void settle_once() throws Exception {
    String payment = shop.signature();
    int before = behind.calls("settle");
    behind.on("settle", FaultyFacilitator.hangingUp());
    HttpResponse<String> unknown;
    try {
      unknown = shop.buy(payment);
    } finally {
      behind.behave();
    }

    assertThat(behind.calls("settle") - before).as("settlements sent").isEqualTo(1);
    assertThat(Shop.json(unknown).path("error").asText()).isEqualTo("settlement_unknown");
    assertThat(Shop.json(unknown).path("charged").asText()).isEqualTo("unknown");
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("Work whose connection breaks is not sent twice; the buyer is not charged")
  void work_at_reuse() throws Exception {
    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
    String payment = shop.signature();
    alibaba.breaksAtReuse(head -> true);
    int broken = alibaba.broken();
    Books before = shop.takeStock();
    HttpResponse<String> failed = shop.buy(payment);

    assertThat(alibaba.broken() - broken).as("calls sent").isEqualTo(1);
    assertThat(failed.statusCode()).isEqualTo(502);
    assertThat(Shop.json(failed).path("error").asText()).isEqualTo("provider_failed");
    assertThat(Shop.json(failed).path("charged").asText()).isEqualTo("no");
    assertThat(shop.since(before).upstream()).isZero();
    alibaba.behave();
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("A kept connection to the node that breaks under a question changes no verdict")
  void question_at_reuse() throws Exception {
    try (ChainNode chain = new ChainNode();
        ClosingServer node = new ClosingServer().passOnTo(URI.create(chain.url()));
        Shop other = Shop.open(Map.of("TOLLROUTE_X402_RPC_URL", node.url()))) {
      chain.knows(List.of(), Instant.now().getEpochSecond() + 100_000, false);
      other
          .facilitator()
          .on(
              "verify",
              FaultyFacilitator.answering(
                  200,
                  "{\"isValid\":false,\"invalidReason\":\"invalid_exact_evm_nonce_already_used\"}"));
      HttpResponse<String> verdict = other.buy(other.signature());
      assertThat(verdict.statusCode()).as(verdict.body()).isEqualTo(402);
      node.breaksAtReuse(head -> true);
      HttpResponse<String> again = other.buy(other.signature());

      assertThat(node.broken()).as("connections broken").isPositive();
      assertThat(again.statusCode()).as(again.body()).isEqualTo(402);
    }
  }

  @Test
  @DisplayName("A connection that nobody uses is closed, and not kept until the other side does")
  void idle() throws Exception {
    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
    assertThat(facilitator.open()).isPositive();

    Shop.await(() -> facilitator.open() == 0 && alibaba.open() == 0);
  }

  @Test
  @DisplayName("What goes out over https is bounded as what goes out over http")
  void both_schemes() {
    HttpComponent http = component("http");
    HttpComponent https = component("https");

    assertThat(https.getConnectionsPerRoute()).isEqualTo(http.getConnectionsPerRoute());
    assertThat(https.getMaxTotalConnections()).isEqualTo(http.getMaxTotalConnections());
    assertThat(https.getConnectTimeout()).isEqualTo(http.getConnectTimeout()).isEqualTo(2_000);
    assertThat(https.getConnectionRequestTimeout()).isEqualTo(http.getConnectionRequestTimeout());
    assertThat(https.isUseSystemProperties()).isEqualTo(http.isUseSystemProperties());
    assertThat(https.isCookieManagementDisabled()).isEqualTo(http.isCookieManagementDisabled());
  }

  private static HttpComponent component(String scheme) {
    return shop.application().main().getCamelContext().getComponent(scheme, HttpComponent.class);
  }

  private static List<Callable<Integer>> sales(int count) throws Exception {
    List<Callable<Integer>> sales = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String payment = shop.signature();
      sales.add(() -> shop.buy(payment).statusCode());
    }
    return sales;
  }
}
