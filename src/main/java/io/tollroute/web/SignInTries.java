package io.tollroute.web;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** Counts wrong tokens, by address and all together, in a minute each. */
final class SignInTries {

  private static final int OF_ADDRESS = 5;
  private static final int OF_ALL = 100;
  private static final long WINDOW_MILLIS = 60_000;

  private final Map<String, Integer> wrong = new HashMap<>();
  private final Clock clock;
  private long began;
  private int all;

  SignInTries(Clock clock) {
    this.clock = clock;
  }

  /** Whether another token from this address is looked at. */
  synchronized boolean mayTry(String address) {
    turn();
    return all < OF_ALL && wrong.getOrDefault(address, 0) < OF_ADDRESS;
  }

  /** A wrong one came from there; no more are remembered than are looked at. */
  synchronized void wasWrong(String address) {
    turn();
    all++;
    wrong.merge(address, 1, Integer::sum);
  }

  private void turn() {
    long now = clock.millis();
    // a clock that was put back begins anew too
    if (now - began >= WINDOW_MILLIS || now < began) {
      began = now;
      all = 0;
      wrong.clear();
    }
  }
}
