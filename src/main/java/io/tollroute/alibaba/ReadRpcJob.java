package io.tollroute.alibaba;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.input.InputSlots;
import io.tollroute.json.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads how a job stands from what {@code GetAsyncJobResult} has answered: its status, and its
 * result as a text of JSON.
 */
final class ReadRpcJob implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(ReadRpcJob.class);

  private static final Set<String> GOING_ON = Set.of("QUEUING", "PROCESSING");
  private static final String DONE = "PROCESS_SUCCESS";
  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9._-]{1,80}");
  private static final String REJECTED = "provider_rejected";

  private final ObjectMapper mapper = new ObjectMapper();
  private final JsonFactory json = new JsonFactory();
  private final RpcErrors errors;

  ReadRpcJob(RpcErrors errors) {
    this.errors = errors;
  }

  /**
   * Makes the body what a look leaves.
   *
   * @throws Refusal {@code provider_failed} when a job is done without a result
   */
  @Override
  public void process(Exchange exchange) throws Refusal, IOException {
    JsonNode told =
        mapper.readTree(exchange.getMessage().getBody(JsonText.class).bytes()).path(ReadRpc.RESULT);
    String status = told.path("Status").asText();
    Optional<JsonText> result = result(told, status);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator out = json.createGenerator(bytes)) {
      out.writeStartObject();
      if (result.isPresent()) {
        done(out, exchange, result.get());
      } else if (GOING_ON.contains(status)) {
        out.writeStringField("state", "working");
      } else {
        failed(out, exchange, status, told.path("ErrorCode").asText());
      }
      out.writeEndObject();
    }
    exchange.getMessage().setBody(JsonText.written(bytes.toByteArray()));
  }

  private static Optional<JsonText> result(JsonNode told, String status) throws Refusal {
    if (!status.equals(DONE)) {
      return Optional.empty();
    }
    byte[] result = told.path(ReadRpc.RESULT).asText().getBytes(StandardCharsets.UTF_8);
    return Optional.of(
        JsonText.read(result)
            .orElseThrow(() -> Refusal.of("provider_failed").because("answer_not_json")));
  }

  /** As the answer of an action is that does not go on. */
  private static void done(JsonGenerator out, Exchange exchange, JsonText result)
      throws IOException {
    out.writeStringField("state", "done");
    out.writeObjectFieldStart("data");
    out.writeStringField(
        ReadRpc.ACTION,
        String.valueOf(CatalogueSlots.SERVICE.of(exchange).provider().settings().get("action")));
    out.writeStringField(
        ReadRpc.REQUEST_ID, InputSlots.INPUT.of(exchange).path(RpcAction.JOB).asText());
    out.writeFieldName(ReadRpc.RESULT);
    out.writeRawValue(new String(result.bytes(), StandardCharsets.UTF_8));
    out.writeEndObject();
  }

  /** Whose fault it is the table of error codes says, where it knows the code. */
  private void failed(JsonGenerator out, Exchange exchange, String status, String code)
      throws IOException {
    boolean theirs = !code.isEmpty() && errors.of(code).word().equals(REJECTED);
    String reason = theirs ? code : status;
    String safe = SAFE.matcher(reason).matches() ? reason : "unknown";
    LOG.warn(
        "a job has failed requestId={} action={} status={}",
        CallSlots.REQUEST_ID.of(exchange),
        RpcSlots.ACTION.of(exchange).action(),
        safe);
    out.writeStringField("state", "failed");
    out.writeStringField("word", theirs ? REJECTED : "provider_failed");
    out.writeStringField("reason", safe);
  }
}
