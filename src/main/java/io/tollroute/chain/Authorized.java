package io.tollroute.chain;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A transfer that its payer has signed (EIP-3009), and how it looks in the logs of its token: the
 * contract writes AuthorizationUsed and, as its next log of the same transaction, Transfer.
 *
 * @param network CAIP-2 id of the chain
 * @param asset the token contract
 * @param payer who signed
 * @param nonce of the authorization, 32 bytes in hex
 * @param receiver who is to be paid
 * @param value in the token's atomic units
 * @param validBefore seconds since the epoch: it can be used in earlier blocks only
 */
public record Authorized(
    String network,
    String asset,
    String payer,
    String nonce,
    String receiver,
    String value,
    long validBefore) {

  /** Whether the log says that it was used, to pay anybody. */
  boolean isUse(JsonNode log) {
    return names(log, TokenLog.AUTHORIZATION_USED);
  }

  /** Whether the log says that it was cancelled, and nobody can be paid with it. */
  boolean isCancellation(JsonNode log) {
    return names(log, TokenLog.AUTHORIZATION_CANCELED);
  }

  private boolean names(JsonNode log, String event) {
    JsonNode topics = log.path("topics");
    return isOfToken(log)
        && topics.path(0).asText().equalsIgnoreCase(event)
        && topics.path(1).asText().equalsIgnoreCase(Hex.topic(payer))
        && topics.path(2).asText().equalsIgnoreCase(nonce);
  }

  /** Whether the log is of a transfer of that value between the two. */
  boolean isPayment(JsonNode log) {
    JsonNode topics = log.path("topics");
    return isOfToken(log)
        && topics.path(0).asText().equalsIgnoreCase(TokenLog.TRANSFER)
        && topics.path(1).asText().equalsIgnoreCase(Hex.topic(payer))
        && topics.path(2).asText().equalsIgnoreCase(Hex.topic(receiver))
        && Hex.quantity(log.path("data"))
            .filter(moved -> moved.toString().equals(value))
            .isPresent();
  }

  boolean isOfToken(JsonNode log) {
    return log.path("address").asText().equalsIgnoreCase(asset);
  }
}
