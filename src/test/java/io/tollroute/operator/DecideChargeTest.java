package io.tollroute.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.chain.Hex;
import io.tollroute.chain.TokenLog;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.testing.ChainNode;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An operator decides what nobody else can. */
class DecideChargeTest {

  private static HttpResponse<String> decide(Shop shop, ObjectNode payment, String body)
      throws Exception {
    String key = new TokenBuyer(shop).charge(payment).path("charge").asText();
    return shop.client()
        .send(
            HttpRequest.newBuilder(
                    shop.management()
                        .resolve(
                            "/manage/charges/"
                                + URLEncoder.encode(key, StandardCharsets.UTF_8)
                                + "/decide"))
                .header("Authorization", "Bearer sandbox-operator-token")
                .POST(BodyPublishers.ofString(body.replace('\'', '"')))
                .build(),
            BodyHandlers.ofString());
  }

  private static ObjectNode undecided(Shop shop) throws Exception {
    ObjectNode payment = shop.payment();
    shop.facilitator().on("settle", FaultyFacilitator.losingTheAnswer());
    HttpResponse<String> unknown = shop.buy(Shop.encode(payment));
    assertThat(unknown.statusCode()).as(unknown.body()).isEqualTo(503);
    return payment;
  }

  private static void refused(HttpResponse<String> answer, int status, String words)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Shop.json(answer).path("message").asText()).contains(words);
  }

  @Test
  @DisplayName("Without a node the operator's word counts, when the payment's validity is over")
  void word() throws Exception {
    try (Shop shop = Shop.open()) {
      ObjectNode payment = undecided(shop);
      ObjectNode other = undecided(shop);
      String paid = "{'paid':true,'reason':'seen in the wallet','by':'ann'}";
      refused(decide(shop, payment, paid), 409, "can still be paid until");
      refused(decide(shop, payment, "{}"), 409, "no node");
      refused(decide(shop, payment, "{'transaction':'0x12'}"), 400, "hash");

      shop.advance(Duration.ofSeconds(400));
      refused(decide(shop, payment, "{'paid':true}"), 400, "reason");
      HttpResponse<String> decided = decide(shop, payment, paid);
      HttpResponse<String> again = decide(shop, payment, paid);
      HttpResponse<String> not = decide(shop, other, "{'paid':false,'reason':'not there'}");

      assertThat(decided.statusCode()).as(decided.body()).isEqualTo(200);
      assertThat(again.body()).isEqualTo(decided.body());
      JsonNode charge = Shop.json(decided);
      assertThat(charge.path("state").asText()).isEqualTo("settled");
      assertThat(charge.path("decidedHow").asText()).isEqualTo("word");
      assertThat(charge.path("decidedBy").asText()).isEqualTo("ann");
      assertThat(charge.path("decidedReason").asText()).isEqualTo("seen in the wallet");
      HttpResponse<String> replay = shop.buy(Shop.encode(payment));
      assertThat(replay.statusCode()).as(replay.body()).isEqualTo(200);
      assertThat(replay.headers().firstValue("Idempotent-Replayed")).contains("true");
      assertThat(Shop.json(not).path("state").asText()).isEqualTo("answered");
      refused(decide(shop, payment, "{'paid':false,'reason':'x'}"), 409, "it was paid");
      assertThat(shop.upstreamCalls()).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("With a node a transaction counts that it confirms, and no word against the chain")
  void node() throws Exception {
    try (ChainNode node = new ChainNode();
        Shop shop = Shop.open(Map.of("TOLLROUTE_X402_RPC_URL", node.url()))) {
      ObjectNode payment = undecided(shop);
      JsonNode signed = payment.at("/payload/authorization");
      String from = Hex.topic(signed.path("from").asText());
      String value = "0x" + String.format("%064x", 200_000);
      List<ObjectNode> logs =
          List.of(
              node.log(
                  SandboxChain.ASSET,
                  "0x",
                  TokenLog.AUTHORIZATION_USED,
                  from,
                  signed.path("nonce").asText()),
              node.log(
                  SandboxChain.ASSET,
                  value,
                  TokenLog.TRANSFER,
                  from,
                  Hex.topic(SandboxChain.PAY_TO)));
      long now = System.currentTimeMillis() / 1000;
      String transaction = "{'transaction':'" + ChainNode.hash() + "'}";
      node.knows(List.of(logs.get(0)), now, true);
      refused(decide(shop, payment, transaction), 409, "does not confirm");
      node.knows(logs, now, true);
      node.is("0x1");
      refused(decide(shop, payment, transaction), 409, "of chain 1");
      node.knows(logs, now, true);
      refused(decide(shop, payment, "{'paid':false,'reason':'x'}"), 409, "was paid in");

      HttpResponse<String> decided = decide(shop, payment, transaction);

      assertThat(decided.statusCode()).as(decided.body()).isEqualTo(200);
      assertThat(Shop.json(decided).path("state").asText()).isEqualTo("settled");
      assertThat(Shop.json(decided).path("decidedHow").asText()).isEqualTo("node");
      assertThat(Shop.json(decided).at("/receipt/transaction").asText())
          .isEqualTo(ChainNode.hash());
      assertThat(decide(shop, payment, transaction).body()).isEqualTo(decided.body());
      assertThat(shop.buy(Shop.encode(payment)).statusCode()).isEqualTo(200);
    }
  }
}
