package io.tollroute.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Numbers, addresses and hashes as JSON-RPC and the logs of contracts write them. */
public final class Hex {

  private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,64}");
  private static final Pattern HASH = Pattern.compile("0x[0-9a-fA-F]{64}");

  private Hex() {}

  /** The number, if it is one; zeros before it and the case of its digits mean nothing. */
  public static Optional<BigInteger> quantity(JsonNode hex) {
    return Optional.of(hex)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(text -> QUANTITY.matcher(text).matches())
        .map(text -> new BigInteger(text.substring(2), 16));
  }

  /**
   * A number that counts blocks, seconds or logs.
   *
   * @throws NodeFault when it is none
   */
  public static long number(JsonNode hex) throws NodeFault {
    return quantity(hex)
        .filter(number -> number.bitLength() < Long.SIZE)
        .map(BigInteger::longValue)
        .orElseThrow(
            () ->
                new NodeFault(
                    NodeFault.Kind.UNKNOWN, "The chain's node did not answer with a number."));
  }

  /** A number as JSON-RPC writes it. */
  public static String of(long number) {
    return "0x" + Long.toHexString(number);
  }

  /** Whether the text is 32 bytes, as a transaction's hash is. */
  public static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }

  /** An address as a log's topic, in 32 bytes. */
  public static String topic(String address) {
    return "0x" + "0".repeat(24) + address.substring(2).toLowerCase(Locale.ROOT);
  }

  /** The address in a log's topic. */
  public static String address(String topic) {
    return topic.length() == 66 ? "0x" + topic.substring(26).toLowerCase(Locale.ROOT) : topic;
  }
}
