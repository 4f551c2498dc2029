package io.tollroute.cli;

import java.net.URI;

/** Where the management port is and what opens it, as the settings have it. */
public interface OperatorAccess {

  /**
   * Where the management port is.
   *
   * @throws Unknown when the settings cannot be read
   */
  URI url() throws Unknown;

  /**
   * The operator's token.
   *
   * @throws Unknown when the settings cannot be read
   */
  String token() throws Unknown;

  /** The settings cannot be read; the message says why, a line for each reason. */
  final class Unknown extends Exception {

    private static final long serialVersionUID = 1L;

    /** Says why. */
    public Unknown(String why) {
      super(why);
    }
  }
}
