package io.tollroute.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.TransferAuthorization.TokenDomain;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Hash;
import org.web3j.crypto.Keys;

/**
 * A wallet of the sandbox. Its private key is public knowledge (the SHA-256 of a sentence), so it
 * must never hold anything of value; it signs for the sandbox's network and token only.
 */
public final class SandboxWallet {

  /** The funded wallet's private key is the SHA-256 of this. */
  public static final String FUNDED_SENTENCE = "tollroute sandbox wallet";

  private final ECKeyPair key;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  SandboxWallet(String sentence, Clock clock) {
    this.key = ECKeyPair.create(Hash.sha256(sentence.getBytes(StandardCharsets.UTF_8)));
    this.clock = clock;
  }

  /** The wallet that holds 1000 dollars when the sandbox starts. */
  public static SandboxWallet funded(Clock clock) {
    return new SandboxWallet(FUNDED_SENTENCE, clock);
  }

  /** The wallet that never holds anything. */
  public static SandboxWallet empty(Clock clock) {
    return new SandboxWallet("tollroute sandbox empty wallet", clock);
  }

  /** The wallet's address, in EIP-55 letter case. */
  public String address() {
    return Keys.toChecksumAddress(Keys.getAddress(key));
  }

  /**
   * Signs one of a seller's terms into an x402 v2 PaymentPayload (scheme {@code exact}, EIP-3009):
   * valid from now for {@code maxTimeoutSeconds}, with a random nonce, echoing the resource and the
   * extensions, with an id of its own where the seller advertises {@code payment-identifier}.
   *
   * @param demand the seller's PaymentRequired
   * @param requirements one entry of its {@code accepts}
   * @throws IllegalArgumentException if the terms are not for the sandbox's network and token
   */
  public ObjectNode sign(JsonNode demand, JsonNode requirements) {
    if (!isSandboxMoney(requirements)) {
      throw new IllegalArgumentException(
          "The sandbox wallet signs for " + SandboxChain.NETWORK + " and its USDC only");
    }
    byte[] nonce = randomBytes(32);
    TransferAuthorization authorization =
        new TransferAuthorization(
            address(),
            requirements.path("payTo").asText(),
            new BigInteger(requirements.path("amount").asText()),
            BigInteger.ZERO,
            BigInteger.valueOf(
                clock.instant().getEpochSecond() + requirements.path("maxTimeoutSeconds").asLong()),
            "0x" + HexFormat.of().formatHex(nonce));
    return payload(
        demand, requirements, authorization, authorization.sign(TokenDomain.ofSandbox(), key));
  }

  /** Whether terms are for the sandbox's network and token. */
  public static boolean isSandboxMoney(JsonNode requirements) {
    return requirements.path("scheme").asText().equals("exact")
        && requirements.path("network").asText().equals(SandboxChain.NETWORK)
        && requirements.path("asset").asText().equalsIgnoreCase(SandboxChain.ASSET);
  }

  /** The key, for tests that sign something a wallet would not. */
  public ECKeyPair key() {
    return key;
  }

  private ObjectNode payload(
      JsonNode demand,
      JsonNode requirements,
      TransferAuthorization authorization,
      String signature) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode().put("x402Version", 2);
    if (demand.path("resource").isObject()) {
      payload.set("resource", demand.get("resource").deepCopy());
    }
    payload.set("accepted", requirements.deepCopy());
    payload
        .putObject("payload")
        .put("signature", signature)
        .putObject("authorization")
        .put("from", authorization.from())
        .put("to", authorization.to())
        .put("value", authorization.value().toString())
        .put("validAfter", authorization.validAfter().toString())
        .put("validBefore", authorization.validBefore().toString())
        .put("nonce", authorization.nonce());
    if (demand.path("extensions").isObject()) {
      ObjectNode extensions = demand.get("extensions").deepCopy();
      if (extensions.path("payment-identifier").path("info") instanceof ObjectNode info) {
        info.put("id", "pay_" + HexFormat.of().formatHex(randomBytes(16)));
      }
      payload.set("extensions", extensions);
    }
    return payload;
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
