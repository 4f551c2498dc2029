package io.tollroute.chain;

/** The first topics of the logs that an EIP-3009 token writes. */
public final class TokenLog {

  /** keccak256 of AuthorizationUsed(address,bytes32). */
  public static final String AUTHORIZATION_USED =
      "0x98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5";

  /** keccak256 of AuthorizationCanceled(address,bytes32). */
  public static final String AUTHORIZATION_CANCELED =
      "0x1cdd46ff242716cdaa72d159d339a485b3438398348d68f09d7c8c0a59353d81";

  /** keccak256 of Transfer(address,address,uint256). */
  public static final String TRANSFER =
      "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

  private TokenLog() {}
}
