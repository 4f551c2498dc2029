package io.tollroute.events;

import io.tollroute.log.SparseLog;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes that an event was not taken; of why only what can hold no secret of the endpoint. */
final class EventNotTaken implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(EventNotTaken.class);

  private final EventSender sender;
  private final SparseLog log;

  EventNotTaken(EventSender sender, SparseLog log) {
    this.sender = sender;
    this.log = log;
  }

  @Override
  public void process(Exchange exchange) {
    sender.notTaken();
    Throwable why = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    String words = words(why);
    log.warn(
        LOG,
        "events " + words,
        "an event was not taken by the receiver of tollroute.events ("
            + words
            + "); it is sent again, and those behind it after it");
  }

  private static String words(Throwable why) {
    if (why instanceof HttpOperationFailedException refused) {
      return "status " + refused.getStatusCode();
    }
    Throwable root = why;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName();
  }
}
