package io.tollroute.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** A token's contract as a node of its chain shows it; each question is one call that is free. */
public final class TokenContract {

  /** First four bytes of keccak256 of name(). */
  private static final String NAME = "0x06fdde03";

  /** The same of version(). */
  private static final String VERSION = "0x54fd4d50";

  /** The same of decimals(). */
  private static final String DECIMALS = "0x313ce567";

  /** The same of DOMAIN_SEPARATOR() (EIP-2612, EIP-3009). */
  private static final String DOMAIN_SEPARATOR = "0x3644e515";

  private static final String NOTHING = "0x";
  private static final int WORD_DIGITS = 64;
  private static final int LONGEST_TEXT = 256;

  private final ChainNode node;
  private final String address;

  /** The contract at {@code address}. */
  public TokenContract(ChainNode node, String address) {
    this.node = node;
    this.address = address;
  }

  /** Whether there is a contract at all. */
  public boolean isThere() throws NodeFault {
    JsonNode code = node.ask("eth_getCode", parameters().add(address).add("latest"));
    return !code.asText().equals(NOTHING);
  }

  /** Its name, if it says one. */
  public Optional<String> name() throws NodeFault {
    return call(NAME).flatMap(TokenContract::text);
  }

  /** The version of its signatures, if it says one. */
  public Optional<String> version() throws NodeFault {
    return call(VERSION).flatMap(TokenContract::text);
  }

  /** Its decimals, if it says how many. */
  public Optional<BigInteger> decimals() throws NodeFault {
    return call(DECIMALS)
        .filter(digits -> digits.length() == WORD_DIGITS)
        .map(digits -> new BigInteger(digits, 16));
  }

  /** What its EIP-712 domain comes to ({@link TokenDomain#separator}), if it says so. */
  public Optional<String> domainSeparator() throws NodeFault {
    return call(DOMAIN_SEPARATOR)
        .filter(digits -> digits.length() == WORD_DIGITS)
        .map(digits -> "0x" + digits.toLowerCase(Locale.ROOT));
  }

  /** The digits of an answer; empty where the contract knows no such question. */
  private Optional<String> call(String selector) throws NodeFault {
    ArrayNode parameters = parameters();
    parameters.addObject().put("to", address).put("data", selector);
    parameters.add("latest");
    try {
      return Optional.of(node.ask("eth_call", parameters).asText())
          .filter(answer -> answer.matches("0x([0-9a-fA-F]{64})+"))
          .map(answer -> answer.substring(2));
    } catch (NodeFault fault) {
      if (fault.kind() == NodeFault.Kind.REVERTED) {
        return Optional.empty();
      }
      throw fault;
    }
  }

  /** A text by the rules of contracts: where it begins, its length, its bytes; or 32 bytes. */
  private static Optional<String> text(String digits) {
    if (digits.length() == WORD_DIGITS) {
      return Optional.of(decoded(digits).replaceAll("\0+$", ""));
    }
    BigInteger length = new BigInteger(digits.substring(WORD_DIGITS, 2 * WORD_DIGITS), 16);
    int from = 2 * WORD_DIGITS;
    boolean whole =
        length.bitLength() < Integer.SIZE
            && length.intValue() <= LONGEST_TEXT
            && digits.length() >= from + 2 * length.intValue();
    return whole
        ? Optional.of(decoded(digits.substring(from, from + 2 * length.intValue())))
        : Optional.empty();
  }

  private static String decoded(String digits) {
    return new String(HexFormat.of().parseHex(digits), StandardCharsets.UTF_8);
  }

  private static ArrayNode parameters() {
    return JsonNodeFactory.instance.arrayNode();
  }
}
