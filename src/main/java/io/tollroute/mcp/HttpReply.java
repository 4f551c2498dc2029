package io.tollroute.mcp;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What goes back.
 *
 * @param body parts that are sent one behind the other and belong to others too; empty ones are
 *     none
 * @param refused why the message came to nothing, a word of {@code mcp.yaml}
 */
record HttpReply(
    int status, Map<String, String> headers, List<byte[]> body, Optional<String> refused) {}
