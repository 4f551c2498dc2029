package io.tollroute.sandbox.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.MutableClock;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.sandbox.Terms;
import io.tollroute.sandbox.TransferAuthorization;
import io.tollroute.sandbox.standin.Facilitator.Answer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

class FacilitatorTest {

  private static final String OTHER = "0x1111111111111111111111111111111111111111";

  private final JsonMapper json = new JsonMapper();
  private final MutableClock clock = new MutableClock();
  private final Facilitator facilitator = new Facilitator(clock);
  private final SandboxWallet wallet = SandboxWallet.funded(clock);

  @Test
  @DisplayName("the sandbox's addresses are written in EIP-55 letter case")
  void checksums() {
    assertThat(SandboxChain.ASSET).isEqualTo(Keys.toChecksumAddress(SandboxChain.ASSET));
    assertThat(SandboxChain.FACILITATOR)
        .isEqualTo(Keys.toChecksumAddress(SandboxChain.FACILITATOR));
    assertThat(SandboxChain.PAY_TO).isEqualTo(Keys.toChecksumAddress(SandboxChain.PAY_TO));
  }

  @Test
  @DisplayName("our typed-data digest is the one web3j's own encoder makes")
  void digest_second_opinion() throws Exception {
    String typed =
        """
        {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},
          {"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],
         "TransferWithAuthorization":[{"name":"from","type":"address"},{"name":"to","type":"address"},
          {"name":"value","type":"uint256"},{"name":"validAfter","type":"uint256"},
          {"name":"validBefore","type":"uint256"},{"name":"nonce","type":"bytes32"}]},
         "primaryType":"TransferWithAuthorization",
         "domain":{"name":"USDC","version":"2","chainId":84532,"verifyingContract":"%s"},
         "message":{"from":"%s","to":"%s","value":"200000","validAfter":"0",
          "validBefore":"1800000000","nonce":"0x%s"}}
        """
            .formatted(SandboxChain.ASSET, wallet.address(), SandboxChain.PAY_TO, "ab".repeat(32));
    TransferAuthorization authorization =
        new TransferAuthorization(
            wallet.address(),
            SandboxChain.PAY_TO,
            BigInteger.valueOf(200_000),
            BigInteger.ZERO,
            BigInteger.valueOf(1_800_000_000L),
            "0x" + "ab".repeat(32));

    Sign.SignatureData expected = Sign.signTypedData(typed, wallet.key());

    assertThat(authorization.sign(TransferAuthorization.TokenDomain.ofSandbox(), wallet.key()))
        .isEqualTo(
            "0x"
                + HexFormat.of().formatHex(expected.getR())
                + HexFormat.of().formatHex(expected.getS())
                + HexFormat.of().formatHex(expected.getV()));
  }

  @Test
  @DisplayName("supported names x402 v2, scheme exact and the sandbox's chain")
  void supported() {
    JsonNode kind = facilitator.supported().at("/kinds/0");

    assertThat(kind.path("x402Version").asInt()).isEqualTo(2);
    assertThat(kind.path("scheme").asText()).isEqualTo("exact");
    assertThat(kind.path("network").asText()).isEqualTo("eip155:84532");
  }

  @Test
  @DisplayName("a good payment verifies and moves nothing")
  void verify() {
    JsonNode answer = verify(payment(wallet));

    assertThat(answer.path("isValid").asBoolean()).isTrue();
    assertThat(answer.path("payer").asText()).isEqualTo(wallet.address());
    assertThat(balance(wallet.address())).isEqualTo("1000000000");
  }

