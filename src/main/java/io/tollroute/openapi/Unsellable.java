package io.tollroute.openapi;

/** An operation that cannot be sold as it stands; a few words say why. */
final class Unsellable extends Exception {

  private static final long serialVersionUID = 1L;

  Unsellable(String why) {
    super(why, null, false, false);
  }
}
