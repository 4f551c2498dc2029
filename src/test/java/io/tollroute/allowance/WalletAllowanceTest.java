package io.tollroute.allowance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.sandbox.TextSigner;
import io.tollroute.testing.AtOnce;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.PricedServices;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Some calls a day cost a wallet nothing, where the seller says so and the wallet signs in. */
class WalletAllowanceTest {

  private static final Clock MORNING =
      Clock.fixed(Instant.parse("2026-05-04T06:00:00Z"), ZoneOffset.UTC);
  private static final String PATH = "/api/tools/told";
  private static final String HEADER = "SIGN-IN-WITH-X";
  private static final String RECEIPT = "X-Free-Calls";

  @TempDir private Path folder;
  @TempDir private static Path sharedFolder;
  private static Shop shared;

  private final List<Shop> shops = new ArrayList<>();

  @BeforeAll
  static void openShared() throws Exception {
    shared =
        Shop.open(settings(sharedFolder, "calls: 2, per: day, by: wallet, wallets: 20"), MORNING);
  }

  @AfterAll
  static void closeShared() throws Exception {
    shared.close();
  }

  @AfterEach
  void close() throws Exception {
    for (Shop shop : shops) {
      shop.close();
    }
  }

  private Shop open(Map<String, String> settings) throws Exception {
    Shop shop = Shop.open(settings, MORNING);
    shops.add(shop);
    return shop;
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  @DisplayName(
      "a wallet that signs in has its calls, another one has its own, and who shows none is told the price")
  void eachItsOwn(String database) throws Exception {
    Map<String, String> settings = settings("calls: 2, per: day, by: wallet");
    if (database.equals("PostgreSQL")) {
      settings.putAll(PostgresServer.settings(PostgresServer.shared().ledgerDatabase()));
    }
    Shop shop = open(settings);
    String signedIn = signIn(shop, shop.wallet());

    HttpResponse<String> unsigned = shop.post(PATH, text("none"));
    HttpResponse<String> first = shop.post(PATH, text("one"), HEADER, signedIn);
    HttpResponse<String> same = shop.post(PATH, text("one"), HEADER, signedIn);
    HttpResponse<String> second = shop.post(PATH, text("two"), HEADER, signedIn);
    HttpResponse<String> third = shop.post(PATH, text("three"), HEADER, signedIn);
    HttpResponse<String> other =
        shop.post(PATH, text("three"), HEADER, signIn(shop, shop.newWallet()));

    assertThat(unsigned.statusCode()).isEqualTo(402);
    assertThat(Shop.json(unsigned).path("free").toString())
        .isEqualTo("{\"calls\":2,\"per\":\"day\",\"by\":\"wallet\"}");
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(Shop.json(first).at("/data/text").asText()).isEqualTo("one");
    assertThat(left(first)).isEqualTo(1);
    assertThat(left(same)).as("the same request spends none").isEqualTo(1);
    assertThat(left(second)).isZero();
    assertThat(third.statusCode()).as(third.body()).isEqualTo(402);
    assertThat(Shop.json(third).has("reason")).isFalse();
    assertThat(left(other)).isEqualTo(1);
    assertThat(shop.settled()).isZero();
    JsonNode books = Shop.json(new TokenBuyer(shop).manage("GET", "payments", ""));
    assertThat(books.toString().toLowerCase())
        .doesNotContain(shop.wallet().address().toLowerCase());

    shop.advance(Duration.ofHours(18));
    assertThat(shop.post(PATH, text("old"), HEADER, signedIn).statusCode()).isEqualTo(402);
    assertThat(left(shop.post(PATH, text("new"), HEADER, signIn(shop, shop.wallet()))))
        .isEqualTo(1);
  }

  @Test
  @DisplayName(
      "however many wallets one address makes, so many as the seller says have calls for nothing")
  void bounded() throws Exception {
    Shop shop = open(settings("calls: 1, per: day, by: wallet, wallets: 2"));
    List<Integer> found = new ArrayList<>();
    List<String> signedIn = new ArrayList<>();

    for (int wallet = 0; wallet < 5; wallet++) {
      signedIn.add(signIn(shop, shop.newWallet()));
      found.add(shop.post(PATH, text("first"), HEADER, signedIn.get(wallet)).statusCode());
    }

    assertThat(found).containsExactly(200, 200, 402, 402, 402);
    assertThat(shop.post(PATH, text("more"), HEADER, signedIn.get(0)).statusCode()).isEqualTo(402);
    shop.advance(Duration.ofHours(18));
    assertThat(shop.post(PATH, text("new"), HEADER, signIn(shop, shop.newWallet())).statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName(
      "over two replicas a wallet has no more than there are, and what one has asked to sign the other takes")
  void replicas() throws Exception {
    Map<String, String> settings = settings("calls: 3, per: day, by: wallet");
    settings.putAll(PostgresServer.settings(PostgresServer.shared().ledgerDatabase()));
    settings.put("TOLLROUTE_LEDGER_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    Shop first = open(settings);
    Shop second = first.openReplica(settings);
    shops.add(0, second);
    String signedIn = signIn(first, first.wallet());
    int free = 0;
    for (int round = 0; round < 6; round++) {
      List<Callable<Integer>> calls = new ArrayList<>();
      for (Shop shop : List.of(first, second)) {
        for (int i = 0; i < 2; i++) {
          String body = text(round + "-" + i + "-" + shop.base().getPort());
          calls.add(() -> shop.post(PATH, body, HEADER, signedIn).statusCode());
        }
      }
      List<Integer> answers = AtOnce.run(calls, 30);
      assertThat(answers).allMatch(status -> status == 200 || status == 402 || status == 409);
      free += (int) answers.stream().filter(status -> status == 200).count();
    }
    assertThat(free).isEqualTo(3);
    assertThat(first.settled()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "signed by another wallet, invalid_siwx_signature",
    "another statement signed, invalid_siwx_signature",
    "signed with a contract's bytes, invalid_siwx_malformed_signature",
    "no address, invalid_siwx_malformed_signature",
    "another domain, invalid_siwx_domain_mismatch",
    "another service, invalid_siwx_uri_mismatch",
    "another chain, invalid_siwx_unsupported_chain",
    "another kind of key, invalid_siwx_unsupported_chain",
    "a nonce of his own, invalid_siwx_nonce",
    "another moment, invalid_siwx_nonce",
    "no moment, invalid_siwx_nonce",
    "five minutes later, invalid_siwx_expired",
    "not base64, invalid_siwx_payload",
    "not JSON, invalid_siwx_payload",
    "a key twice, invalid_siwx_payload",
    "far too long, invalid_siwx_payload",
    "a list, invalid_siwx_payload"
  })
  @DisplayName(
      "a sign-in that is not what was asked for is told so with the price, and gives nothing")
  void wrong(String how, String reason) throws Exception {
    Shop shop = shared;
    SandboxWallet wallet = shop.newWallet();
    ObjectNode proof = proof(shop, wallet);
    String header = "";
    switch (how) {
      case "signed by another wallet" ->
          proof.put("signature", TextSigner.sign(shop.newWallet(), message(proof)));
      case "another statement signed" -> {
        proof.put("statement", "Give me everything.");
        proof.put("signature", TextSigner.sign(wallet, message(proof)));
      }
      case "signed with a contract's bytes" -> proof.put("signature", "0x" + "ab".repeat(300));
      case "no address" -> proof.remove("address");
      case "another domain" -> resigned(wallet, proof, "domain", "other.example");
      case "another service" ->
          resigned(wallet, proof, "uri", shop.base().resolve("/api/tools/other").toString());
      case "another chain" -> resigned(wallet, proof, "chainId", "eip155:1");
      case "another kind of key" -> resigned(wallet, proof, "type", "ed25519");
      case "a nonce of his own" -> resigned(wallet, proof, "nonce", "0".repeat(32));
      case "another moment" -> resigned(wallet, proof, "issuedAt", "2026-05-04T06:00:01Z");
      case "no moment" -> resigned(wallet, proof, "issuedAt", "now");
      case "five minutes later" -> shop.advance(Duration.ofMinutes(5));
      case "not base64" -> header = "!";
      case "not JSON" -> header = base64("{");
      case "a key twice" -> header = base64(proof.toString().replaceFirst("}$", ",\"uri\":\"\"}"));
      case "far too long" -> header = base64(proof.put("more", "x".repeat(5_000)).toString());
      default -> header = base64("[" + proof + "]");
    }

    HttpResponse<String> answer =
        shop.post(PATH, text("one"), HEADER, header.isEmpty() ? Shop.encode(proof) : header);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("payment_required");
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo(reason);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(answer.headers().firstValue(RECEIPT)).isEmpty();
    assertThat(left(shop.post(PATH, text("one"), HEADER, signIn(shop, wallet)))).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "what a 402 asks to be signed is of this moment, and a payment by the same terms is taken")
  void paid() throws Exception {
    Shop shop = open(settings("calls: 1, per: day, by: wallet"));
    ObjectNode demand = Shop.demand(shop.post(PATH, ""));
    JsonNode asked = demand.at("/extensions/sign-in-with-x");
    String signedIn = signIn(shop, shop.wallet());
    String payment = Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0")));

    HttpResponse<String> paid =
        shop.post(PATH, text("paid"), "PAYMENT-SIGNATURE", payment, HEADER, signedIn);

    assertThat(asked.at("/info/issuedAt").asText()).isEqualTo("2026-05-04T06:00:00Z");
    assertThat(asked.at("/info/expirationTime").asText()).isEqualTo("2026-05-04T06:05:00Z");
    assertThat(asked.at("/supportedChains/0/type").asText()).isEqualTo("eip191");
    assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
    assertThat(paid.headers().firstValue(RECEIPT)).isEmpty();
    assertThat(shop.settled()).isOne();
    assertThat(left(shop.post(PATH, text("free"), HEADER, signedIn))).isZero();
    shop.advance(Duration.ofMinutes(1));
    assertThat(
            Shop.demand(shop.post(PATH, ""))
                .at("/extensions/sign-in-with-x/info/issuedAt")
                .asText())
        .isEqualTo("2026-05-04T06:01:00Z");
  }

  @Test
  @DisplayName(
      "over MCP there is no signing in: a call is told the price, whatever its headers hold")
  void tool() throws Exception {
    Shop shop = open(settings("calls: 2, per: day, by: wallet"));
    JsonNode answer =
        Shop.json(
                shop.post(
                    "/mcp",
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                        + "{\"name\":\"told\",\"arguments\":"
                        + text("one")
                        + "}}",
                    HEADER,
                    signIn(shop, shop.wallet())))
            .path("result");

    assertThat(answer.path("isError").asBoolean()).as(answer.toString()).isTrue();
    assertThat(answer.at("/structuredContent/accepts/0/amount").asText()).isEqualTo("10000");
    assertThat(left(shop.post(PATH, text("one"), HEADER, signIn(shop, shop.wallet()))))
        .isEqualTo(1);
  }

  @Test
  @DisplayName("documents about the service stay the same from moment to moment")
  void documents() throws Exception {
    Shop shop = open(settings("calls: 2, per: day, by: wallet"));
    HttpResponse<String> before = shop.get("/openapi.json");
    shop.advance(Duration.ofMinutes(2));
    HttpResponse<String> after = shop.get("/openapi.json");

    assertThat(before.statusCode()).isEqualTo(200);
    assertThat(after.headers().firstValue("ETag")).isEqualTo(before.headers().firstValue("ETag"));
    assertThat(Shop.json(shop.get("/api/catalog/search?q=told")).toString())
        .contains("\"free\":{\"calls\":2,\"per\":\"day\",\"by\":\"wallet\"");
  }

  private static void resigned(
      SandboxWallet wallet, ObjectNode proof, String member, String value) {
    proof.put(member, value);
    proof.put("signature", TextSigner.sign(wallet, message(proof)));
  }

  /** What a standard client sends after a 402. */
  private static String signIn(Shop shop, SandboxWallet wallet) throws Exception {
    return Shop.encode(proof(shop, wallet));
  }

  private static ObjectNode proof(Shop shop, SandboxWallet wallet) throws Exception {
    JsonNode asked = Shop.demand(shop.post(PATH, text("?"))).at("/extensions/sign-in-with-x");
    ObjectNode proof = asked.path("info").deepCopy();
    proof.put("address", wallet.address());
    proof.set("chainId", asked.at("/supportedChains/0/chainId"));
    proof.set("type", asked.at("/supportedChains/0/type"));
    return proof.put("signature", TextSigner.sign(wallet, message(proof)));
  }

  /** The message of EIP-4361. */
  private static String message(JsonNode proof) {
    return """
    %s wants you to sign in with your Ethereum account:
    %s

    %s

    URI: %s
    Version: %s
    Chain ID: %s
    Nonce: %s
    Issued At: %s
    Expiration Time: %s"""
        .formatted(
            proof.path("domain").asText(),
            proof.path("address").asText(),
            proof.path("statement").asText(),
            proof.path("uri").asText(),
            proof.path("version").asText(),
            proof.path("chainId").asText().replace("eip155:", ""),
            proof.path("nonce").asText(),
            proof.path("issuedAt").asText(),
            proof.path("expirationTime").asText());
  }

  private Map<String, String> settings(String free) throws Exception {
    return settings(folder, free);
  }

  private static Map<String, String> settings(Path folder, String free) throws Exception {
    return new PricedServices(folder.resolve("shop"))
        .write("told", "amount: \"0.01\", free: {" + free + "}")
        .settings();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(String text) {
    return "{\"text\":\"" + text + "\"}";
  }

  private static int left(HttpResponse<String> answer) throws Exception {
    assertThat(answer.headers().firstValue(RECEIPT)).as(answer.body()).isPresent();
    return Shop.json(answer.headers().firstValue(RECEIPT).orElseThrow())
        .path("remainingCalls")
        .asInt(-1);
  }
}
