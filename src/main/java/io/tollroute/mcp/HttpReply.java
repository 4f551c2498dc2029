package io.tollroute.mcp;

import java.util.List;
import java.util.Map;

/**
 * What goes back.
 *
 * @param body parts that are sent one behind the other and belong to others too; empty ones are
 *     none
 */
record HttpReply(int status, Map<String, String> headers, List<byte[]> body) {}
