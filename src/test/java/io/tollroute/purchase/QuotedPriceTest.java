package io.tollroute.purchase;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was offered is what is bought while the offer is valid, whatever has changed since. */
class QuotedPriceTest {

  private static final String ID = "face";
  private static final String PATH = "/api/tools/" + ID;
  private static final String PAY_TO = "0x00000000000000000000000000000000000000aa";
  private static final String OTHER_PAY_TO = "0x00000000000000000000000000000000000000bb";

  @TempDir private static Path folder;
  private static FaceServices services;
  private static Shop shop;
  private static TokenBuyer books;

  @BeforeAll
  static void open() throws Exception {
    services = new FaceServices(folder);
    services.write(ID, "0.50");
    shop =
        Shop.open(
            Map.of("TOLLROUTE_SERVICES", folder.toString(), "TOLLROUTE_SERVICES_POLL_MS", "50"));
    books = new TokenBuyer(shop);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void usualPrice() throws Exception {
    shop.facilitator().behave();
    change(shop, services, "0.50", "after");
  }

  @Nested
  @DisplayName("after a live change of the price")
  class LiveChange {

    @ParameterizedTest
    @CsvSource({
      "PAYMENT-SIGNATURE, 0.75",
      "PAYMENT-SIGNATURE, 0.25",
      "X-PAYMENT, 0.75",
      "X-PAYMENT, 0.25"
    })
    @DisplayName("a payment of before buys the answer, at the price that it was made for")
    void oldPrice(String header, String price) throws Exception {
      ObjectNode payment = payment(shop);
      change(shop, services, price, "after");

      HttpResponse<String> answer = buy(shop, header, payment, Shop.BODY);
      HttpResponse<String> again = buy(shop, header, payment, Shop.BODY);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(again.body()).isEqualTo(answer.body());
      assertCharged(books, payment, 50, "500000");
      assertThat(settled(shop).path("amount").asText()).isEqualTo("500000");
      assertThat(units(shop)).as("what is offered now").isEqualTo(price.substring(2) + "0000");
    }

    @Test
    @DisplayName("over MCP too")
    void tool() throws Exception {
      ObjectNode payment = payment(shop);
      change(shop, services, "0.75", "after");

      ObjectNode call = (ObjectNode) Shop.json("{\"jsonrpc\":\"2.0\",\"id\":1}");
      ObjectNode params = call.put("method", "tools/call").putObject("params").put("name", ID);
      params.set("arguments", Shop.json(Shop.BODY));
      params.putObject("_meta").set("x402/payment", payment);
      JsonNode result = Shop.json(shop.post("/mcp", call.toString())).path("result");

      assertThat(result.path("isError").asBoolean()).as(result.toString()).isFalse();
      assertCharged(books, payment, 50, "500000");
    }

    @Test
    @DisplayName("a token that is bought at once costs what its calls cost when it was signed")
    void atOnce() throws Exception {
      ObjectNode terms = books.order(ID, 3);
      terms.withObject("/resource").put("url", shop.base() + TokenBuyer.PAYMENTS);
      String signature = books.signature(terms);
      change(shop, services, "0.75", "after");

      HttpResponse<String> bought =
          shop.post(
              TokenBuyer.PAYMENTS,
              "{\"serviceId\":\"face\",\"calls\":3}",
              "PAYMENT-SIGNATURE",
              signature);
      HttpResponse<String> more =
          shop.post(
              TokenBuyer.PAYMENTS,
              "{\"serviceId\":\"face\",\"calls\":4}",
              "PAYMENT-SIGNATURE",
              books.signature(terms));

      assertThat(bought.statusCode()).as(bought.body()).isEqualTo(201);
      assertThat(Shop.json(bought).path("amountCents").asInt()).isEqualTo(150);
      assertThat(books.use(Shop.json(bought), PATH, Shop.BODY).statusCode()).isEqualTo(200);
      assertCharged(books, Shop.decode(signature), 150, "1500000");
      assertThat(more.statusCode()).as("three are not four at another price").isEqualTo(402);
    }

    @Test
    @DisplayName("an order is paid at its own price, however the price changes")
    void ordered() throws Exception {
      ObjectNode order = books.order(ID, 2);
      change(shop, services, "0.75", "after");

      HttpResponse<String> paid = books.pay(order);

      assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
      assertThat(Shop.json(paid).path("amountCents").asInt()).isEqualTo(100);
    }

    @Test
    @DisplayName("an amount that nobody was offered, and that of another service, buy nothing")
    void neverOffered() throws Exception {
      services.write("cheap", "0.30");
      Shop.await(() -> shop.post("/api/tools/cheap", "").statusCode() == 402);
      ObjectNode demand = Shop.demand(shop.post(PATH, ""));
      for (String amount : List.of("300000", "600000", "499999", "1")) {
        ObjectNode accepted = ((ObjectNode) demand.at("/accepts/0")).deepCopy();
        ObjectNode payment = shop.wallet().sign(demand, accepted.put("amount", amount));

        for (String header : List.of("PAYMENT-SIGNATURE", "X-PAYMENT")) {
          HttpResponse<String> answer = buy(shop, header, payment, Shop.BODY);
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
          assertThat(Shop.json(answer).path("reason").asText())
              .isEqualTo("invalid_exact_evm_payload_authorization_value_mismatch");
        }
      }
    }

    @Test
    @DisplayName("the offer of before ends when its validity is over, however long was signed")
    void expired() throws Exception {
      ObjectNode demand = Shop.demand(shop.post(PATH, ""));
      ObjectNode patient = ((ObjectNode) demand.at("/accepts/0")).deepCopy();
      patient.put("maxTimeoutSeconds", 5_000);
      ObjectNode early = shop.wallet().sign(demand, patient);
      ObjectNode late = shop.wallet().sign(demand, patient);
      early.withObject("/accepted").put("maxTimeoutSeconds", 300);
      late.withObject("/accepted").put("maxTimeoutSeconds", 300);
      change(shop, services, "0.75", "after");

      shop.advance(Duration.ofSeconds(280));
      HttpResponse<String> taken = buy(shop, "PAYMENT-SIGNATURE", early, Shop.BODY);
      shop.advance(Duration.ofSeconds(40));
      HttpResponse<String> refused = buy(shop, "PAYMENT-SIGNATURE", late, Shop.BODY);

      assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(402);
      assertThat(Shop.demand(refused).at("/accepts/0/amount").asText()).isEqualTo("750000");
      assertThat(buy(shop, "PAYMENT-SIGNATURE", early, Shop.BODY).body()).isEqualTo(taken.body());
    }

    @Test
    @DisplayName("a settlement lost at the old price is finished at it after the offer's end")
    void lost() throws Exception {
      ObjectNode payment = payment(shop);
      change(shop, services, "0.75", "after");
      shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
      HttpResponse<String> unknown = buy(shop, "PAYMENT-SIGNATURE", payment, Shop.BODY);
      shop.advance(Duration.ofSeconds(400));

      HttpResponse<String> finished = buy(shop, "PAYMENT-SIGNATURE", payment, Shop.BODY);

      assertThat(unknown.statusCode()).isEqualTo(503);
      assertThat(finished.statusCode()).as(finished.body()).isEqualTo(200);
      assertCharged(books, payment, 50, "500000");
    }

    @Test
    @DisplayName("an example that was advertised may be echoed after it has changed")
    void example() throws Exception {
      ObjectNode payment = payment(shop);
      Path file = folder.resolve(ID + ".yaml");
      Files.writeString(
          file, Files.readString(file).replace("https://example.com/", "https://example.org/"));
      Shop.await(
          () ->
              Shop.demand(shop.post(PATH, ""))
                  .at("/extensions/bazaar/info/input/body")
                  .toString()
                  .contains("example.org"));

      HttpResponse<String> answer = buy(shop, "PAYMENT-SIGNATURE", payment, Shop.BODY);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    @DisplayName("what was sold with an echo of before is given again when the offer is over")
    void echoedLongAgo() throws Exception {
      ObjectNode payment = payment(shop);
      ObjectNode unused = payment(shop);
      HttpResponse<String> sold = buy(shop, "PAYMENT-SIGNATURE", payment, Shop.BODY);
      Path file = folder.resolve(ID + ".yaml");
      Files.writeString(
          file, Files.readString(file).replace("https://example.com/", "https://example.net/"));
      Shop.await(
          () -> Shop.demand(shop.post(PATH, "")).toString().contains("https://example.net/"));
      shop.advance(Duration.ofSeconds(320));

      HttpResponse<String> again = buy(shop, "PAYMENT-SIGNATURE", payment, Shop.BODY);
      HttpResponse<String> late = buy(shop, "PAYMENT-SIGNATURE", unused, Shop.BODY);

      assertThat(sold.statusCode()).as(sold.body()).isEqualTo(200);
      assertThat(again.body()).isEqualTo(sold.body());
      assertThat(late.statusCode()).as(late.body()).isEqualTo(402);
    }

    @Test
    @DisplayName("offered as paid after the work, a failed call costs nothing, whatever is now")
    void orderOfWorkAndMoney() throws Exception {
      ObjectNode payment = payment(shop);
      change(shop, services, "0.50", "first");

      HttpResponse<String> failed =
          buy(shop, "PAYMENT-SIGNATURE", payment, Shop.magic("/sandbox/error/InternalError"));
      HttpResponse<String> upfront =
          buy(shop, "PAYMENT-SIGNATURE", payment(shop), Shop.magic("/sandbox/error/InternalError"));

      assertThat(Shop.json(failed).path("charged").asText()).as(failed.body()).isEqualTo("no");
      assertThat(Shop.json(upfront).path("error").asText()).isEqualTo("answer_owed");
      assertThat(buy(shop, "PAYMENT-SIGNATURE", payment, Shop.BODY).statusCode()).isEqualTo(200);
    }
  }

  @Nested
  @DisplayName("after a restart with other settings")
  class Restart {

    @TempDir Path home;

    @ParameterizedTest
    @ValueSource(strings = {"PAYMENT-SIGNATURE", "X-PAYMENT"})
    @DisplayName("a payment of before buys at its price, for the receiver of before")
    void restarted(String header) throws Exception {
      FaceServices own = new FaceServices(home);
      own.write(ID, "0.50");
      ObjectNode payment;
      ObjectNode lost;
      ObjectNode order;
      String orderSignature;
      int sent = shop.facilitator().bodies("settle").size();
      try (Shop before = shop.openServing(PAY_TO, settings(Map.of()))) {
        payment = payment(before);
        lost = payment(before);
        order = new TokenBuyer(before).order(ID, 2);
        orderSignature = new TokenBuyer(before).signature(order);
        shop.facilitator().on("settle", 1, FaultyFacilitator.hangingUp());
        assertThat(buy(before, header, lost, Shop.magic("/lost.jpg")).statusCode()).isEqualTo(503);
      }
      own.write(ID, "0.75");
      long earlier = received(shop, PAY_TO);
      long elsewhere = received(shop, OTHER_PAY_TO);
      try (Shop after =
          shop.openServing(
              OTHER_PAY_TO,
              settings(
                  Map.of(
                      "TOLLROUTE_X402_MAX_TIMEOUT_SECONDS",
                      "200",
                      "TOLLROUTE_RECONCILE_MS",
                      "100")))) {
        HttpResponse<String> answer = buy(after, header, payment, Shop.BODY);
        HttpResponse<String> paid = new TokenBuyer(after).pay(order, orderSignature);
        after.advance(Duration.ofSeconds(6));
        Shop.await(() -> shop.facilitator().bodies("settle").size() == sent + 4);
        Shop.await(() -> received(shop, PAY_TO) == earlier + 2_000_000);
        String again = Shop.magic("/lost.jpg");
        // the money may have moved a moment before the reconciler has recorded it
        Shop.await(() -> buy(after, header, lost, again).statusCode() != 409);
        HttpResponse<String> finished = buy(after, header, lost, again);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
        assertThat(Shop.json(paid).path("amountCents").asInt()).isEqualTo(100);
        assertThat(finished.statusCode()).as(finished.body()).isEqualTo(200);
        assertThat(shop.facilitator().bodies("settle").subList(sent, sent + 4))
            .allSatisfy(
                body ->
                    assertThat(Shop.json(body).at("/paymentRequirements/payTo").asText())
                        .isEqualTo(PAY_TO));
        assertThat(received(shop, OTHER_PAY_TO)).isEqualTo(elsewhere);
        ObjectNode now = Shop.demand(after.post(PATH, ""));
        assertThat(now.at("/accepts/0/payTo").asText()).isEqualTo(OTHER_PAY_TO);
        assertThat(buy(after, header, payment(after), Shop.magic("/new.jpg")).statusCode())
            .isEqualTo(200);
        assertThat(received(shop, OTHER_PAY_TO)).isEqualTo(elsewhere + 750_000);
      }
    }

    private Map<String, String> settings(Map<String, String> others) {
      Map<String, String> settings = new HashMap<>(others);
      settings.put("TOLLROUTE_SERVICES", home.toString());
      settings.put("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + home.resolve("ledger.db"));
      return settings;
    }
  }

  @Test
  @DisplayName("what one replica has offered the other one takes, while their prices differ")
  void replicas(@TempDir Path one, @TempDir Path other) throws Exception {
    new FaceServices(one).write(ID, "0.50");
    new FaceServices(other).write(ID, "0.75");
    Map<String, String> settings =
        new HashMap<>(PostgresServer.settings(PostgresServer.shared().ledgerDatabase()));
    settings.put("TOLLROUTE_ALIBABA_TIMEOUT_SECONDS", "3");
    settings.put("TOLLROUTE_LEDGER_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    settings.put("TOLLROUTE_SERVICES", one.toString());
    try (Shop first = Shop.open(settings)) {
      settings.put("TOLLROUTE_SERVICES", other.toString());
      try (Shop second = first.openServing(OTHER_PAY_TO, settings)) {
        ObjectNode atFirst = payment(first);
        ObjectNode atSecond = payment(second);
        TokenBuyer its = new TokenBuyer(first);

        HttpResponse<String> crossed = buy(second, "PAYMENT-SIGNATURE", atFirst, Shop.BODY);
        HttpResponse<String> back = buy(first, "PAYMENT-SIGNATURE", atSecond, Shop.BODY);

        assertThat(crossed.statusCode()).as(crossed.body()).isEqualTo(200);
        assertThat(back.statusCode()).as(back.body()).isEqualTo(200);
        assertCharged(its, atFirst, 50, "500000");
        assertCharged(its, atSecond, 75, "750000");
        assertThat(received(first, SandboxChain.PAY_TO)).isEqualTo(500_000);
        assertThat(received(first, OTHER_PAY_TO)).isEqualTo(750_000);
      }
    }
  }

  private static void assertCharged(TokenBuyer books, ObjectNode payment, int cents, String amount)
      throws Exception {
    JsonNode charge = books.charge(payment);
    assertThat(charge.path("state").asText()).isEqualTo("settled");
    assertThat(charge.path("cents").asInt()).isEqualTo(cents);
    assertThat(charge.path("amount").asText()).isEqualTo(amount);
  }

  private static long received(Shop shop, String address) throws Exception {
    return shop.books().path("balances").path(address.toLowerCase(Locale.ROOT)).asLong();
  }

  private static JsonNode settled(Shop shop) throws Exception {
    List<String> bodies = shop.facilitator().bodies("settle");
    return Shop.json(bodies.get(bodies.size() - 1)).path("paymentRequirements");
  }

  private static ObjectNode payment(Shop shop) throws Exception {
    ObjectNode demand = Shop.demand(shop.post(PATH, ""));
    return shop.wallet().sign(demand, demand.at("/accepts/0"));
  }

  private static HttpResponse<String> buy(Shop shop, String header, ObjectNode payment, String body)
      throws Exception {
    String value = header.equals("X-PAYMENT") ? TokenBuyer.v1(payment) : Shop.encode(payment);
    return shop.post(PATH, body, header, value);
  }

  private static String units(Shop shop) throws Exception {
    return Shop.demand(shop.post(PATH, "")).at("/accepts/0/amount").asText();
  }

  private static void change(Shop shop, FaceServices services, String price, String settle)
      throws Exception {
    services.write(ID, price, settle);
    Shop.await(
        () -> {
          JsonNode now = Shop.demand(shop.post(PATH, "")).at("/accepts/0");
          return now.path("amount").asText().equals(price.substring(2) + "0000")
              && now.at("/extra/paymentFlow").isMissingNode() == settle.equals("after");
        });
  }
}
