package io.tollroute.mcp;

import java.util.Map;

/** What goes back; an empty body is none. */
record HttpReply(int status, Map<String, String> headers, byte[] body) {}
