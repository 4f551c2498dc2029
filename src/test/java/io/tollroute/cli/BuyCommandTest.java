package io.tollroute.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.MutableClock;
import io.tollroute.sandbox.Terms;
import io.tollroute.sandbox.standin.ScriptedSeller;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BuyCommandTest {

  private static final String[] IMAGES = {
    "--ImageURLA", "https://example.com/a.jpg", "--ImageURLB=https://example.com/b.jpg?x=1"
  };

  private final JsonMapper json = new JsonMapper();
  private final MutableClock clock = new MutableClock();
  private final ScriptedSeller seller = new ScriptedSeller(clock);
  private final List<Duration> pauses = new ArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void stop() {
    seller.close();
  }

  @Test
  @DisplayName("a purchase shows the price, the signing, the answer, the receipt and the charge")
  void buys() {
    int exit = buy(IMAGES);

    assertThat(exit).isZero();
    assertThat(out.toString())
        .containsSubsequence(
            "price: 0.20 USD",
            "signed: 200000 units from 0x784E",
            "\"Simulated\" : true",
            "receipt: {\"success\":true,\"transaction\":\"0x",
            "charged: 0.20 USD");
    assertThat(err.toString()).isEmpty();
    assertThat(seller.sellerBalance()).isEqualTo("200000");
  }

  @Test
  @DisplayName("work that goes on is asked for with the same payment until its answer is there")
  void job() {
    for (int i = 0; i < 12; i++) {
      seller.script.add(ScriptedSeller.refuse(202, "no", Optional.of("3")));
    }
    seller.script.add(ScriptedSeller.refuse(503, "unknown", Optional.of("1")));

    int exit = buy(IMAGES);

    assertThat(exit).isZero();
    assertThat(out.toString()).contains("\"Simulated\" : true", "charged: 0.20 USD");
    assertThat(seller.payments).hasSize(14).containsOnly(seller.payments.get(0));
    assertThat(pauses).hasSize(13).contains(Duration.ofSeconds(3));
    assertThat(seller.sellerBalance()).isEqualTo("200000");
  }

  @Test
  @DisplayName(
      "work that does not end is not called free of charge: the same payment may be sent on")
  void endlessJob() {
    for (int i = 0; i < 300; i++) {
      seller.script.add(ScriptedSeller.refuse(202, "no", Optional.of("1")));
    }

    int exit = buy(IMAGES);

    assertThat(exit).isEqualTo(4);
    assertThat(out.toString()).doesNotContain("charged: nothing");
    assertThat(err.toString()).contains("Do not pay anew", "--payment ");
    assertThat(seller.payments).containsOnly(seller.payments.get(0));
  }

  @Test
  @DisplayName("fields become JSON of the type that the service's listing tells")
  void typed_by_schema() throws Exception {
    buy(with(IMAGES, "--QualityScoreThreshold", "97"));

    assertThat(json.readTree(seller.paidBodies.get(0)))
        .isEqualTo(
            json.readTree(
                "{\"ImageURLA\":\"https://example.com/a.jpg\","
                    + "\"ImageURLB\":\"https://example.com/b.jpg?x=1\","
                    + "\"QualityScoreThreshold\":97}"));
  }

  @Test
  @DisplayName(
      "digits stay text where the listing says text, and become numbers where it is silent")
  void typed_by_syntax() throws Exception {
    buy(
        "--ImageURLA",
        "12",
        "--Unlisted",
        "1.5",
        "--Flag",
        "true",
        "--Odd",
        "007",
        "--Minus",
        "-3");

    assertThat(json.readTree(seller.paidBodies.get(0)))
        .isEqualTo(
            json.readTree(
                "{\"ImageURLA\":\"12\",\"Unlisted\":1.5,\"Flag\":true,"
                    + "\"Odd\":\"007\",\"Minus\":-3}"));
  }

  @Test
  @DisplayName("--json prints one document and nothing else")
  void as_json() throws Exception {
    int exit = buy(with(IMAGES, "--json"));

    JsonNode document = json.readTree(out.toString());
    assertThat(exit).isZero();
    assertThat(document.path("outcome").asText()).isEqualTo("answered");
    assertThat(document.at("/answer/data/Result/Simulated").asBoolean()).isTrue();
    assertThat(document.at("/receipt/success").asBoolean()).isTrue();
  }

  @Test
  @DisplayName("a wallet without funds buys nothing and is charged nothing")
  void unfunded() {
    int exit = buy(with(IMAGES, "--wallet", "empty"));

    assertThat(exit).isEqualTo(3);
    assertThat(out.toString())
        .contains("invalid_exact_evm_insufficient_balance", "charged: nothing");
    assertThat(seller.payments).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"503,no", "503,unknown", "409,unknown"})
  @DisplayName("a seller that asks for patience gets the very same payment again")
  void same_payment_again(int status, String charged) {
    seller.script.add(ScriptedSeller.refuse(status, charged, Optional.of("2")));
    seller.script.add(ScriptedSeller.refuse(status, charged, Optional.of("60")));

    int exit = buy(IMAGES);

    assertThat(exit).isZero();
    assertThat(seller.payments).hasSize(3);
    assertThat(seller.payments.stream().distinct()).hasSize(1);
    assertThat(seller.paidBodies.stream().distinct()).hasSize(1);
    assertThat(pauses).containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(10));
    assertThat(seller.sellerBalance()).isEqualTo("200000");
  }

  @Test
  @DisplayName("a line that breaks after the money moved ends in one payment and one answer")
  void broken_line() {
    seller.script.add(ScriptedSeller.SETTLE_AND_HANG_UP);

    int exit = buy(IMAGES);

    assertThat(exit).isZero();
    assertThat(seller.payments.stream().distinct()).hasSize(1);
    assertThat(seller.sellerBalance()).isEqualTo("200000");
  }

  @Test
  @DisplayName("an outcome that stays unknown says so, and how to send the same payment again")
  void unknown() {
    for (int i = 0; i < 20; i++) {
      seller.script.add(ScriptedSeller.refuse(503, "unknown", Optional.of("1")));
    }

    int exit = buy(IMAGES);

    assertThat(exit).isEqualTo(4);
    assertThat(seller.payments).as("a bounded number of tries").hasSize(6);
    assertThat(err.toString())
        .contains("not known", "same payment", "--payment " + seller.payments.get(0));

    seller.script.clear();
    assertThat(buy(with(IMAGES, "--payment", seller.payments.get(0)))).isZero();
    assertThat(seller.payments.stream().distinct()).hasSize(1);
    assertThat(seller.sellerBalance()).isEqualTo("200000");
  }

  @ParameterizedTest
  @CsvSource({"422,no,3", "503,no,3", "402,no,3", "410,yes,1", "500,unknown,4", "502,'',4"})
  @DisplayName("a final refusal is believed about the charge, and silence is not a no")
  void final_refusal(int status, String charged, int expected) {
    seller.script.add(ScriptedSeller.refuse(status, charged, Optional.empty()));

    assertThat(buy(IMAGES)).isEqualTo(expected);
    assertThat(seller.payments).hasSize(1);
  }

  @Test
  @DisplayName("a price above --max-price is shown and not signed")
  void too_dear() {
    seller.demand = Terms.demand("1000001");

    assertThat(buy(IMAGES)).isEqualTo(3);
    assertThat(out.toString()).contains("price: 1.000001 USD");
    assertThat(err.toString()).contains("--max-price 1.00");
    assertThat(seller.payments).isEmpty();

    assertThat(buy(with(IMAGES, "--max-price", "1.01"))).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "network,eip155:8453",
    "asset,0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
    "payTo,0x209693Bc6afc0C5328bA36FaF03C514EF312287C"
  })
  @DisplayName("real money is never signed for, and no seller on the real Base Sepolia is paid")
  void real_money(String field, String value) {
    ((ObjectNode) seller.demand.at("/accepts/0")).put(field, value);

    assertThat(buy(IMAGES)).isEqualTo(3);
    assertThat(err.toString()).contains("nothing was signed");
    assertThat(seller.payments).isEmpty();
  }

  @Test
  @DisplayName("an unknown service is an answer and costs nothing")
  void unknown_service() {
    assertThat(run("no-such-service", "--url", seller.base().toString())).isEqualTo(3);
    assertThat(out.toString()).contains("unknown_service", "charged: nothing");
  }

  @Test
  @DisplayName("where nothing listens, the command says so")
  void nobody_there() {
    seller.close();

    assertThat(buy(IMAGES)).isEqualTo(1);
    assertThat(err.toString()).contains("tollroute sandbox");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--ImageURLA",
        "stray",
        "--A 1 --A 2",
        "--wallet mine",
        "--max-price much",
        "--url ftp://example.com",
        "--url localhost",
        "--payment nonsense"
      })
  @DisplayName("wrong usage is told and buys nothing")
  void usage(String words) {
    List<String> arguments = new ArrayList<>(List.of("masked-face-comparison"));
    if (!words.startsWith("--url")) {
      arguments.addAll(List.of("--url", seller.base().toString()));
    }
    arguments.addAll(List.of(words.split(" ")));

    assertThat(run(arguments.toArray(String[]::new))).isEqualTo(2);
    assertThat(err.toString()).isNotEmpty();
    assertThat(seller.payments).isEmpty();
  }

  private int buy(String... words) {
    return run(
        with(
            new String[] {"masked-face-comparison"},
            with(words, "--url", seller.base().toString())));
  }

  private int run(String... arguments) {
    return new CommandLine(new BuyCommand(clock, pauses::add))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static String[] with(String[] words, String... more) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
