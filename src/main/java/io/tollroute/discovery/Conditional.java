package io.tollroute.discovery;

import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;
import java.util.Arrays;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Answers in the form that is asked for, to whoever may have it already (RFC 9110). */
final class Conditional {

  /** Whether it is the one that the caller has. */
  private static final Slot<Boolean> UNCHANGED = new Slot<>("unchanged", Boolean.class);

  /** A document of megabytes is there twice while it is handed over. */
  private static final int PLAIN_KILOBYTES = 6 << 10;

  /** Apart, so that nobody keeps it from others by asking for what is large. */
  private static final int PACKED_KILOBYTES = 4 << 10;

  private final Handover plain = new Handover(PLAIN_KILOBYTES);
  private final Handover packed = new Handover(PACKED_KILOBYTES);

  /**
   * Makes a document the answer, or leaves the body empty and says so in {@code unchanged} where it
   * is the one that the caller has.
   *
   * @throws Refusal {@code overloaded} when too many large ones are on their way
   */
  void answer(Exchange exchange, Ready ready) throws Refusal {
    Message message = exchange.getMessage();
    boolean unchanged = ready.isHad(message.getHeader("If-None-Match", "", String.class));
    boolean small =
        ready.isPacked() && takesPacked(message.getHeader("Accept-Encoding", "", String.class));
    message.removeHeaders("*");
    UNCHANGED.put(exchange, unchanged);
    message.setHeader("ETag", ready.etag(small));
    message.setHeader("Vary", "Accept-Encoding");
    if (unchanged) {
      message.setBody(new byte[0]);
      return;
    }
    message.setHeader("Content-Type", ready.type());
    if (small) {
      packed.take(exchange, ready.packed().length);
      message.setHeader("Content-Encoding", Ready.PACKED);
      message.setBody(ready.packed());
    } else {
      plain.take(exchange, ready.length());
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
