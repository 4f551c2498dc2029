package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.crash.CrashShop.Purchase;
import io.tollroute.crash.CrashShop.Token;
import io.tollroute.sandbox.standin.StrictStandIns;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Kills the product at a point of a call, starts it again on the same database, asks again as the
 * buyer would, and checks that it ends in one answer and one charge. A process is left up for the
 * next point.
 */
final class Crash {

  private static final BigInteger PRICE = BigInteger.valueOf(200_000);
  private static final Purchase OTHER = new Purchase("https://images.example.com/o.jpg");
  private static final Set<String> IN_FLIGHT = Set.of("CLAIMED", "SETTLING", "PAID");

  private final CrashShop shop;
  private int sold;

  Crash(CrashShop shop) {
    this.shop = shop;
  }

  void ofSignature(Point point) throws Exception {
    ofSignature(point, Shop.SERVICE);
  }

  void ofPaidFirst(Point point) throws Exception {
    ofSignature(point, CrashShop.PAID_FIRST);
  }

  private void ofSignature(Point point, String service) throws Exception {
    shop.open();
    String signature = shop.signature(service);
    Purchase purchase = purchase(point);
    Tries buyer = shop.tries(service, purchase.body(), signature);

    HttpResponse<String> answer = dieOnceCharged(point, buyer, purchase, signature);

    assertThat(answer.statusCode()).isEqualTo(200);
    HttpResponse<String> other = shop.tries(service, OTHER.body(), signature).once();
    assertThat(other.statusCode()).as("another request: %s", other.body()).isEqualTo(409);
  }

  void ofJob(Point point) throws Exception {
    ofJob(point, CrashShop.JOB);
  }

  void ofPaidJob(Point point) throws Exception {
    ofJob(point, CrashShop.PAID_JOB);
  }

  private void ofJob(Point point, String service) throws Exception {
    shop.open();
    endJobsOfBefore(point);
    String signature = shop.signature(service);
    Purchase purchase = purchase(point);

    HttpResponse<String> answer =
        dieOnceCharged(
            point, shop.tries(service, purchase.jobBody(), signature), purchase, signature);

    assertThat(answer.statusCode()).isEqualTo(200);
    HttpResponse<String> other = shop.tries(service, OTHER.jobBody(), signature).once();
    assertThat(other.statusCode()).as("another request: %s", other.body()).isEqualTo(409);
  }

  /** What another crash has left is looked at before the next job that is begun. */
  private void endJobsOfBefore(Point point) throws Exception {
    String body = new Purchase("https://images.example.com/before-" + point.name()).jobBody();
    HttpResponse<String> answer =
        shop.tries(CrashShop.JOB, body, shop.signature(CrashShop.JOB)).untilItEnds();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    sold++;
  }

  void ofTokenJob(Point point) throws Exception {
    shop.open();
    endJobsOfBefore(point);
    Token token = shop.token(CrashShop.JOB);
    Purchase purchase = purchase(point);
    ofToken(point, token, shop.tries(CrashShop.JOB, purchase.jobBody(), token), purchase);
    HttpResponse<String> other = shop.tries(CrashShop.JOB, OTHER.jobBody(), token).once();
    assertThat(other.statusCode()).as("one use more: %s", other.body()).isEqualTo(402);
  }

  void ofOrder(Point point) throws Exception {
    shop.open();
    Token token = shop.order();
    String signature = shop.signature(token.payPath());
    Tries buyer = shop.tries(token.payPath(), "", signature);

    HttpResponse<String> paid = dieOnceCharged(point, buyer, purchase(point), signature);

    assertThat(paid.statusCode()).isEqualTo(200);
    assertThat(Shop.json(paid).path("status").asText()).isEqualTo("paid");
    useUp(token, point);
  }

  void ofPurchase(Point point) throws Exception {
    shop.open();
    String signature = shop.signatureOfPurchase();
    Tries buyer = shop.tries(TokenBuyer.PAYMENTS, CrashShop.ORDER, signature);

    HttpResponse<String> bought = dieOnceCharged(point, buyer, purchase(point), signature);

    assertThat(bought.statusCode()).isEqualTo(201);
    useUp(Token.of(bought), point);
  }

  /** What was bought is good for one call. */
  private void useUp(Token token, Point point) throws Exception {
    HttpResponse<String> answer = shop.tries(purchase(point), token).once();
    assertThat(answer.statusCode()).as("the token: %s", answer.body()).isEqualTo(200);
    assertThat(shop.standIns().upstreamCalls(purchase(point).image()))
        .as("calls upstream")
        .isEqualTo(1);
    assertUsedUp(token);
  }

  private void assertUsedUp(Token token) throws Exception {
    HttpResponse<String> other = shop.tries(OTHER, token).once();
    assertThat(other.statusCode()).as("one use more: %s", other.body()).isEqualTo(402);
  }

