package io.tollroute.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Values of a label, of which there are at most so many; all that come later are one. */
final class BoundedNames {

  /** What stands for those that came when there were enough. */
  static final String OTHER = "other";

  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final int most;

  /** At most {@code most} values beside {@link #OTHER}. */
  BoundedNames(int most) {
    this.most = most;
  }

  /** The value, or {@link #OTHER}. */
  String of(String value) {
    return known.contains(value) || admits(value) ? value : OTHER;
  }

  private synchronized boolean admits(String value) {
    return known.size() < most && known.add(value) || known.contains(value);
  }
}
