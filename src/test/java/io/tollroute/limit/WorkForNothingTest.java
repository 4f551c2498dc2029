package io.tollroute.limit;

import static io.tollroute.limit.Newcomers.assertTooMany;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.Recovery;
import io.tollroute.ledger.sql.Rows;
import io.tollroute.sandbox.Forger;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.testing.Books;
import io.tollroute.testing.OwnProvider;
import io.tollroute.testing.ScriptedUpstream;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator's own provider works for, and who has to wait for more of it. */
@DisplayName("Work for nothing by a provider of the operator's own")
class WorkForNothingTest {

  private static final int UNCHARGED = 2;

  /** The provider works, and then finds that it cannot. */
  private static final String DARK = "{\"text\":\"dark\"}";

  private static final String LIGHT = "{\"text\":\"light\"}";

  private static final String AFTER = "/api/tools/seer";
  private static final String FIRST = "/api/tools/seer-first";

  @TempDir private static Path folder;

  private static ScriptedUpstream api;
  private static Shop shop;
  private static Newcomers newcomers;

  private String address;
  private SandboxWallet wallet;
  private Books before;

  @BeforeAll
  static void open() throws Exception {
    api = new ScriptedUpstream();
    OwnProvider own =
        new OwnProvider(folder)
            .route(
                "seer",
                """
                - route:
                    id: seer
                    from:
                      uri: direct:seer
                      steps:
                        - to: {uri: "%ssee"}
                        - choice:
                            when:
                              - expression: {simple: {expression: "${variable.inputJson} contains 'dark'"}}
                                steps:
                                  - bean: {ref: refuse, method: "caller('too_dark')"}
                """
                    .formatted(api.url()))
            .service("seer", "direct:seer")
            .service("seer-first", "direct:seer", "settle: first");
    shop =
        Shop.open(
            own.settings(
                "TOLLROUTE_LIMITS_UNCHARGED_CALLS",
                "" + UNCHARGED,
                "TOLLROUTE_HTTP_TRUSTED_PROXIES",
                "127.0.0.1"));
    newcomers = new Newcomers(shop);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    api.close();
  }

  @BeforeEach
  void comeIn() throws Exception {
    address = newcomers.address();
    wallet = newcomers.holding(AFTER, 3);
    api.does(ScriptedUpstream.answering(200, "{\"seen\":true}"));
    before = shop.takeStock();
  }

  private HttpResponse<String> call(String path, String input) throws Exception {
    return newcomers.pay(path, input, newcomers.payment(path, wallet), address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"signature", "token", "mcp"})
  @DisplayName("makes whoever asks for it again and again wait, longer each time")
  void answeredFirst(String surface) throws Exception {
    String token =
        surface.equals("token") ? TokenBuyer.token(new TokenBuyer(shop).paid("seer", 5)) : "";
    before = shop.takeStock();

    for (int i = 0; i < UNCHARGED; i++) {
      assertThat(Shop.json(inVain(surface, token)).findPath("reason").asText())
          .isEqualTo("too_dark");
    }

    assertWaits(inVain(surface, token));
    assertThat(api.requests()).hasSize(UNCHARGED);
    assertThat(shop.since(before).settled()).isZero();
    shop.advance(Duration.ofSeconds(2));
    assertThat(Shop.json(inVain(surface, token)).findPath("reason").asText()).isEqualTo("too_dark");
    shop.advance(Duration.ofMillis(1500));
    assertWaits(inVain(surface, token));
    assertThat(api.requests()).hasSize(UNCHARGED + 1);
  }

  private HttpResponse<String> inVain(String surface, String token) throws Exception {
    return switch (surface) {
      case "token" -> newcomers.post(AFTER, DARK, address, "X-Payment-Token", token).join();
      case "mcp" -> newcomers.payTool("seer", DARK, newcomers.payment(AFTER, wallet), address);
      default -> call(AFTER, DARK);
    };
  }

  private static void assertWaits(HttpResponse<String> answer) throws Exception {
    JsonNode told = Shop.json(answer);
    assertThat(told.findPath("error").asText()).as(answer.body()).isEqualTo("too_many_requests");
    assertThat(told.findPath("reason").asText()).isEqualTo("uncharged_calls");
  }

