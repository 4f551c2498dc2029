package io.tollroute.alibaba;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.json.JsonText;
import io.tollroute.log.HttpAnswer;
import io.tollroute.log.SparseLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides on what came back from Alibaba, or that nothing did. */
public final class ReadRpc {

  /** The members of {@code data}. */
  static final String ACTION = "Action";

  static final String REQUEST_ID = "RequestId";
  static final String RESULT = "Result";

  private static final Logger LOG = LoggerFactory.getLogger(ReadRpc.class);

  /** A repeat that could not end before the deadline would be for nothing. */
  private static final long LEAST_TIME_LEFT_MILLIS = 1_000;

  private static final int MAX_SENDS = 3;

  /** Our own code for an answer that brings nothing; a row of the table like Alibaba's. */
  private static final String EMPTY = "EmptyData";

  /** What an answer without a code is, in the table. */
  private static final String UNCODED = "HTTP.";

  private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9._-]");

  private final JsonFactory json = new JsonFactory();
  private final RpcErrors errors;
  private final Clock clock;
  private final SparseLog log;

  /** Decides with the table of {@code errors}; what was refused stands in {@code log}. */
  public ReadRpc(RpcErrors errors, Clock clock, SparseLog log) {
    this.errors = errors;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Makes the answer the message body, or asks for a freshly signed repeat.
   *
   * @throws Refusal as the table of error codes says; {@code provider_failed} for no usable answer
   */
  public void answer(Exchange exchange) throws Refusal, IOException {
    RpcSlots.SEND.put(exchange, false);
    Optional<RpcReply> reply = RpcReply.read(body(exchange));
    RpcAction action = RpcSlots.ACTION.of(exchange);
    if (reply.isPresent() && action.asynchronous() && reply.get().isJob()) {
      exchange
          .getMessage()
          .setBody(JsonNodeFactory.instance.objectNode().put("job", reply.get().requestId()));
      return;
    }
    if (reply.isPresent() && reply.get().succeeded(action.mayBeEmpty())) {
      // the charge keeps it, so the log need not hold a line for every call
      CallSlots.UPSTREAM_ID.put(exchange, safe(reply.get().requestId()));
      LOG.debug(
          "answered requestId={} upstreamRequestId={} action={}",
          CallSlots.REQUEST_ID.of(exchange),
          CallSlots.UPSTREAM_ID.of(exchange),
          action.action());
      exchange.getMessage().setBody(data(action.action(), reply.get()));
      return;
    }
    int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
    String code = reply.map(RpcReply::code).orElse("");
    if (code.isEmpty()) {
      boolean empty = status < 300 && reply.map(RpcReply::isEmpty).orElse(false);
      code = empty ? EMPTY : UNCODED + status;
    }
    refuse(exchange, code, reply.map(RpcReply::requestId).orElse(""));
  }

  /** All of it is in memory already, so it is taken without a buffer between. */
  private static byte[] body(Exchange exchange) throws IOException {
    InputStream body = exchange.getMessage().getBody(InputStream.class);
    return body == null ? new byte[0] : body.readAllBytes();
  }

  /**
   * Decides on a call that brought no answer at all. Only a call that never reached Alibaba is
   * repeated; after a timeout it may have been done and billed.
   *
   * @throws Refusal {@code provider_timeout}, {@code provider_failed} or {@code
   *     provider_unavailable}
   */
  public void timeout(Exchange exchange) throws Refusal {
    RpcSlots.SEND.put(exchange, false);
    throw Refusal.of("provider_timeout").causedBy(caught(exchange));
  }

  /** The connection was refused or never came about. */
  public void unreachable(Exchange exchange) throws Refusal {
    RpcSlots.SEND.put(exchange, false);
    repeatOr(exchange, Refusal.of("provider_unavailable").causedBy(caught(exchange)), true);
  }

  /** The connection broke in the middle. */
  public void broken(Exchange exchange) throws Refusal {
    RpcSlots.SEND.put(exchange, false);
    throw Refusal.of("provider_failed").causedBy(caught(exchange));
  }

  private static Throwable caught(Exchange exchange) {
    return exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
  }

  private void refuse(Exchange exchange, String found, String upstreamId) throws Refusal {
    String code = safe(found);
    RpcErrors.Row row = errors.of(found);
    String line =
        "refused requestId="
            + CallSlots.REQUEST_ID.of(exchange)
            + " upstreamRequestId="
            + safe(upstreamId)
            + " action="
            + RpcSlots.ACTION.of(exchange).action()
            + " code="
            + code
            + " "
            + HttpAnswer.of(exchange);
    String kind = RpcSlots.ACTION.of(exchange).action() + " " + code;
    if (row.alert()) {
      log.error(LOG, kind, "alert=alibaba_account " + line);
    } else {
      log.warn(LOG, kind, line);
    }
    // said here, so not again by whoever takes the refusal over
    exchange.getMessage().removeHeaders("*");
    Refusal refusal = Refusal.of(row.word());
    if (row.named()) {
      refusal = refusal.because(code);
    }
    if (!row.message().isEmpty()) {
      refusal = refusal.saying(row.message());
    }
    repeatOr(exchange, refusal, row.repeat());
  }

  private void repeatOr(Exchange exchange, Refusal refusal, boolean repeatable) throws Refusal {
    int sent = RpcSlots.SENT.of(exchange) + 1;
    RpcSlots.SENT.put(exchange, sent);
    boolean inTime = clock.millis() + LEAST_TIME_LEFT_MILLIS < CallSlots.DEADLINE.of(exchange);
    if (!repeatable || sent >= MAX_SENDS || !inTime) {
      throw refusal;
    }
    RpcSlots.SEND.put(exchange, true);
  }

  /** Written around what was read strictly, so it need not be read again. */
  private JsonText data(String action, RpcReply reply) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(reply.data().length + 128);
    try (JsonGenerator out = json.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField(ACTION, action);
      out.writeStringField(REQUEST_ID, reply.requestId());
      out.writeFieldName(RESULT);
      out.writeRawValue(new String(reply.data(), StandardCharsets.UTF_8));
      out.writeEndObject();
    }
    return JsonText.written(bytes.toByteArray());
  }

  private static String safe(String foreign) {
    String clean = UNSAFE.matcher(foreign).replaceAll("?");
    return clean.substring(0, Math.min(80, clean.length()));
  }
}
