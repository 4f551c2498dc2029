package io.tollroute.web;

import io.tollroute.call.Call;
import io.tollroute.call.Refusal;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what nobody expected. Logged are types and places, never messages: they may hold image
 * URLs, signatures or keys.
 */
public final class NoteFailure implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(NoteFailure.class);
  private static final int FRAMES = 12;

  @Override
  public void process(Exchange exchange) {
    Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    boolean ofProvider = exchange.getVariable("stage") != null;
    LOG.error(
        "alert=unexpected_failure requestId={} {}",
        Call.REQUEST_ID.find(exchange).orElse("none"),
        places(failure));
    Call.REFUSAL.put(exchange, Refusal.of(ofProvider ? "provider_failed" : "internal_error"));
  }

  private static String places(Throwable failure) {
    String here =
        Arrays.stream(failure.getStackTrace())
            .limit(FRAMES)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" < ", failure.getClass().getName() + " at ", ""));
    Throwable cause = failure.getCause();
    return cause == null || cause == failure ? here : here + " caused by " + places(cause);
  }
}
