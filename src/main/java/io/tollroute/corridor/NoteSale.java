package io.tollroute.corridor;

import io.tollroute.call.CallSlots;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Service;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.ChargeName;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PrepaidToken;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves one line in the log for what was sold, or given once more. It tells what was sold and how,
 * and neither to whom nor what was answered.
 */
public final class NoteSale implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(NoteSale.class);

  private final boolean wanted;

  /** Says nothing unless it is {@code wanted}. */
  public NoteSale(boolean wanted) {
    this.wanted = wanted;
  }

  @Override
  public void process(Exchange exchange) {
    if (!wanted) {
      return;
    }
    LOG.info(
        "{}{} requestId={} charge={} service={} surface={} method={} millis={}",
        CorridorSlots.CLAIMED.find(exchange).filter("replay"::equals).isPresent()
            ? "replayed"
            : "sold",
        isToken(exchange) ? " token" : "",
        CallSlots.REQUEST_ID.of(exchange),
        ChargeName.of(key(exchange)),
        service(exchange),
        CallSlots.SURFACE.find(exchange).orElse("http"),
        CorridorSlots.METHOD.of(exchange),
        exchange.getClock().elapsed());
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
  private static String key(Exchange exchange) {
    return CorridorSlots.CHARGE
        .find(exchange)
        .map(Charge::key)
        .orElseGet(() -> CorridorSlots.REPLAYED.of(exchange));
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
        .orElseGet(() -> CatalogueSlots.SERVICE.find(exchange).map(Service::id).orElse("none"));
  }
}
