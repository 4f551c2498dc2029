package io.tollroute.alibaba;

/** A call in a {@link WaitingLine}. */
final class Waiter {

  private enum State {
    WAITS,
    PASSED,
    REFUSED
  }

  private final String holder;
  private final long arrival;
  private final long deadline;
  private long round;
  private State state = State.WAITS;

  /**
   * Waits for its turn.
   *
   * @param holder whose call it is
   * @param round in which it would have its turn
   * @param arrival its number among all that ever came
   * @param deadline until when it waits, in nanoseconds of the line's time
   */
  Waiter(String holder, long round, long arrival, long deadline) {
    this.holder = holder;
    this.round = round;
    this.arrival = arrival;
    this.deadline = deadline;
  }

  String holder() {
    return holder;
  }

  long round() {
    return round;
  }

  long arrival() {
    return arrival;
  }

  long deadline() {
    return deadline;
  }

  /** One before it in its holder's own order has gone. */
  void moveUp() {
    round--;
  }

  void pass() {
    state = State.PASSED;
  }

  void refuse() {
    state = State.REFUSED;
  }

  boolean waits() {
    return state == State.WAITS;
  }

  boolean hasPassed() {
    return state == State.PASSED;
  }
}
