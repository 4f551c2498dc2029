package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.crash.CrashShop.Purchase;
import io.tollroute.sandbox.StrictStandIns;
import io.tollroute.testing.Shop;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The product is killed at a point of a call, started again on the same database, and asked again
 * by the same buyer. Each test leaves a process that the next one kills.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CrashContract {

  private static final BigInteger PRICE = BigInteger.valueOf(200_000);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Set<String> IN_FLIGHT = Set.of("CLAIMED", "SETTLING");

  private CrashShop shop;
  private int purchases;

  /** A database for one class of tests. */
  abstract Database database(Path folder) throws Exception;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    shop = new CrashShop(new Distribution(), folder, database(folder));
    shop.learn();
  }

  /**
   * I7, I13: in the end every charge is settled, as often as money moved, and none is left over.
   */
  @AfterAll
  void audit() throws Exception {
    if (shop == null) {
      return;
    }
    try {
      shop.open();
      shop.kill();
      Map<String, String> states = shop.database().states();

      assertThat(states.values()).containsOnly("SETTLED").hasSize(purchases);
      assertThat(shop.standIns().settled()).isEqualTo(purchases);
      assertThat(shop.standIns().balance(CrashShop.PAY_TO))
          .isEqualTo(PRICE.multiply(BigInteger.valueOf(purchases)));
    } finally {
      shop.close();
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Point.class)
  void retry_ends_in_one_answer_and_one_charge(Point point) throws Exception {
    shop.open();
    StrictStandIns standIns = shop.standIns();
    String signature = shop.signature();
    String key = nonce(signature);
    Purchase purchase = new Purchase("https://images.example.com/" + point.name() + ".jpg");
    Tries buyer = shop.tries(purchase, signature);
    int settledBefore = standIns.settled();
    BigInteger walletBefore = standIns.walletBalance();
    purchases++;

    Optional<HttpResponse<String>> first = shop.dieAt(point, buyer);

    assertThat(first.isPresent()).as("I1 answered before death").isEqualTo(point.isDelivered());
    assertThat(stateOf(key)).as("I7 state after death").isEqualTo(point.state());

    shop.open();
    if (shop.database().leasesOutliveTheirHolder() && IN_FLIGHT.contains(point.state())) {
      HttpResponse<String> early = buyer.once();
      assertThat(early.statusCode()).as("I6 lease %s", early.body()).isEqualTo(409);
      assertThat(early.headers().firstValue("Retry-After")).isPresent();
    }
    shop.database().endLeases();
    HttpResponse<String> answer = buyer.untilItEnds();

    assertThat(answer.statusCode()).as("I3 %s", answer.body()).isEqualTo(200);
    assertThat(standIns.settled() - settledBefore).as("I2 charges").isEqualTo(1);
    assertThat(walletBefore.subtract(standIns.walletBalance())).as("I2 money").isEqualTo(PRICE);
    assertThat(standIns.upstreamCalls(purchase.image()))
        .as("I6 calls upstream")
        .isBetween(1, point.mostUpstreamCalls());
    assertThat(standIns.mostAtOnce(purchase.image())).as("I6 at once").isEqualTo(1);
    first.ifPresent(told -> assertThat(answer.body()).isEqualTo(told.body()));

    int calls = standIns.upstreamCalls();
    HttpResponse<String> replay = buyer.once();
    HttpResponse<String> other =
        shop.tries(new Purchase("https://images.example.com/other.jpg"), signature).once();

    assertThat(replay.body()).as("I3 fetched again").isEqualTo(answer.body());
    assertThat(replay.headers().firstValue("PAYMENT-RESPONSE"))
        .isEqualTo(answer.headers().firstValue("PAYMENT-RESPONSE"));
    assertThat(other.statusCode()).as("I8 %s", other.body()).isEqualTo(409);
    assertThat(standIns.settled() - settledBefore).as("I2 after a replay").isEqualTo(1);
    assertThat(standIns.upstreamCalls()).as("I6 after a replay").isEqualTo(calls);
  }

  private String stateOf(String nonce) throws Exception {
    return shop.database().states().entrySet().stream()
        .filter(charge -> charge.getKey().contains(nonce))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  private static String nonce(String signature) throws Exception {
    JsonNode payment = Shop.decode(signature);
    return payment.at("/payload/authorization/nonce").asText();
  }
}
