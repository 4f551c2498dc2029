package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.web3j.crypto.StructuredDataEncoder;

/**
 * Says whether an authorization was signed with the key of the wallet that it names (EIP-712). What
 * a contract wallet has signed cannot be told without its chain.
 */
public final class RecognizePayer implements Processor {

  private final X402Settings settings;
  private final ObjectNode types = JsonNodeFactory.instance.objectNode();

  /** Recognizes signatures for the token of {@code settings}. */
  public RecognizePayer(X402Settings settings) {
    this.settings = settings;
    ArrayNode domain = types.putArray("EIP712Domain");
    field(domain, "name", "string");
    field(domain, "version", "string");
    field(domain, "chainId", "uint256");
    field(domain, "verifyingContract", "address");
    ArrayNode transfer = types.putArray("TransferWithAuthorization");
    field(transfer, "from", "address");
    field(transfer, "to", "address");
    field(transfer, "value", "uint256");
    field(transfer, "validAfter", "uint256");
    field(transfer, "validBefore", "uint256");
    field(transfer, "nonce", "bytes32");
  }

  private static void field(ArrayNode type, String name, String kind) {
    type.addObject().put("name", name).put("type", kind);
  }

  /** Leaves whether the payer has signed. */
  @Override
  public void process(Exchange exchange) {
    X402Slots.RECOGNIZED.put(exchange, isPayers(X402Slots.payment(exchange)));
  }

  private boolean isPayers(X402Payment payment) {
    // of the other half, which the token refuses, anybody can make a second signature
    return WalletSignature.of(HexFormat.of().parseHex(payment.signature()))
        .filter(WalletSignature::isLow)
        .flatMap(signature -> digest(payment).flatMap(signature::signer))
        .filter(payment.authorization().from()::equalsIgnoreCase)
        .isPresent();
  }

  /** The 32 bytes that the wallet signs; empty for what cannot be signed. */
  private Optional<byte[]> digest(X402Payment payment) {
    JsonNode signed = payment.request().at("/paymentPayload/payload/authorization");
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.set("types", types);
    data.put("primaryType", "TransferWithAuthorization");
    data.putObject("domain")
        .put("name", settings.assetName())
        .put("version", settings.assetVersion())
        .put("chainId", payment.network().substring(payment.network().indexOf(':') + 1))
        .put("verifyingContract", payment.asset());
    data.set("message", signed);
    try {
      return Optional.of(new StructuredDataEncoder(data.toString()).hashStructuredData());
    } catch (IOException | RuntimeException e) {
      // the library throws both at what it cannot encode
      return Optional.empty();
    }
  }
}
