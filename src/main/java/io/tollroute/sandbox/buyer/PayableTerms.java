package io.tollroute.sandbox.buyer;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.sandbox.TransferAuthorization;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Terms of a seller that the sandbox's play money can meet.
 *
 * @param demand the whole PaymentRequired
 * @param requirements the entry of its {@code accepts} that fits
 */
public record PayableTerms(JsonNode demand, JsonNode requirements) {

  /**
   * The first terms in a 402 that ask for play money: a seller of its own takes it, and no other is
   * paid.
   */
  public static Optional<PayableTerms> in(Reply reply) {
    return reply
        .demand()
        .filter(demand -> demand.path("x402Version").asInt() == 2)
        .flatMap(PayableTerms::payable);
  }

  private static Optional<PayableTerms> payable(JsonNode demand) {
    for (JsonNode requirements : demand.path("accepts")) {
      if (SandboxWallet.isSandboxMoney(requirements)
          && TransferAuthorization.uint256(requirements.path("amount").asText()).isPresent()
          && requirements.path("payTo").asText().equalsIgnoreCase(SandboxChain.PAY_TO)) {
        return Optional.of(new PayableTerms(demand, requirements));
      }
    }
    return Optional.empty();
  }

  /** The price in dollars. */
  public BigDecimal price() {
    return dollars(requirements.path("amount").asText());
  }

  /** The JSON type of a field of the request, where the seller's listing tells. */
  public Optional<String> typeOf(String field) {
    JsonNode type =
        demand
            .at("/extensions/bazaar/schema/properties/input/properties/body/properties")
            .path(field)
            .path("type");
    return Optional.ofNullable(type.textValue());
  }

  /** The request the seller's listing gives as an example. */
  public Optional<JsonNode> exampleRequest() {
    return Optional.of(demand.at("/extensions/bazaar/info/input/body")).filter(JsonNode::isObject);
  }

  /** Atomic units in dollars, with cents at least. */
  public static BigDecimal dollars(String units) {
    BigDecimal dollars =
        new BigDecimal(units).movePointLeft(SandboxChain.ASSET_DECIMALS).stripTrailingZeros();
    return dollars.scale() < 2 ? dollars.setScale(2) : dollars;
  }
}
