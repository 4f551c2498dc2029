package io.tollroute.discovery;

/**
 * A kind of document.
 *
 * @param type media type
 */
record Document(String type, Maker maker) {

  Ready of(Shelf shelf) {
    return Ready.of(type, maker.of(shelf));
  }
}
