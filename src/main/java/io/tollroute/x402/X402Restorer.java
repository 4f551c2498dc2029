package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.corridor.ProofRestorer;
import io.tollroute.json.StrictJson;
import io.tollroute.ledger.PaymentProof;
import java.util.Locale;
import java.util.Optional;

/** Makes an x402 payment again from the body of its settlement, which we wrote ourselves. */
public final class X402Restorer implements ProofRestorer {

  private final StrictJson json = new StrictJson(64, 1 << 20);

  @Override
  public String method() {
    return X402Payment.METHOD;
  }

  @Override
  public PaymentProof restore(byte[] settlement) throws Refusal {
    ObjectNode request =
        json.object(settlement).orElseThrow(() -> Refusal.of("settlement_unknown"));
    JsonNode requirements = request.path("paymentRequirements");
    JsonNode payload = request.path("paymentPayload").path("payload");
    JsonNode signed = payload.path("authorization");
    return new X402Payment(
        2,
        requirements.path("network").asText(),
        requirements.path("asset").asText(),
        new Authorization(
            signed.path("from").asText().toLowerCase(Locale.ROOT),
            signed.path("to").asText().toLowerCase(Locale.ROOT),
            signed.path("value").asText(),
            signed.path("validAfter").asLong(),
            signed.path("validBefore").asLong(Long.MAX_VALUE / 1000),
            signed.path("nonce").asText().toLowerCase(Locale.ROOT)),
        request,
        payload.path("signature").asText().substring(2),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }
}
