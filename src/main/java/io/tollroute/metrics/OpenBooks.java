package io.tollroute.metrics;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.OpenCharges;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What of the ledger is not settled, read now and then, so that nobody who looks waits for it. */
public final class OpenBooks {

  private static final Logger LOG = LoggerFactory.getLogger(OpenBooks.class);

  private final OpenCharges charges;
  private volatile List<OpenCharges.Sum> latest = List.of();

  /** Of {@code charges}. */
  OpenBooks(OpenCharges charges) {
    this.charges = charges;
  }

  /** Reads it anew; while the ledger does not answer, what was read last stands. */
  public void refresh() {
    try {
      latest = charges.sums();
    } catch (Refusal unavailable) {
      LOG.debug("the charges in the metrics are those of before", unavailable);
    }
  }

  List<OpenCharges.Sum> latest() {
    return latest;
  }
}
