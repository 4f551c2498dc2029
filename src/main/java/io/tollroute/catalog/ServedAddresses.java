package io.tollroute.catalog;

/** Knows which routes there are for services to name. */
@FunctionalInterface
public interface ServedAddresses {

  /** Whether somebody answers at {@code address}, for example {@code direct:alibaba-rpc}. */
  boolean isServed(String address);
}
