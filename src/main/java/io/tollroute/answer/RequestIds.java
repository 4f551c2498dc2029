package io.tollroute.answer;

import io.tollroute.call.CallSlots;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Gives each request its id: ours, never the caller's, so it can go into logs and charges as it is.
 *
 * <p>Every id is drawn for itself. Of two ids nobody can tell which came first, how many came
 * between them, or whether one process gave both, and nobody can guess another's.
 */
public final class RequestIds implements Processor {

  // among ten thousand million ids the chance that any two are equal is below one in a thousand
  // million
  private static final int BYTES = 12;

  private final SecureRandom random;

  /** Draws ids from {@code random}. */
  public RequestIds(SecureRandom random) {
    this.random = random;
  }

  @Override
  public void process(Exchange exchange) {
    CallSlots.REQUEST_ID.put(exchange, next());
  }

  /** An id that was never given before: {@code req_} and 24 hexadecimal digits. */
  public String next() {
    byte[] drawn = new byte[BYTES];
    random.nextBytes(drawn);
    return "req_" + HexFormat.of().formatHex(drawn);
  }
}
