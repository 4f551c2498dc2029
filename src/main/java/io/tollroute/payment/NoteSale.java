package io.tollroute.payment;

import io.tollroute.call.Call;
import io.tollroute.catalog.Catalog;
import io.tollroute.catalog.Service;
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
        Payments.CLAIMED.find(exchange).filter("replay"::equals).isPresent() ? "replayed" : "sold",
        isToken(exchange) ? " token" : "",
        Call.REQUEST_ID.of(exchange),
        ChargeName.of(key(exchange)),
        service(exchange),
        Call.SURFACE.find(exchange).orElse("http"),
        Payments.METHOD.of(exchange),
        exchange.getClock().elapsed());
  }

  /** Notes a settlement that came when nobody waited any more. */
  public void late(Exchange exchange) {
    if (wanted) {
      LOG.info(
          "settled late charge={} method={}",
          ChargeName.of(Payments.CHARGE.of(exchange).key()),
          Payments.METHOD.of(exchange));
    }
  }

  /** A call that finds its answer kept holds no charge, and its proof need not be of the charge. */
  private static String key(Exchange exchange) {
    return Payments.CHARGE
        .find(exchange)
        .map(Charge::key)
        .orElseGet(() -> Payments.REPLAYED.of(exchange));
  }

  private static boolean isToken(Exchange exchange) {
    return Payments.SELLS.find(exchange).isPresent() || Payments.BUYS.find(exchange).isPresent();
  }

  /** Of a token the service that it is for. */
  private static String service(Exchange exchange) {
    return Payments.BUYS
        .find(exchange)
        .map(Payment::service)
        .or(() -> Payments.SELLS.find(exchange).map(NewPayment::service))
        .orElseGet(() -> Catalog.SERVICE.find(exchange).map(Service::id).orElse("none"));
  }
}
