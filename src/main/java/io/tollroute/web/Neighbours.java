package io.tollroute.web;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of one address. A quarter of them is left for whoever comes when the others are
 * worked on, who could not make room for him.
 */
final class Neighbours {

  private final Object address;
  private final int most;
  private final int mostWorking;
  private final AtomicInteger working = new AtomicInteger();

  /** None yet of {@code address}, which is a key, and at most {@code most} later. */
  Neighbours(Object address, int most) {
    this.address = address;
    this.most = most;
    this.mostWorking = most - most / 4;
  }

  Object address() {
    return address;
  }

  int most() {
    return most;
  }

  /** Whether a further request may begin. */
  boolean haveTurn() {
    return working.get() < mostWorking;
  }

  /** One of them has a request that is worked on. */
  void workBegins() {
    working.incrementAndGet();
  }

  /** It has its answer, or is gone. */
  void workEnds() {
    working.decrementAndGet();
  }
}
