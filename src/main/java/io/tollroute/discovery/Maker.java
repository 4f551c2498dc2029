package io.tollroute.discovery;

/** Makes a document of what is offered; the same of the same. */
@FunctionalInterface
interface Maker {

  /** The document's bytes. */
  byte[] of(Shelf shelf);
}
