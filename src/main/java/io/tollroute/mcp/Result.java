package io.tollroute.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.mcp.Pages.Page;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The result of a message.
 *
 * @param page of a list, if that is what was asked for
 * @param said all else
 */
record Result(Optional<Page> page, ObjectNode said) {

  /** The parts of the answer that has it as the last member of an envelope. */
  List<byte[]> in(ObjectNode envelope, McpJson json) {
    if (page.isEmpty()) {
      envelope.set("result", said);
      return List.of(json.bytes(envelope));
    }
    String open = json.text(envelope);
    String rest = json.text(said);
    return List.of(
        utf8(open.substring(0, open.length() - 1) + ",\"result\":{"),
        page.get().members(),
        utf8((said.isEmpty() ? "" : ",") + rest.substring(1) + "}"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
