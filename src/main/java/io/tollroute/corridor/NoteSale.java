package io.tollroute.corridor;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Service;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.ChargeName;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PrepaidToken;
import io.tollroute.log.SparseLog;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves one line in the log for each call that came with a payment: what was sold, or given once
 * more, or why it was not. It tells what was sold and how, and neither to whom nor what was
 * answered.
 */
public final class NoteSale implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(NoteSale.class);

  private static final String NONE = "none";

  /** Somebody who sends too much would fill the log with them, and they cost him nothing. */
  private static final Set<String> BY_THE_HOUR = Set.of("too_many_requests", "overloaded");

  /** A payment for something else, which is no more than that. */
  private static final String OF_ELSEWHERE = "payment_refused";

  private final boolean wanted;
  private final SparseLog log;

  /** Says nothing unless it is {@code wanted}; what limits refuse by the hour, in {@code log}. */
  public NoteSale(boolean wanted, SparseLog log) {
    this.wanted = wanted;
    this.log = log;
  }

  @Override
  public void process(Exchange exchange) {
    boolean again = CorridorSlots.CLAIMED.find(exchange).filter("replay"::equals).isPresent();
    say(exchange, again ? "replayed" : "sold", again ? "replayed" : "sold");
  }

  /** Notes that what was paid for goes on as a job. */
  public void working(Exchange exchange) {
    say(exchange, "begun", "working");
  }

  /** Notes a refusal, unless there was no payment that could be read: that is no call yet. */
  public void refused(Exchange exchange) {
    String word = CallSlots.REFUSAL.find(exchange).map(Refusal::word).orElse(NONE);
    if (CorridorSlots.METHOD.find(exchange).isEmpty() && !word.equals(OF_ELSEWHERE)) {
      return;
    }
    if (BY_THE_HOUR.contains(word)) {
      if (wanted) {
        log.info(LOG, word + service(exchange), line(exchange, "not sold", word));
      }
      return;
    }
    say(exchange, "not sold", word);
  }

  private void say(Exchange exchange, String what, String outcome) {
    if (wanted) {
      LOG.info("{}", line(exchange, what, outcome));
    }
  }

  private static String line(Exchange exchange, String what, String outcome) {
    return what
        + (isToken(exchange) ? " token" : "")
        + " requestId="
        + CallSlots.REQUEST_ID.find(exchange).orElse(NONE)
        + " charge="
        + key(exchange).map(ChargeName::of).orElse(NONE)
        + " service="
        + service(exchange)
        + " surface="
        + CallSlots.SURFACE.find(exchange).orElse("http")
        + " method="
        + CorridorSlots.METHOD.find(exchange).orElse(NONE)
        + " outcome="
        + outcome
        + " millis="
        + exchange.getClock().elapsed();
  }

  /** Notes a settlement that came when nobody waited any more. */
  public void late(Exchange exchange) {
    if (wanted) {
      LOG.info(
          "settled late charge={} method={}",
          ChargeName.of(CorridorSlots.CHARGE.of(exchange).key()),
          CorridorSlots.METHOD.of(exchange));
    }
  }

  /** A call that finds its answer kept holds no charge, and its proof need not be of the charge. */
  private static Optional<String> key(Exchange exchange) {
    return CorridorSlots.CHARGE
        .find(exchange)
        .map(Charge::key)
        .or(() -> CorridorSlots.REPLAYED.find(exchange));
  }

  private static boolean isToken(Exchange exchange) {
    return CorridorSlots.SELLS.find(exchange).isPresent()
        || CorridorSlots.BUYS.find(exchange).isPresent();
  }

  /** Of a token the service that it is for. */
  private static String service(Exchange exchange) {
    return CorridorSlots.BUYS
        .find(exchange)
        .map(PrepaidToken::service)
        .or(() -> CorridorSlots.SELLS.find(exchange).map(NewToken::service))
        .orElseGet(() -> CatalogueSlots.SERVICE.find(exchange).map(Service::id).orElse(NONE));
  }
}
