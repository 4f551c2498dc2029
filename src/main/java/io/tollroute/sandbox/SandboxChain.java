package io.tollroute.sandbox;

import java.math.BigInteger;

/**
 * The fictitious chain of the sandbox. No such chain and no such token exist, so a signature made
 * for it moves nothing anywhere; {@code serve} refuses to start with any of these values.
 */
public final class SandboxChain {

  /** EIP-155 chain id. */
  public static final long CHAIN_ID = 402402;

  /** The chain in CAIP-2 form. */
  public static final String NETWORK = "eip155:" + CHAIN_ID;

  /** Address of the token contract, in EIP-55 letter case. */
  public static final String ASSET = "0x5a4Db0C500000000000000000000000000402402";

  /** Name in the token's EIP-712 domain. */
  public static final String ASSET_NAME = "Sandbox USD";

  /** Version in the token's EIP-712 domain. */
  public static final String ASSET_VERSION = "1";

  /** One dollar is ten to this power atomic units. */
  public static final int ASSET_DECIMALS = 6;

  /** The seller's address, in EIP-55 letter case; nobody holds a key for it. */
  public static final String PAY_TO = "0x5E11e20000000000000000000000000000402402";

  /** What the sandbox wallet holds at start, in atomic units: 1000 dollars. */
  static final BigInteger FUNDING = BigInteger.valueOf(1_000_000_000);

  private SandboxChain() {}
}
