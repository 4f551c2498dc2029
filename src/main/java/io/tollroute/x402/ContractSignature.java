package io.tollroute.x402;

import java.util.Arrays;
import java.util.HexFormat;

/** The question of EIP-1271 to a wallet that is a contract: whether a signature is its own. */
final class ContractSignature {

  /** First four bytes of keccak256 of isValidSignature(bytes32,bytes), and the answer yes. */
  private static final String IS_VALID_SIGNATURE = "1626ba7e";

  /** How ERC-6492 ends the signature of a wallet that is not deployed yet. */
  private static final String WRAPPED = "6492".repeat(16);

  private static final int WORD = 32;

  private ContractSignature() {}

  /** The call's data. */
  static String question(byte[] hash, byte[] sent) {
    byte[] signature = unwrapped(sent);
    HexFormat hex = HexFormat.of();
    int padding = (WORD - signature.length % WORD) % WORD;
    return "0x"
        + IS_VALID_SIGNATURE
        + hex.formatHex(hash)
        + word(2 * WORD)
        + word(signature.length)
        + hex.formatHex(signature)
        + "00".repeat(padding);
  }

  /** Whether the contract has said yes: its word, and nothing else than zeros after it. */
  static boolean isYes(String answer) {
    return answer.equalsIgnoreCase("0x" + IS_VALID_SIGNATURE + "0".repeat(56));
  }

  private static String word(long number) {
    return String.format("%064x", number);
  }

  /** What ERC-6492 wraps: address, bytes, and as the third the signature itself. */
  private static byte[] unwrapped(byte[] sent) {
    int body = sent.length - WORD;
    boolean wrapped =
        body >= 4 * WORD && HexFormat.of().formatHex(sent, body, sent.length).equals(WRAPPED);
    if (!wrapped) {
      return sent;
    }
    int start = number(sent, 2 * WORD, body);
    int length = number(sent, start, body);
    boolean whole = length <= body - start - WORD;
    return whole ? Arrays.copyOfRange(sent, start + WORD, start + WORD + length) : sent;
  }

  /** A length or place of the ABI; one beyond the end for what cannot be. */
  private static int number(byte[] sent, int at, int end) {
    if (at < 0 || at + WORD > end) {
      return end;
    }
    for (int i = at; i < at + WORD - 4; i++) {
      if (sent[i] != 0) {
        return end;
      }
    }
    int found =
        (sent[at + 28] & 0xff) << 24
            | (sent[at + 29] & 0xff) << 16
            | (sent[at + 30] & 0xff) << 8
            | sent[at + 31] & 0xff;
    return found < 0 || found > end ? end : found;
  }
}