  @Test
  @DisplayName("settling moves the value once, and the identical payment again answers the same")
  void settle_is_idempotent() {
    ObjectNode payment = payment(wallet);

    JsonNode first = settle(payment);
    clock.advance(Duration.ofDays(1));
    JsonNode second = settle(payment);

    assertThat(first.path("success").asBoolean()).isTrue();
    assertThat(first.path("transaction").asText()).matches("0x[0-9a-f]{64}");
    assertThat(first.path("network").asText()).isEqualTo(SandboxChain.NETWORK);
    assertThat(first.path("payer").asText()).isEqualTo(wallet.address());
    assertThat(first.path("amount").asText()).isEqualTo("200000");
    assertThat(second).isEqualTo(first);
    assertThat(balance(wallet.address())).isEqualTo("999800000");
    assertThat(balance(SandboxChain.PAY_TO)).isEqualTo("200000");
    JsonNode counters = facilitator.counters();
    assertThat(counters.path("verify").asInt()).isZero();
    assertThat(counters.path("settle").asInt()).isEqualTo(2);
    assertThat(counters.path("settled").asInt()).isEqualTo(1);
  }

  @Test
  @DisplayName("a settled nonce verifies no more")
  void verify_after_settle() {
    ObjectNode payment = payment(wallet);
    settle(payment);

    assertThat(verify(payment).path("invalidReason").asText())
        .isEqualTo("invalid_exact_evm_nonce_already_used");
  }

  @Test
  @DisplayName("another payment with a used nonce is refused, whoever's nonce letters it has")
  void nonce_reuse() {
    ObjectNode first = payment(wallet);
    settle(first);
    String nonce = authorization(first).path("nonce").asText();
    ObjectNode second = payment(wallet);
    authorization(second)
        .put("nonce", "0x" + nonce.substring(2).toUpperCase(Locale.ROOT))
        .put("validBefore", "1900000000");
    resign(second, wallet);

    assertThat(settle(second).path("errorReason").asText())
        .isEqualTo("invalid_exact_evm_nonce_already_used");
    assertThat(balance(SandboxChain.PAY_TO)).isEqualTo("200000");
  }

  @Test
  @DisplayName("a used nonce does not hide that the terms are others")
  void idempotence_is_bound_to_the_terms() {
    ObjectNode payment = payment(wallet);
    settle(payment);
    ((ObjectNode) payment.get("paymentRequirements")).put("payTo", OTHER);

    assertThat(settle(payment).path("success").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "from,0x1111111111111111111111111111111111111111,invalid_exact_evm_signature",
    "to,0x1111111111111111111111111111111111111111,invalid_exact_evm_recipient_mismatch",
    "value,200001,invalid_exact_evm_payload_authorization_value_mismatch",
    "value,1,invalid_exact_evm_payload_authorization_value_mismatch",
    "validAfter,1,invalid_exact_evm_signature",
    "validBefore,1900000000,invalid_exact_evm_signature",
    "nonce,0x0000000000000000000000000000000000000000000000000000000000000001,"
        + "invalid_exact_evm_signature"
  })
  @DisplayName("whatever changes in the authorization after signing is noticed")
  void tampered_authorization(String field, String value, String reason) {
    ObjectNode payment = payment(wallet);
    authorization(payment).put(field, value);

    assertRefused(payment, reason);
  }

  @ParameterizedTest
  @CsvSource({
    "scheme,upto,invalid_exact_evm_scheme",
    "network,eip155:8453,invalid_network",
    "amount,1,invalid_exact_evm_payload_authorization_value_mismatch",
    "asset,0x1111111111111111111111111111111111111111,asset_not_deployed_contract",
    "payTo,0x1111111111111111111111111111111111111111,invalid_exact_evm_recipient_mismatch"
  })
  @DisplayName("terms that both sides agree on must still be what was signed")
  void tampered_terms(String field, String value, String reason) {
    ObjectNode payment = payment(wallet);
    ((ObjectNode) payment.get("paymentRequirements")).put(field, value);
    ((ObjectNode) payment.at("/paymentPayload/accepted")).put(field, value);

    assertRefused(payment, reason);
  }

