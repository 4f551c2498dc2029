package io.tollroute.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Tells how a job stands that a paid tool has begun, and gives its answer. */
final class JobStatusTool implements Tool {

  private static final String ROUTE = "direct:show-job";
  private static final String ID = "jobId";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");

  private final Corridor corridor;
  private final McpJson json;

  JobStatusTool(Corridor corridor, McpJson json) {
    this.corridor = corridor;
    this.json = json;
  }

  @Override
  public boolean isLimited() {
    return true;
  }

  @Override
  public ObjectNode definition() {
    ObjectNode tool = json.object().put("name", "job_status");
    tool.put("title", "Show a job");
    tool.put(
        "description",
        "Tells how a job stands that a paid tool has begun (data.job.id of its result), and gives"
            + " the answer when it is done. Free. An answer is kept for half an hour.");
    ObjectNode schema = tool.putObject("inputSchema").put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties
        .putObject(ID)
        .put("type", "string")
        .put("description", "data.job.id as the paid tool gave it.");
    ToolArguments.describeWait(properties);
    schema.putArray("required").add(ID);
    return FreeResult.annotated(tool);
  }

  @Override
  public ObjectNode call(ObjectNode arguments, ObjectNode meta, HttpCall http) {
    String id = arguments.path(ID).isTextual() ? arguments.path(ID).asText() : "";
    if (!NAME.matcher(id).matches()) {
      return FreeResult.error(json, "The argument jobId is data.job.id of a paid tool's result.");
    }
    Map<String, Object> headers = new LinkedHashMap<>(Map.of(ID, id));
    headers.put("Prefer", ToolArguments.preference(arguments.path(ToolArguments.WAIT)));
    ObjectNode shown = json.read(corridor.send(ROUTE, headers, new byte[0], http.origin()).body());
    return FreeResult.of(json, shown).put("isError", shown.has("error"));
  }
}
