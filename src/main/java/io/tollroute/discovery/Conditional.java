package io.tollroute.discovery;

import io.tollroute.call.Slot;
import java.util.Arrays;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Answers in the form that is asked for, to whoever may have it already (RFC 9110). */
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
    boolean packed =
        ready.isPacked() && takesPacked(message.getHeader("Accept-Encoding", "", String.class));
    message.removeHeaders("*");
    UNCHANGED.put(exchange, unchanged);
    message.setHeader("ETag", ready.etag(packed));
    message.setHeader("Vary", "Accept-Encoding");
    if (unchanged) {
      message.setBody(new byte[0]);
      return;
    }
    message.setHeader("Content-Type", ready.type());
    if (packed) {
      message.setHeader("Content-Encoding", Ready.PACKED);
      message.setBody(ready.packed());
    } else {
      message.setBody(ready.bytes());
    }
  }

  /** Whether {@code Accept-Encoding} names the form and does not refuse it. */
  static boolean takesPacked(String accepted) {
    return Arrays.stream(accepted.toLowerCase(Locale.ROOT).split(","))
        .map(each -> each.replace(" ", ""))
        .anyMatch(
            each ->
                each.equals(Ready.PACKED)
                    || each.startsWith(Ready.PACKED + ";") && !each.matches(".*;q=0(\\.0*)?"));
  }
}
