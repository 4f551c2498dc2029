package io.tollroute.ops;

/** Camel's tracer writes every message into the log: faces, signatures, tokens. */
final class TracingRule {

  private TracingRule() {}

  /** Lets a Camel pass that does not trace. */
  static void check(boolean traces) {
    if (traces) {
      throw new IllegalArgumentException(
          "camel.main.tracing must not be on: it writes what buyers send and get into the log; leave"
              + " it out");
    }
  }
}