  @ParameterizedTest
  @ValueSource(strings = {"signature", "mcp"})
  @DisplayName("that was paid first is owed, and tried again only after a wait that grows")
  void paidFirst(String surface) throws Exception {
    ObjectNode payment = newcomers.payment(FIRST, wallet);

    for (int i = 0; i < UNCHARGED; i++) {
      assertOwed(again(surface, payment), "provider_rejected");
    }
    assertOwed(again(surface, payment), "too_many_requests");
    assertThat(api.requests()).hasSize(UNCHARGED);

    shop.advance(Duration.ofSeconds(2));
    assertOwed(again(surface, payment), "provider_rejected");
    shop.advance(Duration.ofMillis(1500));
    assertOwed(again(surface, payment), "too_many_requests");
    assertThat(api.requests()).hasSize(UNCHARGED + 1);
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  private HttpResponse<String> again(String surface, ObjectNode payment) throws Exception {
    return surface.equals("mcp")
        ? newcomers.payTool("seer_first", DARK, payment, address)
        : newcomers.pay(FIRST, DARK, payment, address);
  }

  private static void assertOwed(HttpResponse<String> answer, String reason) throws Exception {
    JsonNode told = Shop.json(answer);
    assertThat(told.findPath("error").asText()).as(answer.body()).isEqualTo("answer_owed");
    assertThat(told.findPath("reason").asText()).as(answer.body()).isEqualTo(reason);
    assertThat(told.findPath("charged").asText()).isEqualTo("yes");
  }

  @Test
  @DisplayName("that is owed says how long to wait, and whoever pays anew is served at once")
  void paysAnew() throws Exception {
    ObjectNode payment = newcomers.payment(FIRST, wallet);
    for (int i = 0; i < UNCHARGED + 2; i++) {
      assertOwed(again("signature", payment), "provider_rejected");
      shop.advance(Duration.ofSeconds(1 << i));
    }
    assertOwed(again("signature", payment), "provider_rejected");
    HttpResponse<String> waits = again("signature", payment);

    assertOwed(waits, "too_many_requests");
    assertThat(waits.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(7L, 8L);
    assertTooMany(call(AFTER, LIGHT), "uncharged_calls");
    assertThat(newcomers.pay(FIRST, LIGHT, newcomers.payment(FIRST, shop.wallet()), address))
        .as("somebody else, from the same address")
        .returns(200, HttpResponse::statusCode);
    assertThat(call(FIRST, LIGHT).statusCode()).isEqualTo(200);
    assertThat(call(AFTER, LIGHT).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("is not what somebody has had in whose name others pay first, with no signature")
  void inSomebodysName() throws Exception {
    for (int i = 0; i < 3; i++) {
      ObjectNode forged = Newcomers.asOfContract(newcomers.payment(FIRST, wallet));
      assertThat(newcomers.pay(FIRST, LIGHT, forged, newcomers.address()).statusCode())
          .isEqualTo(402);
    }

    assertThat(api.requests()).isEmpty();
    assertThat(call(AFTER, LIGHT)).returns(200, HttpResponse::statusCode);
  }

  @Test
  @DisplayName("is refused for a while to a wallet whose money was gone where it was to move first")
  void moneyGone() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(call(FIRST, LIGHT)).returns(200, HttpResponse::statusCode);
    }

    assertThat(call(FIRST, LIGHT)).returns(402, HttpResponse::statusCode);
    assertTooMany(call(AFTER, LIGHT), "uncharged_calls");
    assertThat(api.requests()).hasSize(3);
  }

  @Test
  @DisplayName("is not done where money was to move first and did not, and no row of it stays")
  void forgotten() throws Exception {
    String charges = "SELECT count(*) FROM charge";
    Rows rows = new Rows(shop);
    int earlier = rows.count(charges);
    List<ObjectNode> worthless =
        List.of(
            newcomers.payment(FIRST, shop.newWallet()),
            Newcomers.asOfContract(newcomers.payment(FIRST, wallet)),
            Forger.signed(newcomers.payment(FIRST, wallet), shop.newWallet()));

    for (ObjectNode payment : worthless) {
      assertThat(newcomers.pay(FIRST, LIGHT, payment, address))
          .returns(402, HttpResponse::statusCode);
    }

    assertThat(rows.count(charges))
        .as("what is seen to be forged is not written down")
        .isEqualTo(earlier + 2);
    shop.advance(Duration.ofSeconds(601));
    shop.bean("recovery", Recovery.class).eraseExpired();
    assertThat(rows.count(charges)).isLessThanOrEqualTo(earlier);
    assertThat(api.requests()).isEmpty();
  }
}
