package io.tollroute.openapi;

/** Nothing can be made of a document; one line says why. */
public final class OpenApiFault extends Exception {

  private static final long serialVersionUID = 1L;

  OpenApiFault(String sentence) {
    super(sentence, null, false, false);
  }
}
