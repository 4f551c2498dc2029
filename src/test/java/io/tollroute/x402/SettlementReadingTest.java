package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tollroute.log.SparseLog;
import io.tollroute.x402.SettlementReading.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettlementReadingTest {

  private static final String PAYER = "0x857b06519e91e3a54538791bdbb0e22373e36b66";
  private static final String STRANGER = "0x00000000000000000000000000000000000000aa";
  private static final String TRANSACTION = "0x" + "ab".repeat(32);
  private static final X402Payment PAYMENT =
      new X402Payment(
          2,
          "eip155:84532",
          "0x036cbd53842c5426634e7929541ec2318f3dcf7e",
          new Authorization(PAYER, STRANGER, "200000", 0, 4_000_000_000L, "0x" + "11".repeat(32)),
          JsonNodeFactory.instance.objectNode(),
          "22",
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false);

  private final SettlementReading reading = new SettlementReading(new SparseLog(Clock.systemUTC()));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insufficient_funds",
        "invalid_exact_evm_payload_signature",
        "invalid_exact_evm_payload_authorization_valid_before",
        "invalid_exact_evm_payload_authorization_valid_after",
        "invalid_exact_evm_payload_authorization_value",
        "invalid_exact_evm_payload_authorization_value_mismatch",
        "invalid_exact_evm_payload_recipient_mismatch",
        "invalid_exact_evm_insufficient_balance",
        "invalid_exact_evm_signature",
        "invalid_exact_evm_token_name_mismatch",
        "invalid_exact_evm_network_mismatch",
        "invalid_network",
        "unsupported_scheme"
      })
  @DisplayName("a reason that excludes a broadcast is a no, if no transaction comes with it")
  void refused(String reason) {
    for (String unsaid : List.of("", ",\"transaction\":null", ",\"transaction\":\"\"")) {
      Outcome outcome = settle("\"success\":false,\"errorReason\":\"" + reason + "\"" + unsaid);

      assertThat(outcome).as(unsaid).isInstanceOf(Outcome.Refused.class);
      assertThat(((Outcome.Refused) outcome).reason()).isEqualTo(reason);
    }
    for (String said : List.of("\"" + TRANSACTION + "\"", "\"pending\"", "7", "{}", "false")) {
      assertThat(
              settle(
                  "\"success\":false,\"errorReason\":\"" + reason + "\",\"transaction\":" + said))
          .as(said)
          .isInstanceOf(Outcome.Failed.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "transaction_failed",
        "unexpected_settle_error",
        "unexpected_verify_error",
        "invalid_transaction_state",
        "invalid_exact_evm_transaction_failed",
        "invalid_exact_evm_transaction_simulation_failed",
        "invalid_exact_evm_transfer_event_mismatch",
        "smart_wallet_deployment_failed",
        "settle_exact_evm_timeout",
        "settle_exact_failed",
        "invalid_exact_svm_payload_transaction",
        "invalid_exact_evm_something_new",
        "insufficient_funds_for_gas",
        "Insufficient_Funds",
        " insufficient_funds",
        "insufficient_funds ",
        "insufficient funds",
        "timeout",
        "x",
        ""
      })
  @DisplayName("any other reason leaves it open whether money moved")
  void open(String reason) {
    assertThat(settle("\"success\":false,\"transaction\":\"\",\"errorReason\":\"" + reason + "\""))
        .isInstanceOf(Outcome.Failed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"success\":false",
        "\"success\":false,\"transaction\":\"\",\"errorReason\":null",
        "\"success\":false,\"transaction\":\"\",\"errorReason\":7",
        "\"success\":false,\"transaction\":\"\",\"errorReason\":[\"insufficient_funds\"]",
        "\"success\":false,\"transaction\":\"\",\"errorReason\":{\"code\":\"insufficient_funds\"}",
        "\"success\":false,\"transaction\":\"\",\"error\":\"insufficient_funds\"",
        "\"success\":false,\"transaction\":\"\",\"invalidReason\":\"insufficient_funds\"",
        "\"success\":\"false\",\"transaction\":\"\",\"errorReason\":\"insufficient_funds\"",
        "\"success\":null,\"transaction\":\"\",\"errorReason\":\"insufficient_funds\"",
        "\"isValid\":false,\"errorReason\":\"insufficient_funds\""
      })
  @DisplayName("a failure that does not say why in its own field leaves it open too")
  void reasonless(String answer) {
    assertThat(settle(answer)).isInstanceOfAny(Outcome.Failed.class, Outcome.Unknown.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "absent | true",
        "null | true",
        "\"\" | true",
        "\"" + PAYER + "\" | true",
        "\"0x857B06519E91E3A54538791BDBB0E22373E36B66\" | true",
        "\"" + STRANGER + "\" | false",
        "\" \" | false",
        "7 | false",
        "{} | false"
      })
  @DisplayName("a payer that is absent, null or empty says nothing; a wrong one is a lie")
  void payer(String payer, boolean genuine) {
    assertGenuine("payer", payer, genuine);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "absent | true",
        "null | true",
        "\"\" | true",
        "\"eip155:84532\" | true",
        "\"base-sepolia\" | true",
        "\"eip155:8453\" | false",
        "\"base\" | false",
        "\" \" | false",
        "84532 | false"
      })
  @DisplayName("a network that is absent, null or empty says nothing; a wrong one is a lie")
  void network(String network, boolean genuine) {
    assertGenuine("network", network, genuine);
  }

  @Test
  @DisplayName("a success without a transaction, or of another amount, is not believed")
  void success() {
    for (String transaction : List.of("absent", "null", "\"\"", "7", "\"a b\"")) {
      assertThat(settle("\"success\":true" + field("transaction", transaction)))
          .isInstanceOf(Outcome.Unknown.class);
    }
    String paid = "\"success\":true,\"transaction\":\"" + TRANSACTION + "\"";
    for (String amount : List.of("absent", "null", "\"\"", "\"200000\"")) {
      assertThat(settle(paid + field("amount", amount))).isInstanceOf(Outcome.Settled.class);
    }
    for (String amount : List.of("\"1\"", "\"0\"", "200000", "true")) {
      assertThat(settle(paid + field("amount", amount))).isInstanceOf(Outcome.Unknown.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "insufficient_funds, 200, true",
    "insufficient_funds, 402, true",
    "insufficient_funds, 500, true",
    "invalid_exact_evm_nonce_already_used, 500, true",
    "a_word_of_their_own, 200, true",
    "a_word_of_their_own, 400, true",
    "a_word_of_their_own, 402, true",
    "a_word_of_their_own, 401, false",
    "a_word_of_their_own, 403, false",
    "a_word_of_their_own, 429, false",
    "a_word_of_their_own, 302, false",
    "a_word_of_their_own, 500, false",
    "a_word_of_their_own, 503, false",
    "unexpected_verify_error, 200, false",
    "Unexpected_Verify_Error, 200, false",
    "unexpected_verify_error, 400, false",
    "invalid_exact_evm_failed_to_get_balance, 200, false",
    "'', 200, true",
    "'', 500, false"
  })
  @DisplayName("a verify that says no is a verdict unless the facilitator speaks of itself")
  void verdict(String reason, int status, boolean verdict) {
    byte[] body = bytes("{\"isValid\":false,\"invalidReason\":\"" + reason + "\"}");

    assertThat(reading.verification(body, status, PAYMENT).isPresent()).isEqualTo(verdict);
  }

  private void assertGenuine(String field, String value, boolean genuine) {
    String said = field(field, value);
    assertThat(settle("\"success\":true,\"transaction\":\"" + TRANSACTION + "\"" + said))
        .isInstanceOf(genuine ? Outcome.Settled.class : Outcome.Unknown.class);
    assertThat(settle("\"success\":false,\"errorReason\":\"insufficient_funds\"" + said))
        .isInstanceOf(genuine ? Outcome.Refused.class : Outcome.Unknown.class);
    assertThat(verify("\"isValid\":true" + said)).isEqualTo(genuine);
    assertThat(verify("\"isValid\":false,\"invalidReason\":\"insufficient_funds\"" + said))
        .isEqualTo(genuine || field.equals("network"));
  }

  private static String field(String name, String value) {
    return value.equals("absent") ? "" : ",\"" + name + "\":" + value;
  }

  private Outcome settle(String fields) {
    return reading.settlement(bytes("{" + fields + "}"), PAYMENT);
  }

  private boolean verify(String fields) {
    return reading.verification(bytes("{" + fields + "}"), 200, PAYMENT).isPresent();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
