package io.tollroute.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Terms of a seller that the sandbox's play money can meet.
 *
 * @param demand the whole PaymentRequired
 * @param requirements the entry of its {@code accepts} that fits
 */
record Offer(JsonNode demand, JsonNode requirements) {

  /**
   * The first terms in a 402 that ask for play money: a seller of its own takes it, and no other is
   * paid.
   */
  static Optional<Offer> in(Reply reply) {
    return reply
        .demand()
        .filter(demand -> demand.path("x402Version").asInt() == 2)
        .flatMap(Offer::payable);
  }

  private static Optional<Offer> payable(JsonNode demand) {
    for (JsonNode requirements : demand.path("accepts")) {
      if (SandboxWallet.isSandboxMoney(requirements)
          && TransferAuthorization.uint256(requirements.path("amount").asText()).isPresent()
          && requirements.path("payTo").asText().equalsIgnoreCase(SandboxChain.PAY_TO)) {
        return Optional.of(new Offer(demand, requirements));
      }
    }
    return Optional.empty();
  }

  /** The price in dollars. */
  BigDecimal price() {
    return dollars(requirements.path("amount").asText());
  }

  /** The JSON type of a field of the request, where the seller's listing tells. */
  Optional<String> typeOf(String field) {
    JsonNode type =
        demand
            .at("/extensions/bazaar/schema/properties/input/properties/body/properties")
            .path(field)
            .path("type");
    return Optional.ofNullable(type.textValue());
  }

  /** The request the seller's listing gives as an example. */
  Optional<JsonNode> exampleRequest() {
    return Optional.of(demand.at("/extensions/bazaar/info/input/body")).filter(JsonNode::isObject);
  }

  /** Atomic units in dollars, with cents at least. */
  static BigDecimal dollars(String units) {
    BigDecimal dollars =
        new BigDecimal(units).movePointLeft(SandboxChain.ASSET_DECIMALS).stripTrailingZeros();
    return dollars.scale() < 2 ? dollars.setScale(2) : dollars;
  }
}
