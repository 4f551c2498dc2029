package io.tollroute.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A message that gets a JSON-RPC error: a row of {@code mcp.yaml}, perhaps with a sentence and data
 * of its own. An outcome and not a defect, so it carries no stack trace.
 */
final class McpFault extends Exception {

  private static final long serialVersionUID = 1L;

  private final String word;
  private final String sentence;
  private final transient ObjectNode data;

  private McpFault(String word, String sentence, ObjectNode data) {
    super(word, null, false, false);
    this.word = word;
    this.sentence = sentence;
    this.data = data;
  }

  static McpFault of(String word) {
    return new McpFault(word, null, null);
  }

  /** The same fault with a sentence of our own; a stranger's text in it is {@link Shown}. */
  McpFault saying(String ownSentence) {
    return new McpFault(word, ownSentence, data);
  }

  McpFault with(ObjectNode errorData) {
    return new McpFault(word, sentence, errorData);
  }

  String word() {
    return word;
  }

  Optional<String> sentence() {
    return Optional.ofNullable(sentence);
  }

  Optional<ObjectNode> data() {
    return Optional.ofNullable(data);
  }
}
