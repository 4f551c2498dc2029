package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.crash.CrashShop.Purchase;
import io.tollroute.crash.CrashShop.Token;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Calls of all kinds while the ledger's disk takes nothing, and the same calls when it does again:
 * what was told is true, all end in one answer, one charge and one use, and nothing is restarted.
 */
final class FullDisk {

  /** Something that keeps the ledger from being written. */
  interface Disk {

    /** Leaves room for no write, or for a few of them. */
    void fill(int writes) throws Exception;

    void free() throws Exception;
  }

  /** From none at all to enough for a few calls, so that each step of a call is one that fails. */
  private static final int[] WRITES_LEFT = {0, 1, 3, 5, 8};

  private static final int CALLS_OF_A_KIND = 3;

  private final CrashShop shop;
  private final Disk disk;
  private final List<Call> calls = new ArrayList<>();

  FullDisk(CrashShop shop, Disk disk) {
    this.shop = shop;
    this.disk = disk;
  }

  private record Call(Purchase purchase, Tries buyer, String key, Optional<Token> token) {}

  /**
   * Fills the disk again and again; {@code words} is what the readiness probe says as long as it
   * takes nothing, if it can do so.
   */
  void check(String words) throws Exception {
    int refused = 0;
    for (int left : WRITES_LEFT) {
      refused += round(left, words);
    }
    assertThat(refused).as("calls that the ledger could not take").isPositive();
    if (shop.database().leasesOutliveTheirHolder()) {
      shop.database().endLeases();
    }
    for (Call call : calls) {
      HttpResponse<String> answer = call.buyer().untilItEnds();
      assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
    }
    audit();
  }

  private int round(int left, String words) throws Exception {
    List<Call> waiting = new ArrayList<>();
    for (int i = 0; i < CALLS_OF_A_KIND; i++) {
      waiting.add(signed(Shop.SERVICE));
      waiting.add(signed(CrashShop.PAID_FIRST));
      waiting.add(tokenCall());
    }
    calls.addAll(waiting);
    disk.fill(left);
    List<CompletableFuture<HttpResponse<String>>> answers =
        waiting.stream().map(call -> call.buyer().begin()).toList();
    int refused = 0;
    for (int i = 0; i < waiting.size(); i++) {
      HttpResponse<String> answer = answers.get(i).get(60, TimeUnit.SECONDS);
      if (answer.statusCode() != 200) {
        refused++;
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertTrue(answer, waiting.get(i));
      }
    }
    if (left == 0 && !words.isEmpty()) {
      assertThat(refused).as("calls without room for a write").isEqualTo(waiting.size());
      shop.awaitReadiness(503, words);
      assertThat(shop.liveness()).isEqualTo(200);
    }
    disk.free();
    shop.awaitReadiness(200, "");
    for (Call call : List.of(signed(Shop.SERVICE), tokenCall())) {
      calls.add(call);
      HttpResponse<String> answer = call.buyer().once();
      assertThat(answer.statusCode()).as("good again at once: %s", answer.body()).isEqualTo(200);
    }
    return refused;
  }

  private Call signed(String path) throws Exception {
    String signature = shop.signature(path);
    Purchase purchase = purchase();
    return new Call(
        purchase,
        shop.tries(path, purchase.body(), signature),
        Shop.decode(signature).at("/payload/authorization/nonce").asText(),
        Optional.empty());
  }

  private Call tokenCall() throws Exception {
    Token token = shop.token();
    Purchase purchase = purchase();
    return new Call(
        purchase, shop.tries(purchase, token), "token:" + token.payment(), Optional.of(token));
  }

  private Purchase purchase() {
    return new Purchase("https://images.example.com/full-" + System.nanoTime() + ".jpg");
  }

  /**
   * Who is told that nothing was charged finds no charge in the ledger. A claim may be left whose
   * end could not be written, or whose commit is said to be in doubt; it has a lease.
   */
  private void assertTrue(HttpResponse<String> answer, Call call) throws Exception {
    JsonNode told = Shop.json(answer);
    String charged = told.path("charged").asText();
    if (charged.equals("yes")) {
      // paid before the work, and so recorded
      assertThat(states(call.key())).as("told: %s", answer.body()).containsExactly("PAID");
      return;
    }
    if (!charged.equals("no")) {
      assertThat(charged).isEqualTo("unknown");
      return;
    }
    boolean claimed =
        !told.path("error").asText().equals("ledger_unavailable")
            || told.path("reason").asText().equals("commit_in_doubt");
    assertThat(states(call.key()))
        .as("told: %s", answer.body())
        .isSubsetOf("RELEASED", "ANSWERED", claimed ? "CLAIMED" : "RELEASED");
    if (call.token().isPresent()) {
      assertThat(shop.database().uses(call.token().get().payment()))
          .as("told: %s", answer.body())
          .isLessThanOrEqualTo(claimed ? 1 : 0);
    }
  }

  private List<String> states(String key) throws Exception {
    return shop.database().states().entrySet().stream()
        .filter(charge -> charge.getKey().contains(key))
        .map(Map.Entry::getValue)
        .toList();
  }

  private void audit() throws Exception {
    for (Call call : calls) {
      assertThat(shop.standIns().upstreamCalls(call.purchase().image()))
          .as("calls upstream of %s", call)
          .isBetween(1, 2);
      if (call.token().isPresent()) {
        assertThat(shop.database().uses(call.token().get().payment()))
            .as("uses of %s", call)
            .isEqualTo(1);
      }
      assertThat(states(call.key())).as("%s", call).containsOnlyOnce("SETTLED");
    }
    assertThat(shop.standIns().settled())
        .as("charges: a call or the token that it was paid with")
        .isEqualTo(calls.size());
  }
}
