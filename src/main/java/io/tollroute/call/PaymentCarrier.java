package io.tollroute.call;

import java.util.List;
import java.util.Optional;

/**
 * Where the words of a payment method travel: its proofs on the way in, its terms and receipts on
 * the way out.
 *
 * @param method the name of the method
 * @param proofs headers that carry a proof
 * @param terms headers of a 402 that say what it asks for
 * @param receipts headers of an answer that say how it was paid
 * @param mcp the same in MCP messages
 */
public record PaymentCarrier(
    String method, List<Header> proofs, List<String> terms, List<String> receipts, Mcp mcp) {

  /** The names of the headers that carry a proof by any of {@code carriers}, in their order. */
  public static List<String> proofNames(List<PaymentCarrier> carriers) {
    return carriers.stream()
        .flatMap(carrier -> carrier.proofs().stream())
        .map(Header::name)
        .toList();
  }

  /**
   * A header.
   *
   * @param name as the method's own documents spell it
   * @param dialect which of its versions it belongs to, for people; empty where there is one
   */
  public record Header(String name, String dialect) {

    /** How it is named to a buyer who has to choose. */
    public String described() {
      return dialect.isEmpty() ? name : name + " (" + dialect + ")";
    }
  }

  /**
   * Fields of MCP messages.
   *
   * @param argument of a tool, that holds a proof; the first of the headers carries it
   * @param proof in {@code _meta} of a call; the first of the headers carries it
   * @param terms in {@code _meta} of an unpaid result; the first of the headers has them
   * @param receipt in {@code _meta} of a paid result; one of the headers has it
   * @param hint how to pay, as the end of the sentence "to pay, ..."; empty where others say it
   */
  public record Mcp(
      Optional<Argument> argument,
      Optional<Field> proof,
      Optional<Field> terms,
      Optional<Field> receipt,
      String hint) {}

  /**
   * An argument of a tool.
   *
   * @param description what models read of it
   */
  public record Argument(String name, String description) {}

  /** A field with JSON in it, and how the header writes the same. */
  public record Field(String key, Encoding encoding) {}

  /** How a header writes JSON. */
  public enum Encoding {
    /** As it is. */
    JSON,
    /** In base64. */
    BASE64
  }
}