  @ParameterizedTest
  @CsvSource({
    "scheme,upto,invalid_exact_evm_scheme",
    "network,eip155:8453,invalid_exact_evm_network_mismatch",
    "amount,1,invalid_payment_requirements",
    "asset,0x1111111111111111111111111111111111111111,invalid_payment_requirements",
    "payTo,0x1111111111111111111111111111111111111111,invalid_exact_evm_recipient_mismatch"
  })
  @DisplayName("terms that the payer did not accept are refused")
  void terms_differ(String field, String value, String reason) {
    ObjectNode payment = payment(wallet);
    ((ObjectNode) payment.at("/paymentPayload/accepted")).put(field, value);

    assertRefused(payment, reason);
  }

  @Test
  @DisplayName("terms that are only spelled alike are not the same terms")
  void terms_of_other_types() {
    ObjectNode amount = payment(wallet);
    ((ObjectNode) amount.at("/paymentPayload/accepted")).put("amount", 200_000);
    ObjectNode timeout = payment(wallet);
    ((ObjectNode) timeout.at("/paymentPayload/accepted")).put("maxTimeoutSeconds", "300");
    ObjectNode extra = payment(wallet);
    ((ObjectNode) extra.at("/paymentPayload/accepted/extra")).put("version", 2);

    assertRefused(amount, "invalid_payment_requirements");
    assertRefused(timeout, "invalid_payment_requirements");
    assertRefused(extra, "invalid_payment_requirements");
  }

  @Test
  @DisplayName("addresses are the same in any letter case")
  void address_case() {
    ObjectNode payment = payment(wallet);
    ObjectNode accepted = (ObjectNode) payment.at("/paymentPayload/accepted");
    accepted.put("payTo", SandboxChain.PAY_TO.toLowerCase(Locale.ROOT));
    accepted.put("asset", SandboxChain.ASSET.toLowerCase(Locale.ROOT));

    assertThat(settle(payment).path("success").asBoolean()).isTrue();
  }

  @Test
  @DisplayName("a wrong or missing EIP-712 domain is refused by its name")
  void domain() {
    assertRefused(withExtra("{}"), "invalid_exact_evm_missing_eip712_domain");
    assertRefused(
        withExtra("{\"name\":\"USD Coin\",\"version\":\"1\"}"),
        "invalid_exact_evm_token_name_mismatch");
    assertRefused(
        withExtra("{\"name\":\"USDC\",\"version\":\"1\"}"),
        "invalid_exact_evm_token_version_mismatch");
  }

  @Test
  @DisplayName("an authorization needs six seconds left, and must have begun")
  void validity() {
    long now = clock.instant().getEpochSecond();

    assertThat(verify(signedFor("0", now + 6)).path("isValid").asBoolean()).isTrue();
    assertRefused(signedFor("0", now + 5), "invalid_exact_evm_payload_authorization_valid_before");
    assertRefused(
        signedFor("" + now, now + 60), "invalid_exact_evm_payload_authorization_valid_after");
    assertThat(verify(signedFor("" + (now - 1), now + 60)).path("isValid").asBoolean()).isTrue();
  }

  @Test
  @DisplayName("a payment that expires between verify and settle is not settled")
  void expires() {
    ObjectNode payment = payment(wallet);
    assertThat(verify(payment).path("isValid").asBoolean()).isTrue();
    clock.advance(Duration.ofSeconds(300));

    assertThat(settle(payment).path("errorReason").asText())
        .isEqualTo("invalid_exact_evm_payload_authorization_valid_before");
  }

  @Test
  @DisplayName("an empty wallet pays nothing")
  void unfunded() {
    assertRefused(payment(SandboxWallet.empty(clock)), "invalid_exact_evm_insufficient_balance");
  }

  @Test
  @DisplayName("another signer is refused")
  void another_signer() {
    ObjectNode payment = payment(wallet);
    resign(payment, SandboxWallet.empty(clock));

    assertRefused(payment, "invalid_exact_evm_signature");
  }

