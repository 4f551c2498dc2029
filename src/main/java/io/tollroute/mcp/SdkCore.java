package io.tollroute.mcp;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.AsyncPromptSpecification;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.AsyncResourceSpecification;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.server.McpStatelessServerHandler;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import io.tollroute.catalog.Nearest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The official SDK's stateless server (2.1.0, era 2025) without its HTTP.
 *
 * <p>Its answers to errors quote exceptions, and its log what a tool answered; so its errors are
 * translated here and its logger is off.
 */
final class SdkCore implements McpCore {

  private static final Logger LOG = LoggerFactory.getLogger(SdkCore.class);
  private static final String CALL = "call";
  private static final String META = "meta";
  private static final String ARGUMENTS = "arguments";
  private static final Map<String, String> NO_SUCH_NAME =
      Map.of(
          "tools/call", "There is no tool",
          "prompts/get", "There is no prompt",
          "resources/read", "There is no resource");
  private static final Map<String, String> NAMES =
      Map.of("tools/call", "name", "prompts/get", "name", "resources/read", "uri");
  private static final int MAX_ADDRESS = 256;

  private final McpJson json;
  private final InnerTransport transport = new InnerTransport();
  private final List<Tool> tools;
  private final Map<String, List<String>> known;
  private final Set<String> limited;

  /**
   * A server of these things.
   *
   * @param versions that it negotiates, the newest last
   */
  SdkCore(ServerIdentity identity, ServerContent content, List<String> versions, McpJson json) {
    this.json = json;
    this.tools = content.tools();
    this.known =
        Map.of(
            "tools/call", content.tools().stream().map(Tool::name).toList(),
            "prompts/get", content.prompts().stream().map(ServerContent.Page::name).toList(),
            "resources/read", content.resources().stream().map(ServerContent.Page::name).toList());
    this.limited =
        content.tools().stream()
            .filter(Tool::isLimited)
            .map(Tool::name)
            .collect(Collectors.toUnmodifiableSet());
    transport.versions = List.copyOf(versions);
    McpServer.async(transport)
        .jsonMapper(new JacksonMcpJsonMapper(json.mapper()))
        .jsonSchemaValidator(unchecked())
        .validateToolInputs(false)
        .serverInfo(
            McpSchema.Implementation.builder(identity.name(), identity.version())
                .title(identity.title())
                .websiteUrl(identity.publicUrl())
                .build())
        .instructions(identity.instructions())
        .capabilities(
            McpSchema.ServerCapabilities.builder()
                .tools(false)
                .resources(false, false)
                .prompts(false)
                .build())
        .tools(tools.stream().map(this::tool).toList())
        .resources(content.resources().stream().map(this::resource).toList())
        .prompts(content.prompts().stream().map(this::prompt).toList())
        .build();
  }

  /** Our results are made here; checking them again would only log them when they do not fit. */
  private static JsonSchemaValidator unchecked() {
    return (schema, result) -> JsonSchemaValidator.ValidationResponse.asValid("");
  }

  private AsyncToolSpecification tool(Tool tool) {
    // its entry in the list is ours: the SDK would keep hundreds of schemas as maps of maps
    return new AsyncToolSpecification(
        McpSchema.Tool.builder(tool.name(), Map.of("type", "object")).build(),
        (context, request) ->
            Mono.fromSupplier(
                () ->
                    result(
                        tool.call(
                            (ObjectNode) context.get(ARGUMENTS),
                            (ObjectNode) context.get(META),
                            (HttpCall) context.get(CALL)))));
  }

  private McpSchema.CallToolResult result(ObjectNode made) {
    JsonNode structured = made.get("structuredContent");
    return new McpSchema.CallToolResult(
        json.mapper()
            .convertValue(made.path("content"), new TypeReference<List<McpSchema.Content>>() {}),
        made.path("isError").asBoolean(),
        structured,
        json.mapper().convertValue(made.get("_meta"), new TypeReference<Map<String, Object>>() {}));
  }

  private AsyncResourceSpecification resource(ServerContent.Page page) {
    return new AsyncResourceSpecification(
        McpSchema.Resource.builder(page.name(), page.name())
            .uri(page.name())
            .name(page.title())
            .title(page.title())
            .description(page.description())
            .mimeType(page.mimeType())
            .build(),
        (context, request) ->
            Mono.fromSupplier(
                () ->
                    new McpSchema.ReadResourceResult(
                        List.of(
                            new McpSchema.TextResourceContents(
                                page.name(), page.mimeType(), page.text())))));
  }

