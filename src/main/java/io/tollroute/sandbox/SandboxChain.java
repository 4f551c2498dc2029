package io.tollroute.sandbox;

import java.math.BigInteger;

/**
 * How the sandbox's chain looks from outside: as Base Sepolia with its USDC, because buyers'
 * clients pay on networks and in tokens that they know. Behind it stands no chain but the stand-in
 * facilitator's own books, which open with play money for one public wallet. The seller's address
 * is nobody's, so a payment that gets out of here pays nobody; {@code serve} refuses it.
 */
public final class SandboxChain {

  /** EIP-155 chain id. */
  public static final long CHAIN_ID = 84532;

  /** The chain in CAIP-2 form. */
  public static final String NETWORK = "eip155:" + CHAIN_ID;

  /** Address of the token contract, in EIP-55 letter case. */
  public static final String ASSET = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

  /** Name in the token's EIP-712 domain. */
  public static final String ASSET_NAME = "USDC";

  /** Version in the token's EIP-712 domain. */
  public static final String ASSET_VERSION = "2";

  /** One dollar is ten to this power atomic units. */
  public static final int ASSET_DECIMALS = 6;

  /** The facilitator's address, in EIP-55 letter case; nobody holds a key for it. */
  public static final String FACILITATOR = "0xfaC1117A70200000000000000000000000402402";

  /** The seller's address, in EIP-55 letter case; nobody holds a key for it. */
  public static final String PAY_TO = "0x5E11e20000000000000000000000000000402402";

  /** What the sandbox wallet holds at start, in atomic units: 1000 dollars. */
  public static final BigInteger FUNDING = BigInteger.valueOf(1_000_000_000);

  private SandboxChain() {}
}
