package io.tollroute.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * The documents by which registries and crawlers find the MCP endpoint: the server card (SEP-2127)
 * and the catalogue that lists it.
 */
public final class McpDiscovery {

  private static final String SCHEMA =
      "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json";
  private static final String CARD_TYPE = "application/mcp-server-card+json";
  private static final String CARD_PATH = "/mcp/server-card";

  private final byte[] card;
  private final byte[] catalog;

  /** The documents of a server. */
  public McpDiscovery(McpSettings settings) {
    McpJson json = new McpJson();
    ServerIdentity identity = settings.identity();
    this.card = json.bytes(card(json, identity));
    this.catalog = json.bytes(catalog(json, identity));
  }

  /** The server card, JSON in UTF-8. */
  public byte[] card() {
    return card.clone();
  }

  /** The catalogue with one entry, JSON in UTF-8. */
  public byte[] catalog() {
    return catalog.clone();
  }

  private static ObjectNode card(McpJson json, ServerIdentity identity) {
    ObjectNode card = json.object().put("$schema", SCHEMA);
    card.put("name", identity.name()).put("version", identity.version());
    card.put("description", ServerIdentity.DESCRIPTION);
    card.put("title", identity.title()).put("websiteUrl", identity.publicUrl());
    ObjectNode remote = card.putArray("remotes").addObject();
    remote.put("type", "streamable-http").put("url", identity.endpoint());
    remote
        .putArray("headers")
        .addObject()
        .put("name", "X-Payment-Token")
        .put("description", "Token bought for a service; not needed where the client pays itself")
        .put("isRequired", false)
        .put("isSecret", true);
    McpGateway.SUPPORTED.forEach(remote.putArray("supportedProtocolVersions")::add);
    return card;
  }

  private static ObjectNode catalog(McpJson json, ServerIdentity identity) {
    ObjectNode catalog = json.object().put("specVersion", "1.0");
    String host = identity.publicUrl().replaceFirst("^[a-z]+://", "").toLowerCase(Locale.ROOT);
    catalog
        .putArray("entries")
        .addObject()
        .put("identifier", "urn:air:" + host.replaceFirst(":.*", "") + ":tollroute")
        .put("displayName", identity.title())
        .put("type", CARD_TYPE)
        .put("url", identity.publicUrl() + CARD_PATH);
    return catalog;
  }
}