  private AsyncPromptSpecification prompt(ServerContent.Page page) {
    return new AsyncPromptSpecification(
        new McpSchema.Prompt(page.name(), page.title(), page.description(), List.of()),
        (context, request) ->
            Mono.fromSupplier(
                () ->
                    new McpSchema.GetPromptResult(
                        page.description(),
                        List.of(
                            new McpSchema.PromptMessage(
                                McpSchema.Role.USER, new McpSchema.TextContent(page.text()))))));
  }

  @Override
  public boolean isLimited(Message message) {
    return message.method().equals("tools/call")
        && limited.contains(message.params().path("name").asText());
  }

  @Override
  public JsonNode list(String method, String field) throws McpFault {
    if (method.equals("tools/list")) {
      ArrayNode entries = json.mapper().createArrayNode();
      tools.forEach(tool -> entries.add(tool.definition()));
      return entries;
    }
    Message all = new Message(Optional.empty(), method, json.object());
    return answer(all, McpTransportContext.EMPTY).path(field);
  }

  @Override
  public ObjectNode answer(Message message, HttpCall call) throws McpFault {
    return answer(
        message,
        McpTransportContext.create(
            Map.of(
                CALL,
                call,
                META,
                message.meta(),
                ARGUMENTS,
                message.params().path(ARGUMENTS) instanceof ObjectNode given
                    ? given
                    : json.object())));
  }

  private ObjectNode answer(Message message, McpTransportContext context) throws McpFault {
    McpSchema.JSONRPCRequest request =
        new McpSchema.JSONRPCRequest(
            McpSchema.JSONRPC_VERSION,
            message.method(),
            0,
            json.mapper().convertValue(params(message), Object.class));
    McpSchema.JSONRPCResponse response =
        // some of its handlers throw instead of answering
        Mono.defer(() -> transport.handler.handleRequest(context, request))
            .contextWrite(inner -> inner.put(McpTransportContext.KEY, context))
            .onErrorResume(
                failure -> {
                  LOG.error("{} failed: {}", message.method(), failure.getClass().getName());
                  return Mono.empty();
                })
            .block();
    if (response == null) {
      throw McpFault.of("internal_error");
    }
    if (response.error() != null) {
      throw fault(message, response.error().code());
    }
    return json.mapper().valueToTree(response.result());
  }

  /** A tool gets its arguments as they were sent, by the context. */
  private ObjectNode params(Message message) {
    if (!message.method().equals("tools/call")) {
      return message.params();
    }
    return json.object().put("name", message.params().path("name").textValue());
  }

  private McpFault fault(Message message, int code) {
    String method = message.method();
    return switch (code) {
      case McpSchema.ErrorCodes.METHOD_NOT_FOUND -> McpFault.of("unknown_method");
      case McpSchema.ErrorCodes.INVALID_PARAMS, McpSchema.ErrorCodes.RESOURCE_NOT_FOUND ->
          NO_SUCH_NAME.containsKey(method) ? unknown(message) : McpFault.of("invalid_params");
      default -> {
        LOG.error("{} failed in the SDK with {}", method, code);
        yield McpFault.of("internal_error");
      }
    };
  }

  private McpFault unknown(Message message) {
    String asked = message.params().path(NAMES.get(message.method())).asText();
    Map<String, String> names = new HashMap<>();
    known.getOrDefault(message.method(), List.of()).forEach(name -> names.put(name, name));
    String meant = Nearest.to(asked, names).map(name -> ". Did you mean " + name + "?").orElse("");
    McpFault fault =
        McpFault.of("unknown_name")
            .saying(NO_SUCH_NAME.get(message.method()) + " " + Shown.name(asked) + meant);
    return message.method().equals("resources/read") && asked.length() <= MAX_ADDRESS
        ? fault.with(json.object().put("uri", asked))
        : fault;
  }

  /** Where the SDK would have its HTTP. */
  private static final class InnerTransport implements McpStatelessServerTransport {

    private McpStatelessServerHandler handler;
    private List<String> versions = List.of();

    @Override
    public void setMcpHandler(McpStatelessServerHandler mcpHandler) {
      this.handler = mcpHandler;
    }

    @Override
    public Mono<Void> closeGracefully() {
      return Mono.empty();
    }

    @Override
    public List<String> protocolVersions() {
      return versions;
    }
  }
}
