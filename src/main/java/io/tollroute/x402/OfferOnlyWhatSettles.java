package io.tollroute.x402;

import io.tollroute.call.Refusal;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Keeps terms from being offered that nobody could settle. */
public final class OfferOnlyWhatSettles implements Processor {

  private final FacilitatorSupport support;

  /** Believes {@code support}. */
  public OfferOnlyWhatSettles(FacilitatorSupport support) {
    this.support = support;
  }

  /**
   * Lets pass what can be settled, as far as is known.
   *
   * @throws Refusal {@code facilitator_unavailable}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    if (!support.settles()) {
      throw Refusal.of("facilitator_unavailable");
    }
  }
}
