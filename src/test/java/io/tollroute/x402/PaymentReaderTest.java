package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.catalog.SettlementOrder;
import io.tollroute.catalog.Tariff;
import io.tollroute.ledger.Quote;
import io.tollroute.testing.Folders;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a payment must say before anybody is asked about it. No test here needs a signature. */
class PaymentReaderTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final String PAY_TO = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
  private static final String USDC = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";
  private static final String PAYER = "0x857b06519E91e3A54538791bDbb0E22373e36b66";
  private static final String SHOP = "https://shop.example";
  private static final int SECONDS_NEEDED = 60;
  private static final X402Settings SETTINGS =
      new X402Settings(
          "eip155:8453",
          PAY_TO,
          USDC,
          "USD Coin",
          "2",
          6,
          300,
          SECONDS_NEEDED,
          SHOP,
          "Example shop",
          Optional.empty());

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PaymentReader READER =
      new PaymentReader(SETTINGS, Clock.fixed(NOW, ZoneOffset.UTC));
  private static QuotedTerms terms;

  /** A named way to spoil a payment. */
  private record Spoiling(String name, Consumer<ObjectNode> edit) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  static void ownTerms() throws Exception {
    terms =
        QuotedTerms.of(
            new ServiceFolder(Folders.FIRST_SERVICE)
                .load()
                .find("masked-face-comparison")
                .orElseThrow(),
            SETTINGS);
  }

  @Test
  @DisplayName("a payment of exactly our terms is read")
  void reads() throws Exception {
    X402Payment payment = READER.readV2(encode(v2()), terms, List::of);

    assertThat(payment.objection()).isEmpty();
    assertThat(payment.key())
        .isEqualTo(
            "x402:eip155:8453:%s:%s:0x%s"
                .formatted(USDC.toLowerCase(), PAYER.toLowerCase(), "ab".repeat(32)));
    assertThat(payment.validUntil()).isEqualTo(NOW.getEpochSecond() + 300);
    assertThat(payment.receiptHeader()).isEqualTo("PAYMENT-RESPONSE");
  }

  @Test
  @DisplayName("resource and extensions may be missing or null, as official clients have it")
  void optionals() throws Exception {
    ObjectNode missing = v2();
    missing.remove(List.of("resource", "extensions"));
    ObjectNode nulls = v2();
    nulls.putNull("resource").putNull("extensions");

    assertThat(READER.readV2(encode(missing), terms, List::of).objection()).isEmpty();
    assertThat(READER.readV2(encode(nulls), terms, List::of).objection()).isEmpty();
  }

  @Test
  @DisplayName("the facilitator is sent our own requirements and version 2, whatever was accepted")
  void ownRequirementsAreSent() throws Exception {
    ObjectNode sent = v2();
    accepted(sent).put("payTo", PAY_TO.toLowerCase());
    ((ObjectNode) accepted(sent).get("extra")).put("note", "added by the buyer");

    ObjectNode request = READER.readV2(encode(sent), terms, List::of).request();

    assertThat(request.path("x402Version").asInt()).isEqualTo(2);
    assertThat(request.path("paymentRequirements")).isEqualTo(terms.requirements());
    assertThat(request.path("paymentPayload").path("accepted")).isEqualTo(terms.requirements());
    assertThat(request.path("paymentPayload").path("payload")).isEqualTo(sent.path("payload"));
  }

  @Test
  @DisplayName("letter case, order of keys and the signature do not make another payment")
  void oneKey() throws Exception {
    String key = READER.readV2(encode(v2()), terms, List::of).key();
    ObjectNode cased = v2();
    authorization(cased).put("nonce", "0x" + "AB".repeat(32)).put("from", PAYER.toUpperCase());
    authorization(cased).put("from", "0x" + PAYER.substring(2).toUpperCase());
    payload(cased).put("signature", "0x" + "CD".repeat(65));
    ObjectNode otherSignature = v2();
    payload(otherSignature).put("signature", "0x" + "ef".repeat(64));
    ObjectNode reversed = reversed(v2());

    assertThat(READER.readV2(encode(cased), terms, List::of).key()).isEqualTo(key);
    assertThat(READER.readV2(encode(otherSignature), terms, List::of).key()).isEqualTo(key);
    assertThat(READER.readV2(encode(reversed), terms, List::of).key()).isEqualTo(key);
    assertThat(READER.readV1(encode(v1()), terms, List::of).key()).isEqualTo(key);
  }

  @Test
  @DisplayName("payer, nonce, token and chain each make another payment")
  void otherKeys() throws Exception {
    String key = READER.readV2(encode(v2()), terms, List::of).key();
    ObjectNode otherNonce = v2();
    authorization(otherNonce).put("nonce", "0x" + "ac".repeat(32));
    ObjectNode otherPayer = v2();
    authorization(otherPayer).put("from", PAY_TO);

    assertThat(READER.readV2(encode(otherNonce), terms, List::of).key()).isNotEqualTo(key);
    assertThat(READER.readV2(encode(otherPayer), terms, List::of).key()).isNotEqualTo(key);
    assertThat(key).contains("eip155:8453").contains(USDC.toLowerCase());
  }

  @Test
  @DisplayName("the alias of a service is the same resource")
  void aliasIsTheSameResource() throws Exception {
    ObjectNode sent = v2();
    resource(sent).put("url", SHOP + "/api/tools/aliyun-facebody-compare-face-with-mask");

    assertThat(READER.readV2(encode(sent), terms, List::of).objection()).isEmpty();
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(
      strings = {
        SHOP + "/api/tools/another-service",
        "https://another.example/api/tools/masked-face-comparison",
        "http://shop.example/api/tools/masked-face-comparison",
        SHOP + "/api/tools/masked-face-comparison?x=1",
        SHOP + "/api/tools/../tools/masked-face-comparison",
        "javascript:alert(1)",
        ""
      })
  @DisplayName("a payment made for another resource is refused without naming it")
  void otherResource(String url) {
    ObjectNode sent = v2();
    resource(sent).put("url", url);

    Refusal refusal = refusal(sent);

    assertThat(refusal.word()).isEqualTo("payment_refused");
    assertThat(refusal.reason()).contains("resource_mismatch");
    assertThat(refusal.sentence()).isEmpty();
  }

  @Test
  @DisplayName("a lowered price is refused although the payment agrees with itself")
  void loweredPrice() {
    ObjectNode sent = v2();
    accepted(sent).put("amount", "1");
    authorization(sent).put("value", "1");

    assertRefused(sent, "invalid_exact_evm_payload_authorization_value_mismatch");
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(strings = {"0", "1", "199999", "200001", "2000000"})
  @DisplayName("a transfer of less or more than the price is refused")
  void otherValue(String value) {
    ObjectNode v2 = v2();
    authorization(v2).put("value", value);
    ObjectNode v1 = v1();
    authorization(v1).put("value", value);

    assertRefused(v2, "invalid_exact_evm_payload_authorization_value_mismatch");
    assertThat(refusalV1(v1).reason())
        .contains("invalid_exact_evm_payload_authorization_value_mismatch");
  }

  @Test
  @DisplayName("another receiver is refused, in accepted and in the transfer")
  void otherReceiver() {
    ObjectNode inAccepted = v2();
    accepted(inAccepted).put("payTo", PAYER);
    ObjectNode inTransfer = v2();
    authorization(inTransfer).put("to", PAYER);
    ObjectNode inBoth = v2();
    accepted(inBoth).put("payTo", PAYER);
    authorization(inBoth).put("to", PAYER);
    ObjectNode inV1 = v1();
    authorization(inV1).put("to", PAYER);

    assertRefused(inAccepted, "invalid_exact_evm_recipient_mismatch");
    assertRefused(inTransfer, "invalid_exact_evm_recipient_mismatch");
    assertRefused(inBoth, "invalid_exact_evm_recipient_mismatch");
    assertThat(refusalV1(inV1).reason()).contains("invalid_exact_evm_recipient_mismatch");
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(
      strings = {
        "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02914",
        "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
        PAYER,
        "USDC",
        "833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
        ""
      })
  @DisplayName("another token is refused")
  void otherToken(String asset) {
    ObjectNode sent = v2();
    accepted(sent).put("asset", asset);

    assertRefused(sent, "invalid_asset");
  }

  @Test
  @DisplayName("the letter case of an address is nothing")
  void letterCase() throws Exception {
    ObjectNode sent = v2();
    accepted(sent).put("asset", USDC.toLowerCase()).put("payTo", PAY_TO.toLowerCase());
    authorization(sent).put("to", "0x" + PAY_TO.substring(2).toUpperCase());

    assertThat(READER.readV2(encode(sent), terms, List::of).objection()).isEmpty();
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(strings = {"eip155:1", "eip155:84532", "base", "eip155:08453", "EIP155:8453", ""})
  @DisplayName("another chain, or ours by a name of another version, is refused")
  void otherNetwork(String network) {
    ObjectNode sent = v2();
    accepted(sent).put("network", network);

    assertRefused(sent, "invalid_network");
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(strings = {"base-sepolia", "eip155:8453", "Base", "solana", ""})
  @DisplayName("v1 knows the chain by its v1 name only")
  void otherNetworkV1(String network) {
    ObjectNode sent = v1().put("network", network);

    assertThat(refusalV1(sent).reason()).contains("invalid_network");
  }

  static Stream<Spoiling> schemes() {
    return Stream.of(
        new Spoiling("upto", accepted -> accepted.put("scheme", "upto")),
        new Spoiling("unknown", accepted -> accepted.put("scheme", "no-such-scheme")),
        new Spoiling("array", accepted -> accepted.putArray("scheme").add("exact")),
        new Spoiling("object", accepted -> accepted.putObject("scheme").put("exact", true)),
        new Spoiling("null", accepted -> accepted.putNull("scheme")),
        new Spoiling("missing", accepted -> accepted.remove("scheme")));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @MethodSource("schemes")
  @DisplayName("another scheme, or none, is refused in both versions")
  void otherScheme(Spoiling scheme) {
    ObjectNode v2 = v2();
    scheme.edit().accept(accepted(v2));
    ObjectNode v1 = v1();
    scheme.edit().accept(v1);

    assertRefused(v2, "unsupported_scheme");
    assertThat(refusalV1(v1).word()).isIn("payment_refused", "malformed_payment");
  }

  static Stream<Spoiling> tampering() {
    return Stream.of(
        new Spoiling("token name", accepted -> extra(accepted).put("name", "USDC")),
        new Spoiling("token version", accepted -> extra(accepted).put("version", "1")),
        new Spoiling("version as number", accepted -> extra(accepted).put("version", 2)),
        new Spoiling("no token name", accepted -> extra(accepted).remove("name")),
        new Spoiling("no extra", accepted -> accepted.remove("extra")),
        new Spoiling("extra null", accepted -> accepted.putNull("extra")),
        new Spoiling("extra array", accepted -> accepted.putArray("extra")),
        new Spoiling("longer validity", accepted -> accepted.put("maxTimeoutSeconds", 301)),
        new Spoiling("validity as text", accepted -> accepted.put("maxTimeoutSeconds", "300")),
        new Spoiling("no validity", accepted -> accepted.remove("maxTimeoutSeconds")),
        new Spoiling("an unknown field", accepted -> accepted.put("discount", "all")));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @MethodSource("tampering")
  @DisplayName("tampered terms are refused")
  void tampered(Spoiling tampering) {
    ObjectNode sent = v2();
    tampering.edit().accept(accepted(sent));

    assertRefused(sent, "invalid_payment_requirements");
  }

  @ParameterizedTest(name = "{0} s from now")
  @ValueSource(longs = {-1_000_000, -1, 0, 1, SECONDS_NEEDED - 1})
  @DisplayName("a payment that ends before its call can be settled begins nothing")
  void tooLate(long seconds) {
    ObjectNode v2 = v2();
    authorization(v2).put("validBefore", Long.toString(NOW.getEpochSecond() + seconds));
    ObjectNode v1 = v1();
    authorization(v1).put("validBefore", Long.toString(NOW.getEpochSecond() + seconds));

    assertRefused(v2, "invalid_exact_evm_payload_authorization_valid_before");
    assertThat(refusalV1(v1).reason())
        .contains("invalid_exact_evm_payload_authorization_valid_before");
  }

  @Test
  @DisplayName("a payment with just enough time left is read")
  void justInTime() throws Exception {
    ObjectNode sent = v2();
    authorization(sent).put("validBefore", Long.toString(NOW.getEpochSecond() + SECONDS_NEEDED));

    assertThat(READER.readV2(encode(sent), terms, List::of).objection()).isEmpty();
  }

  @ParameterizedTest(name = "{0} s from now")
  @ValueSource(longs = {1, 60, 1_000_000_000})
  @DisplayName("a payment that is not valid yet is refused")
  void tooEarly(long seconds) {
    ObjectNode sent = v2();
    authorization(sent).put("validAfter", Long.toString(NOW.getEpochSecond() + seconds));

    assertRefused(sent, "invalid_exact_evm_payload_authorization_valid_after");
  }

  static Stream<String> badNonces() {
    return Stream.of(
        "",
        "0x",
        "0x" + "ab".repeat(31),
        "0x" + "ab".repeat(33),
        "0x" + "ab".repeat(31) + "a",
        "ab".repeat(32),
        "0X" + "ab".repeat(32),
        "0x" + "gg".repeat(32),
        " 0x" + "ab".repeat(32),
        "0x" + "ab".repeat(32) + "\n",
        "0x" + "00".repeat(32));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @MethodSource("badNonces")
  @DisplayName("a nonce that is not 32 bytes, or zero, cannot be read")
  void badNonce(String nonce) {
    ObjectNode sent = v2();
    authorization(sent).put("nonce", nonce);

    assertMalformed(encode(sent));
  }

  static Stream<Spoiling> versions() {
    return Stream.of(
        new Spoiling("1", sent -> sent.put("x402Version", 1)),
        new Spoiling("99", sent -> sent.put("x402Version", 99)),
        new Spoiling("'2'", sent -> sent.put("x402Version", "2")),
        new Spoiling("2.0", sent -> sent.put("x402Version", 2.0)),
        new Spoiling("-2", sent -> sent.put("x402Version", -2)),
        new Spoiling("2^32 + 2", sent -> sent.put("x402Version", 4294967298L)),
        new Spoiling("true", sent -> sent.put("x402Version", true)),
        new Spoiling("null", sent -> sent.putNull("x402Version")),
        new Spoiling("missing", sent -> sent.remove("x402Version")));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @MethodSource("versions")
  @DisplayName("PAYMENT-SIGNATURE carries version 2 and nothing else")
  void otherVersion(Spoiling version) {
    ObjectNode sent = v2();
    version.edit().accept(sent);

    assertMalformed(encode(sent));
  }

  @Test
  @DisplayName("a payment of one version in the header of the other cannot be read")
  void mixedVersions() {
    assertMalformed(encode(v1()));
    assertThat(refusalV1(v2()).word()).isEqualTo("malformed_payment");
    assertThat(refusalV1(v2().put("x402Version", 1)).word()).isEqualTo("malformed_payment");
    assertMalformed(encode(v1().put("x402Version", 2)));
  }

  static Stream<Spoiling> amounts() {
    return Stream.of(
        amount("2^256", (node, field) -> node.put(field, TWO_TO_256)),
        amount("10^100", (node, field) -> node.put(field, "1" + "0".repeat(100))),
        amount("negative", (node, field) -> node.put(field, "-200000")),
        amount("plus", (node, field) -> node.put(field, "+200000")),
        amount("exponent", (node, field) -> node.put(field, "2e5")),
        amount("hexadecimal", (node, field) -> node.put(field, "0x30d40")),
        amount("fraction", (node, field) -> node.put(field, "200000.0")),
        amount("leading zero", (node, field) -> node.put(field, "0200000")),
        amount("blank", (node, field) -> node.put(field, " 200000")),
        amount("other digits", (node, field) -> node.put(field, "２０００００")),
        amount("empty", (node, field) -> node.put(field, "")),
        amount("number", (node, field) -> node.put(field, 200000)),
        amount("null", (node, field) -> node.putNull(field)),
        amount("array", (node, field) -> node.putArray(field).add("200000")),
        amount("missing", (node, field) -> node.remove(field)));
  }

  private static final String TWO_TO_256 =
      "115792089237316195423570985008687907853269984665640564039457584007913129639936";

  private interface FieldEdit {
    void apply(ObjectNode node, String field);
  }

  private static Spoiling amount(String name, FieldEdit edit) {
    return new Spoiling(name, node -> edit.apply(node, node.has("value") ? "value" : "amount"));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @MethodSource("amounts")
  @DisplayName("an amount that is not written as x402 writes it cannot be read")
  void badAmount(Spoiling amount) {
    ObjectNode inTransfer = v2();
    amount.edit().accept(authorization(inTransfer));
    ObjectNode inAccepted = v2();
    amount.edit().accept(accepted(inAccepted));
    ObjectNode inV1 = v1();
    amount.edit().accept(authorization(inV1));

    assertMalformed(encode(inTransfer));
    assertMalformed(encode(inAccepted));
    assertThat(refusalV1(inV1).word()).isEqualTo("malformed_payment");
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(strings = {"validAfter", "validBefore"})
  @DisplayName("times are written like amounts, and for ever is a time")
  void badTimes(String field) {
    for (String time : List.of(TWO_TO_256, "-1", "1e9", "01", "0x1", "", "1.0")) {
      ObjectNode sent = v2();
      authorization(sent).put(field, time);
      assertMalformed(encode(sent));
    }
    ObjectNode number = v2();
    authorization(number).put(field, 1);
    assertMalformed(encode(number));
    ObjectNode forEver = v2();
    authorization(forEver).put("validBefore", largest());
    assertThatCode(() -> READER.readV2(encode(forEver), terms, List::of))
        .doesNotThrowAnyException();
  }

  static Stream<String> doubled() throws Exception {
    String sent = JSON.writeValueAsString(v2());
    return Stream.of(
        sent.replaceFirst("\"amount\":", "\"amount\":\"1\",\"amount\":"),
        sent.replaceFirst("\"accepted\":", "\"accepted\":{},\"accepted\":"),
        sent.replaceFirst("\"value\":", "\"value\":\"1\",\"value\":"),
        sent.replaceFirst("\"x402Version\":", "\"x402Version\":1,\"x402Version\":"),
        sent.replaceFirst("\"payload\":", "\"payload\":null,\"payload\":"),
        sent.replaceFirst("\"nonce\":", "\"n\\\\u006fnce\":\"0x\",\"nonce\":"));
  }

  @ParameterizedTest
  @MethodSource("doubled")
  @DisplayName("a key given twice cannot be read, wherever it stands")
  void duplicateKeys(String json) {
    assertMalformed(encode(json));
  }

  static Stream<String> notStrict() throws Exception {
    String sent = JSON.writeValueAsString(v2());
    String open = sent.substring(0, sent.length() - 1);
    return Stream.of(
        open + ",\"x\":NaN}",
        open + ",\"x\":Infinity}",
        open + ",\"x\":-Infinity}",
        open + ",\"x\":+1}",
        open + ",\"x\":01}",
        open + ",\"x\":.5}",
        open + ",}",
        open + ",/* comment */\"x\":1}",
        open + ",\"x\":1}// comment",
        open + ",'x':1}",
        open + ",x:1}",
        sent + sent,
        sent + "{}",
        sent + "x",
        sent + "\u0000",
        open,
        "[" + sent + "]",
        "\"" + "x".repeat(10) + "\"",
        "null",
        "true",
        "1",
        "{}",
        "",
        " ");
  }

  @ParameterizedTest
  @MethodSource("notStrict")
  @DisplayName("what is not one strict JSON object cannot be read")
  void looseJson(String json) {
    assertMalformed(encode(json));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(
      strings = {
        "1e99999999999",
        "1e999999999",
        "-1e-99999999999",
        "123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
            + "12345678901234567890"
      })
  @DisplayName("a number of any size is read or refused, and fills nothing")
  void hugeNumbers(String number) throws Exception {
    String sent = JSON.writeValueAsString(v2());
    String json = sent.substring(0, sent.length() - 1) + ",\"x\":" + number + "}";

    assertReadOrMalformed(encode(json));
  }

  @Test
  @DisplayName("depth is bounded")
  void deepJson() throws Exception {
    String sent = JSON.writeValueAsString(v2());
    String open = sent.substring(0, sent.length() - 1);

    assertMalformed(encode(open + ",\"x\":" + "[".repeat(2000) + "]".repeat(2000) + "}"));
    assertMalformed(encode("[".repeat(5000)));
    assertMalformed(encode("{\"a\":".repeat(1500)));
  }

  static Stream<String> halves() throws Exception {
    String sent = JSON.writeValueAsString(v2());
    String open = sent.substring(0, sent.length() - 1);
    return Stream.of(
        sent.replace("\"mimeType\"", "\"note\":\"\\ud800\",\"mimeType\""),
        sent.replace("\"mimeType\"", "\"note\":\"a\\udc00b\",\"mimeType\""),
        sent.replace("\"mimeType\"", "\"\\ud800\":1,\"mimeType\""),
        open + ",\"\\ud800\":1}");
  }

  @ParameterizedTest
  @MethodSource("halves")
  @DisplayName("half of a surrogate pair cannot be read, for nobody could be sent it")
  void halfCharacters(String json) {
    assertMalformed(encode(json));
  }

  static Stream<String> otherEncodings() throws Exception {
    byte[] json = JSON.writeValueAsBytes(v2().put("padding", "~~~???>>>"));
    String base64 = Base64.getEncoder().encodeToString(json);
    String text = new String(json, StandardCharsets.UTF_8);
    return Stream.of(
        base64.substring(0, 76) + "\n" + base64.substring(76),
        base64.substring(0, 76) + " " + base64.substring(76),
        base64 + "\r\n",
        Base64.getMimeEncoder().encodeToString(json),
        Base64.getEncoder().withoutPadding().encodeToString(concat(json, " ".getBytes())),
        base64 + "=",
        base64 + "====",
        "=" + base64.substring(1),
        base64 + base64,
        Base64.getUrlEncoder().encodeToString(json),
        text,
        encodeAs(text, StandardCharsets.UTF_16),
        encodeAs(text, StandardCharsets.UTF_16LE),
        encodeAs(text, StandardCharsets.UTF_16BE),
        encodeAs(text, Charset.forName("UTF-32LE")),
        encodeAs("\uFEFF" + text, StandardCharsets.UTF_8),
        encodeAs(text.replace("~~~", "\u00e9"), StandardCharsets.ISO_8859_1),
        Base64.getEncoder().encodeToString(base64.getBytes(StandardCharsets.US_ASCII)));
  }

  @ParameterizedTest
  @MethodSource("otherEncodings")
  @DisplayName("only standard base64 of UTF-8 is read")
  void otherEncoding(String header) {
    assertMalformed(header);
  }

  @Test
  @DisplayName("a header over 16 KB cannot be read")
  void tooLong() {
    String padding = "x".repeat(12_000);

    assertMalformed(encode(v2().put("padding", padding)));
    assertMalformed("A".repeat(1_000_000));
  }

  @Test
  @DisplayName("a smart wallet's long signature is read, one without end is not")
  void longSignatures() throws Exception {
    ObjectNode sent = v2();
    sent.remove(List.of("extensions", "resource"));
    payload(sent).put("signature", "0x" + "ab".repeat(4096));
    assertThat(READER.readV2(encode(sent), terms, List::of).objection()).isEmpty();
    for (String signature :
        List.of("0x" + "ab".repeat(4097), "0x", "", "0xabc", "ab".repeat(65), "0xzz", "0X00")) {
      payload(sent).put("signature", signature);
      assertMalformed(encode(sent));
    }
  }

  @Test
  @DisplayName("a payment identifier belongs to its payer")
  void identifierByPayer() throws Exception {
    ObjectNode sent = v2();
    identifier(sent).put("id", "order_1234567890");
    ObjectNode otherPayer = v2();
    identifier(otherPayer).put("id", "order_1234567890");
    authorization(otherPayer).put("from", PAY_TO);

    Optional<String> own = READER.readV2(encode(sent), terms, List::of).identifier();
    Optional<String> other = READER.readV2(encode(otherPayer), terms, List::of).identifier();

    assertThat(own).isPresent();
    assertThat(other).isPresent().isNotEqualTo(own);
  }

  static Stream<Spoiling> badIdentifiers() {
    return Stream.of(
        new Spoiling("15 characters", info -> info.put("id", "x".repeat(15))),
        new Spoiling("129 characters", info -> info.put("id", "x".repeat(129))),
        new Spoiling("a blank", info -> info.put("id", "order 1234567890")),
        new Spoiling("a colon", info -> info.put("id", "order:1234567890")),
        new Spoiling("a line break", info -> info.put("id", "order_1234567890\n")),
        new Spoiling("a number", info -> info.put("id", 1234567890123456L)),
        new Spoiling("null", info -> info.putNull("id")),
        new Spoiling("a list", info -> info.putArray("id").add("order_1234567890")));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @MethodSource("badIdentifiers")
  @DisplayName("a payment identifier that breaks its own schema cannot be read")
  void badIdentifier(Spoiling id) {
    ObjectNode sent = v2();
    id.edit().accept(identifier(sent));

    assertMalformed(encode(sent));
  }

  @Test
  @DisplayName("no identifier is none, and it is not required")
  void noIdentifier() throws Exception {
    ObjectNode sent = v2();
    identifier(sent).remove("id");

    assertThat(READER.readV2(encode(sent), terms, List::of).identifier()).isEmpty();
  }

  @Test
  @DisplayName("an echo that changes what we advertised is refused")
  void changedEcho() {
    ObjectNode required = v2();
    identifier(required).put("required", true);
    ObjectNode body = v2();
    ((ObjectNode) body.at("/extensions/bazaar/info/input")).put("method", "GET");
    ObjectNode emptied = v2();
    ((ObjectNode) emptied.at("/extensions/bazaar")).remove("info");

    assertRefused(required, "extension_echo_mismatch");
    assertRefused(body, "extension_echo_mismatch");
    assertRefused(emptied, "extension_echo_mismatch");
  }

  @Test
  @DisplayName("unknown extensions and keys named __proto__ change nothing")
  void unknownExtensions() throws Exception {
    ObjectNode sent = v2();
    extensions(sent).putObject("no-such-extension").put("info", "x".repeat(2000));
    extensions(sent).putObject("__proto__").put("isAdmin", true);
    sent.putObject("__proto__").putObject("accepted").put("amount", "1");
    sent.putObject("constructor").putObject("prototype").put("amount", "1");
    authorization(sent).put("__proto__", "x");

    X402Payment payment = READER.readV2(encode(sent), terms, List::of);

    assertThat(payment.objection()).isEmpty();
    assertThat(payment.request().path("paymentRequirements")).isEqualTo(terms.requirements());
  }

  static Stream<Spoiling> shapes() {
    return Stream.of(
        new Spoiling("accepted missing", sent -> sent.remove("accepted")),
        new Spoiling("accepted null", sent -> sent.putNull("accepted")),
        new Spoiling("accepted array", sent -> sent.putArray("accepted")),
        new Spoiling("payload missing", sent -> sent.remove("payload")),
        new Spoiling("payload text", sent -> sent.put("payload", "x")),
        new Spoiling("authorization missing", sent -> payload(sent).remove("authorization")),
        new Spoiling("authorization list", sent -> payload(sent).putArray("authorization")),
        new Spoiling("signature missing", sent -> payload(sent).remove("signature")),
        new Spoiling("from missing", sent -> authorization(sent).remove("from")),
        new Spoiling("from short", sent -> authorization(sent).put("from", "0x1")),
        new Spoiling("to null", sent -> authorization(sent).putNull("to")),
        new Spoiling("resource text", sent -> sent.put("resource", SHOP)),
        new Spoiling("resource without url", sent -> resource(sent).remove("url")),
        new Spoiling("extensions list", sent -> sent.putArray("extensions")),
        new Spoiling("extensions text", sent -> sent.put("extensions", "x")));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @MethodSource("shapes")
  @DisplayName("a payment of another shape cannot be read")
  void otherShape(Spoiling shape) {
    ObjectNode sent = v2();
    shape.edit().accept(sent);

    assertMalformed(encode(sent));
  }

  @Test
  @DisplayName("a payment of an earlier price begins nothing, but is still known by its key")
  void earlierPrice() throws Exception {
    ObjectNode sent = v2();
    accepted(sent).put("amount", "100000");
    authorization(sent).put("value", "100000");

    X402Payment payment = READER.readV2(encode(sent), terms, List::of);

    assertThat(payment.objection().orElseThrow().word()).isEqualTo("payment_refused");
    assertThat(payment.key()).isEqualTo(READER.readV2(encode(v2()), terms, List::of).key());
    assertThat(payment.request().at("/paymentRequirements/amount").textValue())
        .as("what is left to settle is the price it was sold at")
        .isEqualTo("100000");
    assertThat(payment.request().at("/paymentPayload/accepted"))
        .isEqualTo(payment.request().path("paymentRequirements"));
  }

  @Test
  @DisplayName("a payment for terms that were offered earlier buys what they say")
  void standingTerms() throws Exception {
    ObjectNode older = terms.requirements().deepCopy();
    older.put("amount", "100000").put("payTo", PAYER).put("maxTimeoutSeconds", 60);
    QuotedTerms standing = standing(older, terms.extensions(), Set.of("https://old.example/a"));
    ObjectNode sent = v2();
    sent.set("accepted", older.deepCopy());
    ((ObjectNode) sent.path("resource")).put("url", "https://old.example/a");
    authorization(sent).put("value", "100000").put("to", PAYER);
    ObjectNode sentV1 = v1();
    authorization(sentV1).put("value", "100000").put("to", PAYER);

    for (X402Payment payment :
        List.of(
            READER.readV2(encode(sent), terms, () -> List.of(standing)),
            READER.readV1(encode(sentV1), terms, () -> List.of(standing)))) {
      assertThat(payment.objection()).isEmpty();
      assertThat(payment.quote()).contains(standing.quote());
      assertThat(payment.request().path("paymentRequirements").path("payTo").asText())
          .isEqualTo(PAYER);
      assertThat(payment.request().path("paymentRequirements")).isEqualTo(older);
    }
  }

  @Test
  @DisplayName("nothing is bought at terms that were put together from two offers")
  void mixedTerms() throws Exception {
    ObjectNode older = terms.requirements().deepCopy().put("amount", "100000").put("payTo", PAYER);
    QuotedTerms standing = standing(older, terms.extensions(), terms.resources());
    ObjectNode cheapForUs = v2();
    accepted(cheapForUs).put("amount", "100000");
    authorization(cheapForUs).put("value", "100000");
    ObjectNode foreign = v2();
    foreign.set("accepted", older.deepCopy());
    authorization(foreign).put("value", "100000").put("to", PAYER);
    ((ObjectNode) foreign.path("resource")).put("url", "https://other.example/a");

    assertThat(READER.readV2(encode(cheapForUs), terms, () -> List.of(standing)).objection())
        .isPresent();
    assertThat(
            READER
                .readV2(encode(foreign), terms, () -> List.of(standing))
                .objection()
                .flatMap(Refusal::reason))
        .contains("resource_mismatch");
  }

  @Test
  @DisplayName("what was advertised earlier may be echoed while it is valid")
  void standingEcho() throws Exception {
    ObjectNode advertised = terms.extensions().deepCopy();
    advertised.withObject("/bazaar/info").put("example", "of before");
    QuotedTerms standing = standing(terms.requirements(), advertised, terms.resources());
    ObjectNode sent = v2();
    sent.set("extensions", advertised.deepCopy());
    ((ObjectNode) sent.at("/extensions/bazaar/info")).remove("input");
    ObjectNode genuine = v2();
    genuine.set("extensions", advertised.deepCopy());

    assertThat(READER.readV2(encode(genuine), terms, () -> List.of(standing)).objection())
        .isEmpty();
    assertThat(READER.readV2(encode(sent), terms, () -> List.of(standing)).objection()).isPresent();
  }

  @Test
  @DisplayName("terms that are written down are read as they were, and what is no terms is none")
  void written() {
    assertThat(QuotedTerms.read(terms.written(), SETTINGS)).contains(terms);
    for (String nonsense : List.of("", "{}", "[]", terms.written().replace("AFTER", "SOMETIMES"))) {
      assertThat(QuotedTerms.read(nonsense, SETTINGS)).isEmpty();
    }
  }

  private static QuotedTerms standing(
      ObjectNode requirements, ObjectNode extensions, Set<String> resources) {
    return new QuotedTerms(
        new Quote(new Price("USD", new BigDecimal("0.10")), SettlementOrder.AFTER),
        Tariff.of(new Price("USD", new BigDecimal("0.10"))),
        SETTINGS,
        requirements,
        extensions,
        resources);
  }

  @Test
  @DisplayName("a v1 payment is sent on as version 2 with the buyer's inner payload untouched")
  void v1IsV2() throws Exception {
    ObjectNode sent = v1();

    X402Payment payment = READER.readV1(encode(sent), terms, List::of);

    assertThat(payment.objection()).isEmpty();
    assertThat(payment.receiptHeader()).isEqualTo("X-PAYMENT-RESPONSE");
    ObjectNode request = payment.request();
    assertThat(request.path("x402Version").asInt()).isEqualTo(2);
    assertThat(request.at("/paymentPayload/x402Version").asInt()).isEqualTo(2);
    assertThat(request.at("/paymentPayload/accepted")).isEqualTo(terms.requirements());
    assertThat(request.at("/paymentPayload/payload")).isEqualTo(sent.path("payload"));
  }

  private static void assertRefused(ObjectNode sent, String reason) {
    Refusal refusal = refusal(sent);
    assertThat(refusal.word()).isEqualTo("payment_refused");
    assertThat(refusal.reason()).contains(reason);
  }

  private static void assertMalformed(String header) {
    Optional<Refusal> refusal = read(header);
    assertThat(refusal).as(header).map(Refusal::word).contains("malformed_payment");
  }

  private static void assertReadOrMalformed(String header) {
    read(header).ifPresent(refusal -> assertThat(refusal.word()).isEqualTo("malformed_payment"));
  }

  /** Why the payment begins no call. */
  private static Refusal refusal(ObjectNode sent) {
    return read(encode(sent)).orElseThrow(() -> new AssertionError("it was not refused"));
  }

  private static Optional<Refusal> read(String header) {
    try {
      return READER.readV2(header, terms, List::of).objection();
    } catch (Refusal refused) {
      return Optional.of(refused);
    }
  }

  private static Refusal refusalV1(ObjectNode sent) {
    try {
      return READER.readV1(encode(sent), terms, List::of).objection().orElseThrow();
    } catch (Refusal refused) {
      return refused;
    }
  }

  private static ObjectNode v2() {
    ObjectNode sent = JSON.createObjectNode().put("x402Version", 2);
    sent.putObject("resource")
        .put("url", SHOP + "/api/tools/masked-face-comparison")
        .put("mimeType", "application/json");
    sent.set("accepted", terms.requirements().deepCopy());
    sent.set("payload", innerPayload());
    sent.set("extensions", terms.extensions().deepCopy());
    return sent;
  }

  private static ObjectNode v1() {
    ObjectNode sent = JSON.createObjectNode().put("x402Version", 1);
    sent.put("scheme", "exact").put("network", "base").set("payload", innerPayload());
    return sent;
  }

  private static ObjectNode innerPayload() {
    ObjectNode payload = JSON.createObjectNode().put("signature", "0x" + "cd".repeat(65));
    payload
        .putObject("authorization")
        .put("from", PAYER)
        .put("to", PAY_TO)
        .put("value", "200000")
        .put("validAfter", "0")
        .put("validBefore", Long.toString(NOW.getEpochSecond() + 300))
        .put("nonce", "0x" + "ab".repeat(32));
    return payload;
  }

  private static ObjectNode reversed(ObjectNode node) {
    List<String> names = new java.util.ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    java.util.Collections.reverse(names);
    ObjectNode reversed = JSON.createObjectNode();
    for (String name : names) {
      JsonNode child = node.get(name);
      reversed.set(name, child instanceof ObjectNode object ? reversed(object) : child);
    }
    return reversed;
  }

  private static String largest() {
    return new BigInteger(TWO_TO_256).subtract(BigInteger.ONE).toString();
  }

  private static ObjectNode accepted(ObjectNode sent) {
    return (ObjectNode) sent.get("accepted");
  }

  private static ObjectNode extra(ObjectNode accepted) {
    return (ObjectNode) accepted.get("extra");
  }

  private static ObjectNode payload(ObjectNode sent) {
    return (ObjectNode) sent.get("payload");
  }

  private static ObjectNode authorization(ObjectNode sent) {
    return (ObjectNode) payload(sent).get("authorization");
  }

  private static ObjectNode resource(ObjectNode sent) {
    return (ObjectNode) sent.get("resource");
  }

  private static ObjectNode extensions(ObjectNode sent) {
    return (ObjectNode) sent.get("extensions");
  }

  private static ObjectNode identifier(ObjectNode sent) {
    return (ObjectNode) sent.at("/extensions/payment-identifier/info");
  }

  private static String encode(JsonNode sent) {
    return encode(sent.toString());
  }

  private static String encode(String json) {
    return encodeAs(json, StandardCharsets.UTF_8);
  }

  private static String encodeAs(String json, Charset charset) {
    return Base64.getEncoder().encodeToString(json.getBytes(charset));
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = java.util.Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
