package io.tollroute.x402;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tollroute.chain.Blocks;
import io.tollroute.chain.ChainNode;
import io.tollroute.chain.Hex;
import io.tollroute.chain.NodeFault;
import io.tollroute.chain.TokenContract;
import io.tollroute.chain.TokenDomain;
import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import io.tollroute.outbound.OneCall;
import io.tollroute.settings.MaskedUrl;
import io.tollroute.settings.Settings;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether the chain's node answers and is of the right chain, and whether the token is what buyers
 * are told: a wrong domain makes every signature fail, wrong decimals every price.
 */
public final class ChainCheck implements Check {

  private static final String URL = "tollroute.x402.rpc-url";
  private static final String NODE = "chain node";
  private static final String ASSET = "asset";

  private static final long PATIENCE_MILLIS = 3_000;
  private static final int MAX_BYTES = 1 << 20;

  /** A node that is this much behind its chain says of payments that they have not come. */
  private static final long OLD_SECONDS = 120;

  private static final String NETWORK = "eip155:";

  private final Settings settings;
  private final X402Settings terms;
  private final boolean realMoney;
  private final Clock clock;

  /**
   * Asks the node of {@code settings} about the token that is asked for.
   *
   * @param realMoney whether a node is of use: play money has no chain
   * @throws IOException when the table of known tokens cannot be read
   */
  public ChainCheck(Settings settings, boolean realMoney, Clock clock) throws IOException {
    this.settings = settings;
    this.terms = X402Module.settings(settings);
    this.realMoney = realMoney;
    this.clock = clock;
  }

  @Override
  public List<Finding> look() {
    Optional<String> url = settings.optional(URL);
    if (url.isEmpty()) {
      return List.of(
          realMoney
              ? Finding.warn(
                  NODE,
                  URL
                      + " is not set: what the facilitator leaves open stays open, and the token is"
                      + " not compared with its contract",
                  "name a JSON-RPC node of " + terms.network())
              : Finding.skip(NODE, "play money has no chain"));
    }
    String where = MaskedUrl.of(url.get());
    ChainNode node =
        (method, parameters) ->
            RouteNode.result(method, 200, ask(url.get(), RouteNode.question(method, parameters)));
    try {
      Optional<Finding> stranger = stranger(where, node);
      if (stranger.isPresent()) {
        return List.of(stranger.get());
      }
      List<Finding> findings = new ArrayList<>();
      findings.add(age(where, node));
      findings.addAll(asset(new TokenContract(node, terms.asset())));
      return findings;
    } catch (NodeFault fault) {
      return List.of(
          Finding.fail(
              NODE,
              where + ": " + fault.getMessage(),
              "look at " + URL + " and at what its provider allows your key"));
    }
  }

  private byte[] ask(String url, String question) throws NodeFault {
    try {
      OneCall.Answer answer =
          new OneCall(clock, PATIENCE_MILLIS, MAX_BYTES)
              .post(
                  url,
                  question.getBytes(StandardCharsets.UTF_8),
                  Map.of("Content-Type", "application/json"));
      if (answer.status() / 100 != 2 && answer.body().length == 0) {
        throw new NodeFault(NodeFault.Kind.SILENT, "the chain's node answers " + answer.status());
      }
      return answer.body();
    } catch (IOException e) {
      throw new NodeFault(NodeFault.Kind.SILENT, OneCall.words(e));
    }
  }

  /** What to say of a node that is of another chain. */
  private Optional<Finding> stranger(String where, ChainNode node) throws NodeFault {
    long said = Hex.number(node.ask("eth_chainId", JsonNodeFactory.instance.arrayNode()));
    return chain().isPresent() && chain().getAsLong() == said
        ? Optional.empty()
        : Optional.of(
            Finding.fail(
                NODE,
                where + " is of chain " + NETWORK + said + " and not of " + terms.network(),
                "set " + URL + " to a node of " + terms.network()));
  }

  private OptionalLong chain() {
    String id = terms.network().replaceFirst("^" + NETWORK, "");
    return id.matches("\\d{1,15}") ? OptionalLong.of(Long.parseLong(id)) : OptionalLong.empty();
  }

  private Finding age(String where, ChainNode node) throws NodeFault {
    long age = clock.millis() / 1000 - new Blocks(node).newest().time();
    return Math.abs(age) <= OLD_SECONDS
        ? Finding.ok(NODE, where + " is of " + terms.network() + " and up to date")
        : Finding.warn(
            NODE,
            where
                + ": its newest block is "
                + Math.abs(age)
                + (age < 0 ? " s in the future" : " s old"),
            "it lags behind its chain, or this machine's clock is wrong; take another node");
  }

  private List<Finding> asset(TokenContract token) throws NodeFault {
    if (terms.asset().isEmpty()) {
      return List.of(Finding.skip(ASSET, "tollroute.x402.asset is not set"));
    }
    if (!token.isThere()) {
      return List.of(
          Finding.fail(
              ASSET,
              "there is no contract at " + terms.asset() + " on " + terms.network(),
              "set tollroute.x402.asset to the token's contract on this network"));
    }
    List<Finding> findings = new ArrayList<>();
    Optional<BigInteger> decimals = token.decimals();
    if (decimals.isPresent() && !decimals.get().equals(BigInteger.valueOf(terms.decimals()))) {
      findings.add(
          Finding.fail(
              ASSET,
              "the token has "
                  + decimals.get()
                  + " decimals, and prices are written with "
                  + terms.decimals(),
              "set tollroute.x402.asset-decimals=" + decimals.get()));
    }
    findings.add(domain(token));
    return findings;
  }

  private Finding domain(TokenContract token) throws NodeFault {
    Optional<String> separator = token.domainSeparator();
    String told = "name '" + terms.assetName() + "', version '" + terms.assetVersion() + "'";
    if (separator.isPresent()) {
      TokenDomain ours =
          new TokenDomain(
              terms.assetName(), terms.assetVersion(), chain().orElse(0), terms.asset());
      return separator.get().equals(ours.separator())
          ? Finding.ok(ASSET, "the token signs with " + told)
          : wrong(token, told);
    }
    Optional<String> name = token.name();
    Optional<String> version = token.version();
    if (name.isEmpty() || version.isEmpty()) {
      return Finding.warn(
          ASSET,
          "the contract tells neither its EIP-712 domain nor its name and version",
          "make sure that it has transferWithAuthorization (EIP-3009) and signs with " + told);
    }
    return name.get().equals(terms.assetName()) && version.get().equals(terms.assetVersion())
        ? Finding.ok(ASSET, "the token calls itself " + told)
        : wrong(token, told);
  }

  private static Finding wrong(TokenContract token, String told) throws NodeFault {
    String said = "name '" + shown(token.name()) + "', version '" + shown(token.version()) + "'";
    return Finding.fail(
        ASSET,
        "buyers are told to sign with " + told + ", which the token does not take; it says " + said,
        "set tollroute.x402.asset-name and .asset-version to the contract's EIP-712 domain");
  }

  private static String shown(Optional<String> said) {
    return said.map(text -> text.replaceAll("[^ -~]", "?")).orElse("?");
  }
}
