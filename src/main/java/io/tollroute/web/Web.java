package io.tollroute.web;

import io.tollroute.call.Slot;

/** The slots that the HTTP surface fills. */
public final class Web {

  /** Our id of the request, in every answer, log line and charge. */
  public static final Slot<String> REQUEST_ID = new Slot<>("requestId", String.class);

  private Web() {}
}