  private HttpResponse<String> dieOnceCharged(
      Point point, Tries buyer, Purchase purchase, String signature) throws Exception {
    StrictStandIns standIns = shop.standIns();
    BigInteger wallet = standIns.walletBalance();
    int settled = standIns.settled();
    String nonce = Shop.decode(signature).at("/payload/authorization/nonce").asText();
    sold++;

    HttpResponse<String> answer = die(point, buyer, purchase, nonce);

    assertThat(states(nonce)).as("states at the end").containsExactly("SETTLED");
    assertThat(standIns.settled() - settled).as("charges").isEqualTo(1);
    assertThat(wallet.subtract(standIns.walletBalance())).as("money").isEqualTo(PRICE);
    return answer;
  }

  void ofToken(Point point) throws Exception {
    shop.open();
    Token token = shop.token();
    Purchase purchase = purchase(point);
    ofToken(point, token, shop.tries(purchase, token), purchase);
    assertUsedUp(token);
  }

  private void ofToken(Point point, Token token, Tries buyer, Purchase purchase) throws Exception {
    StrictStandIns standIns = shop.standIns();
    int settled = standIns.settled();
    String use = "token:" + token.payment();
    sold++;

    HttpResponse<String> answer = die(point, buyer, purchase, use);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(states(use)).as("states at the end").containsOnlyOnce("SETTLED");
    assertThat(states(use)).as("states at the end").isSubsetOf("SETTLED", "RELEASED");
    assertThat(shop.database().uses(token.payment())).as("uses").isEqualTo(1);
    assertThat(standIns.settled()).as("charges").isEqualTo(settled);
  }

  private static Purchase purchase(Point point) {
    return new Purchase("https://images.example.com/" + point.name() + ".jpg");
  }

  private HttpResponse<String> die(Point point, Tries buyer, Purchase purchase, String key)
      throws Exception {
    StrictStandIns standIns = shop.standIns();

    Optional<HttpResponse<String>> first = shop.dieAt(point, buyer);

    assertThat(first.isPresent()).as("answered before death").isEqualTo(point.isDelivered());
    assertThat(states(key))
        .as("states after death")
        .isEqualTo(point.state().isEmpty() ? List.of() : List.of(point.state()));

    shop.open();
    if (shop.database().leasesOutliveTheirHolder() && point.isJob()) {
      shop.database().endLeasesOfJobs();
    } else if (shop.database().leasesOutliveTheirHolder() && IN_FLIGHT.contains(point.state())) {
      HttpResponse<String> early = buyer.once();
      assertThat(early.statusCode()).as("while the lease lasts: %s", early.body()).isEqualTo(409);
      assertThat(early.headers().firstValue("Retry-After")).isPresent();
      shop.database().endLeases();
    }
    HttpResponse<String> answer = buyer.untilItEnds();

    assertThat(answer.statusCode()).as("the answer: %s", answer.body()).isIn(200, 201);
    assertThat(standIns.upstreamCalls(purchase.image()))
        .as("calls upstream")
        .isEqualTo(point.mostUpstreamCalls());
    assertThat(standIns.mostAtOnce(purchase.image()))
        .as("calls upstream at once")
        .isEqualTo(Math.min(1, point.mostUpstreamCalls()));
    first.ifPresent(
        told -> assertThat(answer.body()).as("the answer again").isEqualTo(told.body()));

    HttpResponse<String> replay = buyer.once();
    assertThat(replay.body()).as("the answer fetched again").isEqualTo(answer.body());
    assertThat(standIns.upstreamCalls(purchase.image()))
        .as("calls upstream after a replay")
        .isEqualTo(point.mostUpstreamCalls());
    return answer;
  }

  /** States of the charges whose key has this in it. */
  private List<String> states(String key) throws Exception {
    return shop.database().states().entrySet().stream()
        .filter(charge -> charge.getKey().contains(key))
        .map(Map.Entry::getValue)
        .sorted()
        .toList();
  }

  /** In the end what was sold is settled and nothing else is left over or was paid. */
  void audit() throws Exception {
    shop.open();
    shop.kill();
    Map<String, String> states = shop.database().states();

    assertThat(states.values()).as("states").isSubsetOf("SETTLED", "RELEASED");
    assertThat(states.entrySet().stream().filter(charge -> isPaid(charge)).count())
        .as("charges that moved money")
        .isEqualTo(sold);
    assertThat(shop.standIns().settled()).as("settlements").isEqualTo(sold);
    assertThat(shop.standIns().balance(CrashShop.PAY_TO))
        .as("sum of the ledger")
        .isEqualTo(PRICE.multiply(BigInteger.valueOf(sold)));
  }

  private static boolean isPaid(Map.Entry<String, String> charge) {
    return charge.getKey().startsWith("x402:") && charge.getValue().equals("SETTLED");
  }

  void close() throws InterruptedException {
    shop.close();
  }
}
