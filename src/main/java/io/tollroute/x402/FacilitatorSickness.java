package io.tollroute.x402;

import io.tollroute.json.StrictJson;
import java.io.IOException;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Which outcome of a call of /verify says that the facilitator is out of order, and not that a
 * payment is bad: anybody can send bad payments, and must not be able to close the shop with them.
 */
public final class FacilitatorSickness {

  private static final int SERVER_ERROR = 500;

  private final StrictJson json = new StrictJson(32, 1 << 20);

  /** Whether no answer came: a connection that failed or broke, or nothing in time. */
  public boolean ofFailure(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .anyMatch(cause -> cause instanceof IOException || cause instanceof IllegalStateException);
  }

  /**
   * Whether {@code result}, an exchange, holds an answer of a status from 500 without a judgement:
   * some facilitators send their no with 500.
   */
  public boolean ofAnswer(Object result) {
    if (!(result instanceof Exchange exchange)) {
      return false;
    }
    Message answer = exchange.getMessage();
    if (answer.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class) < SERVER_ERROR) {
      return false;
    }
    byte[] body = answer.getBody(byte[].class);
    // a stream can be read once, and others read after us
    answer.setBody(body);
    return !json.object(body == null ? new byte[0] : body)
        .map(said -> said.path("isValid").isBoolean())
        .orElse(false);
  }
}