  @Test
  @DisplayName("the high-s twin of a good signature is refused")
  void high_s() {
    ObjectNode payment = payment(wallet);
    String signature = signature(payment);
    BigInteger s = new BigInteger(signature.substring(66, 130), 16);
    String twin = Sign.CURVE_PARAMS.getN().subtract(s).toString(16);
    String v = signature.endsWith("1b") ? "1c" : "1b";
    sign(payment, signature.substring(0, 66) + "0".repeat(64 - twin.length()) + twin + v);

    assertRefused(payment, "invalid_exact_evm_signature");
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "01", "1d", "ff"})
  @DisplayName("v is 27 or 28 and nothing else")
  void odd_v(String v) {
    ObjectNode payment = payment(wallet);
    sign(payment, signature(payment).substring(0, 130) + v);

    assertRefused(payment, "invalid_exact_evm_signature");
  }

  @Test
  @DisplayName("signatures of zeros, of ones and off the curve are refused, not a failure")
  void hostile_signatures() {
    for (String body : List.of("00".repeat(64), "ff".repeat(64), "05" + "00".repeat(62) + "01")) {
      ObjectNode payment = payment(wallet);
      sign(payment, "0x" + body + "1b");
      assertRefused(payment, "invalid_exact_evm_signature");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x", "0x1234", "not hex", ""})
  @DisplayName("a signature of another length or alphabet does not parse")
  void odd_signature(String signature) {
    ObjectNode payment = payment(wallet);
    sign(payment, signature);

    assertRefused(payment, "invalid_exact_evm_failed_to_parse_signature");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{} {}",
        "{\"x402Version\":2}",
        "{\"x402Version\":2,\"paymentPayload\":{},\"paymentRequirements\":{}}",
        "{\"x402Version\":2,\"x402Version\":2}"
      })
  @DisplayName("a body of another shape is malformed")
  void malformed(String body) {
    Answer verified = facilitator.verify(body.getBytes(StandardCharsets.UTF_8));
    Answer settled = facilitator.settle(body.getBytes(StandardCharsets.UTF_8));

    assertThat(verified.status()).isEqualTo(400);
    assertThat(verified.body().path("isValid").asBoolean(true)).isFalse();
    assertThat(verified.body().path("invalidReason").asText()).startsWith("invalid_");
    assertThat(settled.status()).isEqualTo(400);
    assertThat(settled.body().path("success").asBoolean(true)).isFalse();
    assertThat(settled.body().path("transaction").asText("?")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "value,-1",
    "value,0x30d40",
    "value,''",
    "validBefore,1e9",
    "validAfter,115792089237316195423570985008687907853269984665640564039457584007913129639936",
    "nonce,0x01",
    "nonce,zz",
    "from,0x01",
    "to,nobody"
  })
  @DisplayName("a field that cannot be what it should be is malformed")
  void malformed_field(String field, String value) {
    ObjectNode payment = payment(wallet);
    authorization(payment).put(field, value);

    assertThat(facilitator.verify(bytes(payment)).status()).isEqualTo(400);
  }

  @Test
  @DisplayName("another protocol version is refused by name")
  void version() {
    ObjectNode payment = payment(wallet).put("x402Version", 1);

    Answer answer = facilitator.verify(bytes(payment));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().path("invalidReason").asText()).isEqualTo("invalid_x402_version");
  }

  @Test
  @DisplayName("fifty settlements of one payment at once move the money once")
  void concurrent_settles() throws Exception {
    byte[] payment = bytes(payment(wallet));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<JsonNode>> calls =
          IntStream.range(0, 50)
              .<Callable<JsonNode>>mapToObj(i -> () -> facilitator.settle(payment).body())
              .toList();
      JsonNode first = null;
      for (Future<JsonNode> answer : threads.invokeAll(calls)) {
        first = first == null ? answer.get() : first;
        assertThat(answer.get()).isEqualTo(first);
      }
      assertThat(first.path("success").asBoolean()).isTrue();
    } finally {
      threads.shutdownNow();
    }
    assertThat(balance(SandboxChain.PAY_TO)).isEqualTo("200000");
    assertThat(facilitator.counters().path("settled").asInt()).isEqualTo(1);
  }

  @Test
  @DisplayName("a wallet is spent to the last unit and not beyond")
  void spends_exactly() {
    assertThat(settle(payment(wallet, "1000000000")).path("success").asBoolean()).isTrue();
    assertThat(settle(payment(wallet, "1")).path("errorReason").asText())
        .isEqualTo("invalid_exact_evm_insufficient_balance");
    assertThat(balance(wallet.address())).isEqualTo("0");
    assertThat(balance(SandboxChain.PAY_TO)).isEqualTo("1000000000");
  }

  private ObjectNode payment(SandboxWallet payer) {
    return payment(payer, "200000");
  }

  private ObjectNode payment(SandboxWallet payer, String amount) {
    ObjectNode demand = Terms.demand(amount);
    JsonNode requirements = demand.at("/accepts/0");
    ObjectNode request = json.createObjectNode().put("x402Version", 2);
    request.set("paymentPayload", payer.sign(demand, requirements));
    request.set("paymentRequirements", requirements.deepCopy());
    return request;
  }

  private ObjectNode signedFor(String validAfter, long validBefore) {
    ObjectNode payment = payment(wallet);
    authorization(payment).put("validAfter", validAfter).put("validBefore", "" + validBefore);
    resign(payment, wallet);
    return payment;
  }

  private ObjectNode withExtra(String extra) {
    ObjectNode payment = payment(wallet);
    try {
      ((ObjectNode) payment.get("paymentRequirements")).set("extra", json.readTree(extra));
      ((ObjectNode) payment.at("/paymentPayload/accepted")).set("extra", json.readTree(extra));
    } catch (JsonProcessingException typo) {
      throw new AssertionError(typo);
    }
    return payment;
  }

  private static void resign(ObjectNode payment, SandboxWallet signer) {
    ObjectNode message = authorization(payment);
    sign(
        payment,
        new TransferAuthorization(
                message.path("from").asText(),
                message.path("to").asText(),
                new BigInteger(message.path("value").asText()),
                new BigInteger(message.path("validAfter").asText()),
                new BigInteger(message.path("validBefore").asText()),
                message.path("nonce").asText())
            .sign(TransferAuthorization.TokenDomain.ofSandbox(), signer.key()));
  }

  private static ObjectNode authorization(ObjectNode payment) {
    return (ObjectNode) payment.at("/paymentPayload/payload/authorization");
  }

  private static String signature(ObjectNode payment) {
    return payment.at("/paymentPayload/payload/signature").asText();
  }

  private static void sign(ObjectNode payment, String signature) {
    ((ObjectNode) payment.at("/paymentPayload/payload")).put("signature", signature);
  }

  /** Neither verify nor settle lets it through, and no money moves. */
  private void assertRefused(ObjectNode payment, String reason) {
    String before = facilitator.counters().path("balances").toString();

    JsonNode verified = verify(payment);
    JsonNode settled = settle(payment);

    assertThat(verified.path("isValid").asBoolean(true)).isFalse();
    assertThat(verified.path("invalidReason").asText()).isEqualTo(reason);
    assertThat(settled.path("success").asBoolean(true)).isFalse();
    assertThat(settled.path("errorReason").asText()).isEqualTo(reason);
    assertThat(settled.path("transaction").asText("?")).isEmpty();
    assertThat(facilitator.counters().path("balances").toString()).isEqualTo(before);
  }

  private JsonNode verify(ObjectNode payment) {
    return ok(facilitator.verify(bytes(payment)));
  }

  private JsonNode settle(ObjectNode payment) {
    return ok(facilitator.settle(bytes(payment)));
  }

  private static JsonNode ok(Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    return answer.body();
  }

  private String balance(String address) {
    return facilitator.counters().path("balances").path(address.toLowerCase(Locale.ROOT)).asText();
  }

  private static byte[] bytes(ObjectNode payment) {
    return payment.toString().getBytes(StandardCharsets.UTF_8);
  }
}
