package io.tollroute.mcp;

import io.tollroute.call.FreeCalls;
import io.tollroute.call.PaymentCarrier;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.ServiceRule;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.search.ServiceSearch;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** Makes the MCP endpoint and the documents by which it is found. */
public final class McpModule implements Module {

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1", "[::1]");

  @Override
  public void announce(Assembly assembly) {
    assembly.contribute(
        ServiceRule.class, new ToolArguments(assembly.contributions(PaymentCarrier.class)));
  }

  @Override
  public void assemble(Assembly assembly) throws SettingsFault {
    McpSettings settings =
        settings(
            assembly.settings(), assembly.version(), assembly.contributions(PaymentCarrier.class));
    assembly.bean(
        "mcpEndpoint",
        endpoint(
            assembly.require(LiveCatalogue.class),
            assembly.require(ServiceSearch.class),
            assembly.require(FreeCalls.class),
            settings));
    assembly.bean("mcpDiscovery", new McpDiscovery(settings));
  }

  private static McpEndpoint endpoint(
      LiveCatalogue catalogue, ServiceSearch search, FreeCalls free, McpSettings settings)
      throws SettingsFault {
    try {
      return McpEndpoint.serving(catalogue::current, search, free, settings);
    } catch (IOException e) {
      throw new SettingsFault(
          List.of("tollroute.mcp.free-tools: cannot be read (" + e.getMessage() + ")"));
    }
  }

  private static McpSettings settings(
      Settings settings, String version, List<PaymentCarrier> carriers) {
    return new McpSettings(
        URI.create(settings.text("tollroute.public-url")),
        settings.text("tollroute.seller"),
        version,
        settings
            .optional("tollroute.mcp.origins")
            .map(origins -> Set.copyOf(List.of(origins.split("[,\\s]+"))))
            .orElse(Set.of()),
        LOOPBACK.contains(settings.text("tollroute.host")),
        settings.whole("tollroute.mcp.page-size"),
        settings.whole("tollroute.keep-answer-seconds"),
        settings
            .optional("tollroute.mcp.free-tools")
            .map(folder -> settings.path("tollroute.mcp.free-tools")),
        carriers);
  }
}
