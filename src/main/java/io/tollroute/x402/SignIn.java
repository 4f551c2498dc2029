package io.tollroute.x402;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Product;
import io.tollroute.json.StrictJson;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/**
 * How a caller shows which wallet is his without paying (x402 extension sign-in-with-x, of {@code
 * @x402/extensions} 2.27; the message is that of EIP-4361): he signs what a 402 of ours says, and
 * sends it with his next calls. Only a wallet's own key is known here, no contract. Nothing is
 * remembered in between: the nonce is made of the moment and the service, with our key.
 */
public final class SignIn {

  /** The header with a signed message, in base64. */
  public static final String HEADER = "SIGN-IN-WITH-X";

  static final String EXTENSION = "sign-in-with-x";

  private static final String STATEMENT = "Sign in for calls that cost nothing.";
  private static final String SCHEMA = "https://json-schema.org/draft/2020-12/schema";
  private static final int VALID_SECONDS = 300;

  /** By how much the clocks of replicas may differ. */
  private static final int SKEW_SECONDS = 60;

  private static final int MAX_HEADER = 4096;
  private static final int NONCE_DIGITS = 32;
  private static final String NO_NONCE = "0".repeat(NONCE_DIGITS);
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
  private static final Pattern SIGNATURE = Pattern.compile("0x(?:[0-9a-fA-F]{2}){64,65}");
  private final StrictJson json = new StrictJson(8, MAX_HEADER);
  private final X402Settings settings;
  private final UnaryOperator<String> names;
  private final Clock clock;

  /**
   * Lets wallets of the chain of {@code settings} sign in.
   *
   * @param names gives a text a name in hexadecimal that nobody without our key can make
   */
  public SignIn(X402Settings settings, UnaryOperator<String> names, Clock clock) {
    this.settings = settings;
    this.names = names;
    this.clock = clock;
  }

  /** Whether the terms of a product ask who calls. */
  static boolean isAskedFor(Product product) {
    return product.isListed()
        && product.tariff().free().filter(free -> free.isOfWallets()).isPresent();
  }

  /** The extension for a product, without what is of one moment, and just as long. */
  static ObjectNode unsigned(Product product, X402Settings settings) {
    ObjectNode extension = JsonNodeFactory.instance.objectNode();
    ObjectNode info = extension.putObject("info");
    info.put("domain", domain(settings)).put("uri", uri(product, settings));
    info.put("statement", STATEMENT).put("version", "1");
    stamp(info, NO_NONCE, Instant.EPOCH);
    extension
        .putArray("supportedChains")
        .addObject()
        .put("chainId", settings.network())
        .put("type", "eip191");
    // what is in the answer its clients know; more of it here would keep examples out of the header
    extension.putObject("schema").put("$schema", SCHEMA).put("type", "object");
    return extension;
  }

  /** The extension to be signed now. */
  ObjectNode of(Product product) {
    ObjectNode extension = unsigned(product, settings);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    stamp((ObjectNode) extension.get("info"), nonce(uri(product, settings), now), now);
    return extension;
  }

  private static void stamp(ObjectNode info, String nonce, Instant at) {
    info.put("nonce", nonce).put("issuedAt", at.toString());
    info.put("expirationTime", at.plusSeconds(VALID_SECONDS).toString());
  }

  /**
   * The wallet that calls, in lower case; empty when the caller does not say.
   *
   * @param product that he calls
   * @throws Refusal {@code payment_required} with the reason, when it is not seen to be his
   */
  public Optional<String> wallet(Product product, Exchange exchange) throws Refusal {
    Object header = exchange.getMessage().getHeader(HEADER);
    return header == null ? Optional.empty() : Optional.of(wallet(product, header));
  }

  private String wallet(Product product, Object header) throws Refusal {
    ObjectNode sent =
        read(header)
            .orElseThrow(() -> Refusal.of("payment_required").because("invalid_siwx_payload"));
    String uri = uri(product, settings);
    if (!said(sent, "domain").equals(domain(settings))) {
      throw Refusal.of("payment_required").because("invalid_siwx_domain_mismatch");
    }
    if (!said(sent, "uri").equals(uri)) {
      throw Refusal.of("payment_required").because("invalid_siwx_uri_mismatch");
    }
    if (!said(sent, "chainId").equals(settings.network()) || !said(sent, "type").equals("eip191")) {
      throw Refusal.of("payment_required").because("invalid_siwx_unsupported_chain");
    }
    Instant issued = issued(sent, uri);
    Instant now = clock.instant();
    if (!now.isBefore(issued.plusSeconds(VALID_SECONDS))
        || issued.isAfter(now.plusSeconds(SKEW_SECONDS))) {
      throw Refusal.of("payment_required").because("invalid_siwx_expired");
    }
    String address = said(sent, "address");
    String signature = said(sent, "signature");
    if (!ADDRESS.matcher(address).matches() || !SIGNATURE.matcher(signature).matches()) {
      throw Refusal.of("payment_required").because("invalid_siwx_malformed_signature");
    }
    byte[] hash =
        WalletSignature.hashOfMessage(
            message(address, uri, issued).getBytes(StandardCharsets.UTF_8));
    return WalletSignature.ofAnyLength(HexFormat.of().parseHex(signature.substring(2)))
        .flatMap(made -> made.signer(hash))
        .filter(address::equalsIgnoreCase)
        .map(wallet -> wallet.toLowerCase(Locale.ROOT))
        .orElseThrow(() -> Refusal.of("payment_required").because("invalid_siwx_signature"));
  }

  private Optional<ObjectNode> read(Object header) {
    // a header that came twice is a list
    if (!(header instanceof String text) || text.length() > MAX_HEADER) {
      return Optional.empty();
    }
    try {
      return json.object(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /** When a 402 of ours has said it, which the nonce proves. */
  private Instant issued(ObjectNode sent, String uri) throws Refusal {
    try {
      Instant issued = Instant.parse(said(sent, "issuedAt"));
      boolean ours =
          MessageDigest.isEqual(
              nonce(uri, issued).getBytes(StandardCharsets.UTF_8),
              said(sent, "nonce").getBytes(StandardCharsets.UTF_8));
      if (ours) {
        return issued;
      }
    } catch (DateTimeParseException notOurs) {
      // no more than a nonce that is not
    }
    throw Refusal.of("payment_required").because("invalid_siwx_nonce");
  }

  private String nonce(String uri, Instant issued) {
    return names.apply("sign in\n" + uri + "\n" + issued).substring(0, NONCE_DIGITS);
  }

  /** As EIP-4361 writes it. Whatever else was signed was not what we had said. */
  private String message(String address, String uri, Instant issued) {
    return domain(settings)
        + " wants you to sign in with your Ethereum account:\n"
        + address
        + "\n\n"
        + STATEMENT
        + "\n\nURI: "
        + uri
        + "\nVersion: 1\nChain ID: "
        + settings.network().substring(settings.network().indexOf(':') + 1)
        + "\nNonce: "
        + nonce(uri, issued)
        + "\nIssued At: "
        + issued
        + "\nExpiration Time: "
        + issued.plusSeconds(VALID_SECONDS);
  }

  private static String said(ObjectNode sent, String member) {
    return sent.path(member).isTextual() ? sent.path(member).textValue() : "";
  }

  private static String uri(Product product, X402Settings settings) {
    return settings.publicUrl() + product.address();
  }

  private static String domain(X402Settings settings) {
    return URI.create(settings.publicUrl()).getAuthority();
  }
}
