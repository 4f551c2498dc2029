package io.tollroute.answer;

import io.tollroute.call.CallSlots;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Gives each request its id: ours, never the caller's, so it can go into logs and charges as it is.
 *
 * <p>A random prefix per process and a counter: unique without asking for randomness on every call.
 */
public final class RequestIds implements Processor {

  private final String prefix;
  private final AtomicLong counter = new AtomicLong();

  /** Draws the prefix of this process. */
  public RequestIds(SecureRandom random) {
    byte[] bytes = new byte[8];
    random.nextBytes(bytes);
    this.prefix = "req_" + HexFormat.of().formatHex(bytes);
  }

  /** A name that no other process has. */
  public String ofThisProcess() {
    return prefix;
  }

  @Override
  public void process(Exchange exchange) {
    CallSlots.REQUEST_ID.put(exchange, next());
  }

  /** The next id: {@code req_} and 24 or more hexadecimal digits. */
  public String next() {
    String count = Long.toHexString(counter.incrementAndGet());
    return prefix + "0".repeat(Math.max(0, 8 - count.length())) + count;
  }
}
