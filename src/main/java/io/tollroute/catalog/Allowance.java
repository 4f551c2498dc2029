package io.tollroute.catalog;

/**
 * What each caller has for nothing in a day (UTC).
 *
 * @param calls how many calls
 * @param wallets by how many wallets of one address, where callers are told apart by the wallet
 *     that they sign in with; 0 where they are told apart by address
 */
public record Allowance(int calls, int wallets) {

  /** As many wallets of an address as have an allowance where a file does not say. */
  static final int USUAL_WALLETS = 3;

  /** So many calls for each address. */
  static Allowance ofAddresses(int calls) {
    return new Allowance(calls, 0);
  }

  /** So many calls for each wallet, and for so many wallets of one address. */
  static Allowance ofWallets(int calls, int wallets) {
    return new Allowance(calls, wallets);
  }

  /** Whether callers are told apart by the wallet that they sign in with. */
  public boolean isOfWallets() {
    return wallets > 0;
  }
}
