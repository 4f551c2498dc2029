/**
 * MCP: every service of the catalogue is a paid tool.
 *
 * <p>{@link io.tollroute.mcp.McpGateway} knows HTTP and both eras of the protocol, {@code SdkCore}
 * the official SDK, {@code PaidTool} the corridor. Only {@link io.tollroute.mcp.McpEndpoint} and
 * {@code CamelCorridor} know Camel.
 */
package io.tollroute.mcp;
