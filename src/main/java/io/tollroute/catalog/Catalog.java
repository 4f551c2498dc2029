package io.tollroute.catalog;

import io.tollroute.call.Slot;

/** The slot that the catalogue's step fills. */
public final class Catalog {

  /** The service that is called. */
  public static final Slot<Service> SERVICE = new Slot<>("service", Service.class);

  private Catalog() {}
}
