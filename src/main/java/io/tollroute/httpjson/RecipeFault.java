package io.tollroute.httpjson;

/** What a service says of the API it sells cannot be done; one line says why. */
final class RecipeFault extends Exception {

  private static final long serialVersionUID = 1L;

  RecipeFault(String sentence) {
    super(sentence, null, false, false);
  }
}
