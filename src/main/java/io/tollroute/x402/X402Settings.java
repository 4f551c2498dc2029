package io.tollroute.x402;

import io.tollroute.catalog.Product;
import io.tollroute.catalog.SettlementOrder;
import java.util.Map;
import java.util.Optional;

/**
 * What this seller asks for.
 *
 * @param network CAIP-2 id, for example {@code eip155:8453}
 * @param payTo the seller's address
 * @param asset the token contract
 * @param assetName the token's EIP-712 domain name
 * @param assetVersion the token's EIP-712 domain version
 * @param decimals decimals of the token
 * @param maxTimeoutSeconds validity offered to the buyer
 * @param secondsNeeded validity that a payment must have left: for verify and settle, and where
 *     they are of one product, for its work
 * @param publicUrl absolute base of every URL that is handed out, without trailing slash
 * @param seller name shown beside the product, printable ASCII of at most 32 characters
 * @param icon address of a picture that marketplaces show; empty where they would take none
 */
public record X402Settings(
    String network,
    String payTo,
    String asset,
    String assetName,
    String assetVersion,
    int decimals,
    int maxTimeoutSeconds,
    int secondsNeeded,
    String publicUrl,
    String seller,
    Optional<String> icon) {

  /** What a buyer has at least, from the terms until his payment comes. */
  private static final int SECONDS_TO_SIGN = 60;

  /** Chain ids that x402 v1 knows by a name of their own (x402 v1 schemas). */
  private static final Map<String, String> V1_NAMES =
      Map.ofEntries(
          Map.entry("eip155:8453", "base"),
          Map.entry("eip155:84532", "base-sepolia"),
          Map.entry("eip155:43114", "avalanche"),
          Map.entry("eip155:43113", "avalanche-fuji"),
          Map.entry("eip155:137", "polygon"),
          Map.entry("eip155:80002", "polygon-amoy"),
          Map.entry("eip155:4689", "iotex"),
          Map.entry("eip155:1329", "sei"),
          Map.entry("eip155:1328", "sei-testnet"),
          Map.entry("eip155:3338", "peaq"),
          Map.entry("eip155:1514", "story"),
          Map.entry("eip155:41923", "educhain"),
          Map.entry("eip155:2741", "abstract"),
          Map.entry("eip155:11124", "abstract-testnet"),
          Map.entry("eip155:324705682", "skale-base-sepolia"));

  /**
   * The same for one product. Where the work comes before the settlement, a payment must have its
   * time left too; and where that is more than is offered usually, more is offered.
   */
  X402Settings of(Product product) {
    boolean within = product.settles() == SettlementOrder.AFTER;
    int needed = secondsNeeded + (within ? product.makingSeconds() : 0);
    return new X402Settings(
        network,
        payTo,
        asset,
        assetName,
        assetVersion,
        decimals,
        Math.max(maxTimeoutSeconds, needed + SECONDS_TO_SIGN),
        needed,
        publicUrl,
        seller,
        icon);
  }

  /** The network as x402 v1 names it; networks that v1 does not know keep their CAIP-2 id. */
  public String v1Network() {
    return v1Name(network);
  }

  /** A network as x402 v1 names it; its CAIP-2 id where v1 has no name for it. */
  static String v1Name(String network) {
    return V1_NAMES.getOrDefault(network, network);
  }
}
