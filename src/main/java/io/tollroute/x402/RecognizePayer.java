package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.crypto.StructuredDataEncoder;

/**
 * Says whether an authorization was signed with the key of the wallet that it names (EIP-712). What
 * a contract wallet has signed cannot be told without its chain.
 */
public final class RecognizePayer implements Processor {

  private static final BigInteger HALF_ORDER = Sign.CURVE_PARAMS.getN().shiftRight(1);
  private static final int WORD = 32;
  private static final int SIGNATURE_BYTES = 2 * WORD + 1;
  private static final int FIRST_V = 27;

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
    X402.RECOGNIZED.put(exchange, isPayers(X402.payment(exchange)));
  }

  private boolean isPayers(X402Payment payment) {
    byte[] bytes = HexFormat.of().parseHex(payment.signature());
    if (bytes.length != SIGNATURE_BYTES) {
      return false;
    }
    byte[] r = Arrays.copyOfRange(bytes, 0, WORD);
    byte[] s = Arrays.copyOfRange(bytes, WORD, 2 * WORD);
    int last = Byte.toUnsignedInt(bytes[2 * WORD]);
    // hardware wallets count from 0
    int v = last < 2 ? FIRST_V + last : last;
    // the token refuses the other half (EIP-2), of which anybody can make a second signature
    if (v < FIRST_V || v > FIRST_V + 1 || new BigInteger(1, s).compareTo(HALF_ORDER) > 0) {
      return false;
    }
    try {
      BigInteger key =
          Sign.signedMessageHashToKey(digest(payment), new Sign.SignatureData((byte) v, r, s));
      return payment.authorization().from().equalsIgnoreCase("0x" + Keys.getAddress(key));
    } catch (SignatureException | IOException | RuntimeException noSignature) {
      // the library throws all of them at numbers that are no signature
      return false;
    }
  }

  /** The 32 bytes that the wallet signs. */
  private byte[] digest(X402Payment payment) throws IOException {
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
    return new StructuredDataEncoder(data.toString()).hashStructuredData();
  }
}
