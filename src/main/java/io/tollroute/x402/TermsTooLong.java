package io.tollroute.x402;

/** Terms that fit into no header, because the public address in them does not. */
public final class TermsTooLong extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TermsTooLong() {
    super("is so long that no 402 with it passes small proxies");
  }
}
