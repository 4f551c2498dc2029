package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.chain.ChainInquiry;
import io.tollroute.chain.NodeFault;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.input.InputSlots;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import org.apache.camel.Exchange;

/**
 * Proof that a caller is the wallet that made a payment: a signature over a message of ours that
 * names the payment and ends soon (EIP-191, personal_sign). Nothing is remembered between giving
 * the message out and reading the signature; a credit is given once, whoever asks how often.
 */
public final class WalletChallenge {

  private static final long VALID_SECONDS = 600;

  private static final String NO_NODE =
      "The signature is not that of the wallet's own key, and this seller has no node of the chain"
          + " to ask a contract wallet. Sign with the wallet that paid, or ask the seller to pay"
          + " back.";

  private static final String NODE_AWAY =
      "The node of the chain does not say at the moment whether the wallet has signed. Send the"
          + " same again.";

  private final X402Settings settings;
  private final boolean chainKnown;
  private final Clock clock;

  /**
   * Asks for payments made under {@code settings}. With {@code chainKnown} a wallet that is a
   * contract is asked through the chain's node.
   */
  public WalletChallenge(X402Settings settings, boolean chainKnown, Clock clock) {
    this.settings = settings;
    this.chainKnown = chainKnown;
    this.clock = clock;
  }

  /** Makes the message to be signed for the payment of the input the answer. */
  public void give(Exchange exchange) {
    JsonNode input = InputSlots.INPUT.of(exchange);
    Instant until = clock.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(VALID_SECONDS);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("message", message(key(input), until));
    answer.put("until", until.toString());
    exchange.getMessage().setBody(answer.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Fills the key of the payment whose wallet has signed, if that can be seen here. If not, a
   * contract may have signed, which {@link #ask} finds out.
   *
   * @throws Refusal {@code credit_refused} when the message ends too early or too late, or when
   *     there is no node to ask
   */
  public void check(Exchange exchange) throws Refusal {
    JsonNode input = InputSlots.INPUT.of(exchange);
    Instant until = until(input);
    Instant now = clock.instant();
    if (!until.isAfter(now) || until.isAfter(now.plusSeconds(VALID_SECONDS))) {
      throw Refusal.of("credit_refused");
    }
    byte[] hash = hash(input, until);
    boolean ownKey =
        WalletSignature.ofAnyLength(signature(input))
            .flatMap(made -> made.signer(hash))
            .filter(input.path("payer").asText()::equalsIgnoreCase)
            .isPresent();
    if (ownKey) {
      CorridorSlots.CREDIT.put(exchange, key(input));
    } else if (!chainKnown) {
      throw Refusal.of("credit_refused").saying(NO_NODE);
    }
  }

  /**
   * Fills the key of the payment whose wallet is a contract and says that it has signed (EIP-1271).
   * A signature that is wrapped for a wallet that is not there yet (ERC-6492) is taken out: a
   * wallet that has paid is there.
   *
   * @throws Refusal {@code credit_refused} when it has not; {@code facilitator_unavailable} when
   *     the chain's node does not say
   */
  public void ask(Exchange exchange) throws Refusal {
    JsonNode input = InputSlots.INPUT.of(exchange);
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    call.put("to", input.path("payer").asText())
        .put("data", ContractSignature.question(hash(input, until(input)), signature(input)));
    try (RouteNode node = new RouteNode(exchange.getContext())) {
      ChainInquiry inquiry = new ChainInquiry(node, clock);
      inquiry.requireChain(settings.network());
      JsonNode said =
          node.ask("eth_call", JsonNodeFactory.instance.arrayNode().add(call).add("latest"));
      inquiry.requireChain(settings.network());
      if (!ContractSignature.isYes(said.asText())) {
        throw Refusal.of("credit_refused");
      }
    } catch (NodeFault fault) {
      if (fault.kind() == NodeFault.Kind.REVERTED) {
        // a contract that reverts has not said yes
        throw Refusal.of("credit_refused").causedBy(fault);
      }
      throw Refusal.of("facilitator_unavailable").saying(NODE_AWAY).causedBy(fault);
    }
    CorridorSlots.CREDIT.put(exchange, key(input));
  }

  private static byte[] signature(JsonNode input) {
    return HexFormat.of().parseHex(input.path("signature").asText().substring(2));
  }

  private byte[] hash(JsonNode input, Instant until) {
    return WalletSignature.hashOfMessage(
        message(key(input), until).getBytes(StandardCharsets.UTF_8));
  }

  private String key(JsonNode input) {
    return new ProofKey(
            settings.network(),
            settings.asset(),
            input.path("payer").asText(),
            input.path("nonce").asText())
        .text();
  }

  private String message(String key, Instant until) {
    return "I made a payment to "
        + settings.publicUrl()
        + " and ask for a token instead of its answer.\npayment: "
        + key
        + "\nuntil: "
        + until;
  }

  private static Instant until(JsonNode input) throws Refusal {
    try {
      return Instant.parse(input.path("until").asText());
    } catch (DateTimeParseException e) {
      throw Refusal.of("credit_refused").causedBy(e);
    }
  }
}
