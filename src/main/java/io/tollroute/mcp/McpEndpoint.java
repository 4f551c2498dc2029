package io.tollroute.mcp;

import io.netty.buffer.Unpooled;
import io.tollroute.call.FreeCalls;
import io.tollroute.call.Slot;
import io.tollroute.catalog.Catalogue;
import io.tollroute.search.ServiceSearch;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * The step of the route that serves {@code /mcp}.
 *
 * <p>It waits for its answer: platform-http 4.18 holds a worker for an exchange whether or not the
 * route is asynchronous, so another thread would only be one more.
 */
public final class McpEndpoint implements Processor, CamelContextAware {

  private static final Slot<String> REFUSED = new Slot<>("mcpRefusal", String.class);

  private final McpGateway gateway;
  private final CamelCorridor corridor;
  private CamelContext context;

  private McpEndpoint(McpGateway gateway, CamelCorridor corridor) {
    this.gateway = gateway;
    this.corridor = corridor;
  }

  /**
   * An endpoint.
   *
   * @param catalogue what is on sale now
   * @param search of the same
   * @param free how often an address may send what costs nothing
   * @param settings of this server
   */
  public static McpEndpoint serving(
      Supplier<Catalogue> catalogue, ServiceSearch search, FreeCalls free, McpSettings settings)
      throws IOException {
    McpJson json = new McpJson();
    ServerIdentity identity = settings.identity();
    CamelCorridor corridor = new CamelCorridor();
    CatalogueTools tools =
        new CatalogueTools(
            catalogue,
            search,
            identity,
            corridor,
            CannedTool.in(settings.freeTools(), json),
            settings.pageSize(),
            json);
    McpGateway gateway =
        new McpGateway(
            Outcomes.read(),
            new HttpRules(
                URI.create(identity.publicUrl()),
                settings.origins(),
                settings.local(),
                McpSettings.MAX_BYTES,
                settings.carriers()),
            new io.tollroute.mcp.Message.Reader(McpSettings.MAX_BYTES),
            new Mcp20260728(identity, McpGateway.SUPPORTED, json),
            tools,
            FreeMessages.among(free),
            json);
    return new McpEndpoint(gateway, corridor);
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    this.context = camelContext;
    corridor.open(camelContext.createProducerTemplate());
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  public void process(Exchange exchange) {
    HttpReply reply = gateway.handle(call(exchange));
    reply.refused().ifPresent(word -> REFUSED.put(exchange, word));
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    reply.headers().forEach(message::setHeader);
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
    message.setBody(body(reply.body()));
  }

  /** A page stays where it is, however many are on their way: each has a few hundred kilobytes. */
  private static Object body(List<byte[]> parts) {
    return parts.size() < 2
        ? parts.stream().findFirst().orElse(new byte[0])
        : Buffer.buffer(Unpooled.wrappedBuffer(parts.toArray(byte[][]::new)));
  }

  /** Message headers may be parameters of the address, so headers are read where they came from. */
  private static HttpCall call(Exchange exchange) {
    HttpServerRequest request = exchange.getMessage(HttpMessage.class).getRequest();
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name : request.headers().names()) {
      List<String> values = request.headers().getAll(name);
      headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values));
    }
    byte[] body = exchange.getMessage().getBody(byte[].class);
    return new HttpCall(
        request.method().name(), headers, body == null ? new byte[0] : body, exchange);
  }
}
