package io.tollroute.discovery;

import io.tollroute.call.Slot;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Answers to whoever may have a document already (RFC 9110 section 13). */
final class Conditional {

  /** Whether it is the one that the caller has. */
  private static final Slot<Boolean> UNCHANGED = new Slot<>("unchanged", Boolean.class);

  private Conditional() {}

  /**
   * Makes a document the answer, or leaves the body empty and says so in {@code unchanged} where it
   * is the one that the caller has.
   */
  static void answer(Exchange exchange, Ready ready) {
    Message message = exchange.getMessage();
    boolean unchanged = ready.isHad(message.getHeader("If-None-Match", "", String.class));
    message.removeHeaders("*");
    UNCHANGED.put(exchange, unchanged);
    message.setHeader("ETag", ready.etag());
    if (unchanged) {
      message.setBody(new byte[0]);
    } else {
      message.setHeader("Content-Type", ready.type());
      message.setBody(ready.bytes());
    }
  }
}
