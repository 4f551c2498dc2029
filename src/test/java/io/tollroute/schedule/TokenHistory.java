package io.tollroute.schedule;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether what was seen of a token from outside can be explained by somebody who serves one request
 * after the other, each at some instant between its beginning and its end (Herlihy and Wing; the
 * search is Wing and Gong's).
 */
final class TokenHistory {

  /** How a use ended. */
  enum End {
    /** An answer was sold. */
    SOLD,
    /** The provider failed and the use was given back. */
    FAILED,
    /** There was no use left. */
    EXHAUSTED,
    /** Every use left was held by a call in flight. */
    IN_PROGRESS
  }

  /** One use; {@code from} and {@code to} are places in the one order of all events. */
  record Use(long from, long to, End end) {}

  private final int calls;
  private final List<Use> uses;
  private final Set<Long> refuted = new HashSet<>();

  TokenHistory(int calls, List<Use> uses) {
    this.calls = calls;
    this.uses = List.copyOf(uses);
    if (uses.size() > 62) {
      throw new IllegalArgumentException("too many uses for one history");
    }
  }

  boolean isLinearizable() {
    return isLinearizable(0, 0);
  }

  private boolean isLinearizable(long done, int spent) {
    if (done == (1L << uses.size()) - 1) {
      return true;
    }
    if (refuted.contains(done)) {
      return false;
    }
    long firstEnd = Long.MAX_VALUE;
    for (int i = 0; i < uses.size(); i++) {
      if ((done & (1L << i)) == 0) {
        firstEnd = Math.min(firstEnd, uses.get(i).to());
      }
    }
    for (int i = 0; i < uses.size(); i++) {
      Use use = uses.get(i);
      boolean next = (done & (1L << i)) == 0 && use.from() < firstEnd && isPossible(use, spent);
      if (next && isLinearizable(done | (1L << i), spent + (use.end() == End.SOLD ? 1 : 0))) {
        return true;
      }
    }
    refuted.add(done);
    return false;
  }

  private boolean isPossible(Use use, int spent) {
    return switch (use.end()) {
      case SOLD, FAILED -> spent < calls;
      case EXHAUSTED -> spent == calls;
      case IN_PROGRESS -> spent < calls && spent + holders(use) >= calls;
    };
  }

  /** Others that may have held a use while this one was refused. */
  private long holders(Use refused) {
    return uses.stream()
        .filter(use -> use.end() == End.SOLD || use.end() == End.FAILED)
        .filter(use -> use.from() < refused.to() && use.to() > refused.from())
        .count();
  }
}
