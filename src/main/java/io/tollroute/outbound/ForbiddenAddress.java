package io.tollroute.outbound;

import java.net.UnknownHostException;

/** A name leads to an address that nobody is called at, such as one of a private network. */
public final class ForbiddenAddress extends UnknownHostException {

  private static final long serialVersionUID = 1L;

  ForbiddenAddress() {
    super("the name leads to an address that is not allowed");
  }
}
