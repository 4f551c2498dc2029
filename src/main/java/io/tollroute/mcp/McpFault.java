package io.tollroute.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A message that gets a JSON-RPC error: a row of {@code mcp.yaml}, perhaps with a sentence and data
 * of its own. An outcome and not a defect, so it carries no stack trace.
 */
final class McpFault extends Exception {

  private static final long serialVersionUID = 1L;

  private final String word;
  private final String sentence;
  private final transient ObjectNode data;
  private final long retryAfter;

  private McpFault(String word, String sentence, ObjectNode data, long retryAfter) {
    super(word, null, false, false);
    this.word = word;
    this.sentence = sentence;
    this.data = data;
    this.retryAfter = retryAfter;
  }

  static McpFault of(String word) {
    return new McpFault(word, null, null, 0);
  }

  /** The same fault with a sentence of our own; a stranger's text in it is {@link Shown}. */
  McpFault saying(String ownSentence) {
    return new McpFault(word, ownSentence, data, retryAfter);
  }

  McpFault with(ObjectNode errorData) {
    return new McpFault(word, sentence, errorData, retryAfter);
  }

  /** The same fault, which may be gone after so many seconds. */
  McpFault after(long seconds) {
    return new McpFault(word, sentence, data, seconds);
  }

  String word() {
    return word;
  }

  Optional<String> sentence() {
    return Optional.ofNullable(sentence);
  }

  /** In seconds; empty where waiting does not help. */
  OptionalLong retryAfter() {
    return retryAfter > 0 ? OptionalLong.of(retryAfter) : OptionalLong.empty();
  }

  Optional<ObjectNode> data() {
    return Optional.ofNullable(data);
  }
}
