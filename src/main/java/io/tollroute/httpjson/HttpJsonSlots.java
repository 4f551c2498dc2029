package io.tollroute.httpjson;

import io.tollroute.call.Slot;

/** The slots that the steps of a call of an HTTP API use among themselves. */
final class HttpJsonSlots {

  /** Scheme, host and port of the API. */
  static final Slot<String> ENDPOINT = new Slot<>("endpoint", String.class);

  /** The HTTP method. */
  static final Slot<String> VERB = new Slot<>("verb", String.class);

  /** The media type of what is sent. */
  static final Slot<String> SENT = new Slot<>("sent", String.class);

  /** The media types of what is taken, as Accept has them. */
  static final Slot<String> TAKEN = new Slot<>("taken", String.class);

  private HttpJsonSlots() {}
}
