package io.tollroute.web;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all requests that are not answered yet, and all answers that nobody takes, hold of the heap
 * together, at every port. Above the bound connections are closed: in the order of {@link
 * Guest.Rank}, and of one rank the longest first. What is worked on is left alone, and so is, while
 * there is any room, whoever waits for the first time: he holds little.
 */
final class HeldBytes {

  /** The program itself, its routes and libraries; measured. */
  private static final long OWN = 64L << 20;

  /** The rest is for the young generation, for what a request becomes when it is read, and work. */
  private static final int PART = 4;

  private static final long LEAST = 4L << 20;

  /** A connection as it was when it was looked at: it changes while others are. */
  private record Seen(Guest guest, Guest.Rank rank, long since, long holds) {}

  private final long bound;
  private final LongAdder held = new LongAdder();
  private final LongAdder going = new LongAdder();
  private final List<OpenConnections> doors = new CopyOnWriteArrayList<>();
  private final AtomicBoolean relieving = new AtomicBoolean();

  /** A bound in bytes. */
  HeldBytes(long bound) {
    this.bound = bound;
  }

  /** A quarter of what a heap of {@code heapBytes} has beside what the program itself needs. */
  static long boundOf(long heapBytes) {
    return Math.max(LEAST, (heapBytes - OWN) / PART);
  }

  /** Has the connections of a port looked at too when room is needed. */
  void watch(OpenConnections door) {
    doors.add(door);
  }

  /** Adds to what is held, or takes from it. */
  void add(long bytes) {
    held.add(bytes);
  }

  /** Adds to what connections hold that have been told to leave, or takes from it. */
  void goes(long bytes) {
    going.add(bytes);
  }

  /** Whether more is held than may be. */
  boolean isPassed() {
    return held.sum() > bound;
  }

  /**
   * Whether so much more is held that nothing large may be added, until those who leave are gone.
   */
  boolean isFull() {
    return held.sum() > bound + bound / 2;
  }

  /** Whether nothing is held. */
  boolean isEmpty() {
    return held.sum() == 0;
  }

  private long staying() {
    return held.sum() - going.sum();
  }

  private boolean mayLeave(Guest.Rank rank) {
    return rank != Guest.Rank.KEPT && (rank != Guest.Rank.WAITING || isFull());
  }

  /** Closes connections, worst first, until less is held than may be; from any thread. */
  void relieve() {
    if (staying() <= bound || !relieving.compareAndSet(false, true)) {
      return;
    }
    try {
      // a little more than needed, so that not every byte begins this again
      long excess = staying() - bound / PART * (PART - 1);
      List<Seen> worst =
          doors.stream()
              .flatMap(OpenConnections::guests)
              .map(guest -> new Seen(guest, guest.rank(), guest.since(), guest.holds()))
              .filter(seen -> seen.holds() > 0 && mayLeave(seen.rank()))
              .sorted(Comparator.comparing(Seen::rank).thenComparing(Seen::since))
              .toList();
      for (Seen seen : worst) {
        if (excess <= 0) {
          return;
        }
        excess -= seen.holds();
        seen.guest().leave();
      }
    } finally {
      relieving.set(false);
    }
  }
}
