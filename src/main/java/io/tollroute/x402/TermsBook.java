package io.tollroute.x402;

import io.tollroute.catalog.Service;
import io.tollroute.web.Envelope;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The terms of every service, made when they are first asked for and anew when a service changes.
 */
public final class TermsBook {

  private record Page(Service service, Terms terms) {}

  private final Map<String, Page> pages = new ConcurrentHashMap<>();
  private final X402Settings settings;
  private final Envelope envelope;

  /** Writes terms with {@code settings}. */
  public TermsBook(X402Settings settings, Envelope envelope) {
    this.settings = settings;
    this.envelope = envelope;
  }

  /** The terms of a service as it is now. */
  public Terms of(Service service) {
    if (!service.isListed()) {
      return new Terms(service, settings, envelope);
    }
    Page page = pages.get(service.id());
    if (page == null || page.service() != service) {
      page = new Page(service, new Terms(service, settings, envelope));
      pages.put(service.id(), page);
    }
    return page.terms();
  }
}
