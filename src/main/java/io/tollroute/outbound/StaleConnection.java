package io.tollroute.outbound;

import java.io.IOException;

/**
 * A connection that had served before broke under a request before anything of an answer came. Most
 * likely the other side closed it at that instant; it may have taken the request all the same, so
 * only what may be done twice is sent again.
 */
public final class StaleConnection extends IOException {

  private static final long serialVersionUID = 1L;

  StaleConnection(Throwable cause) {
    super("a connection that was kept broke under the next request", cause);
  }
}
