package io.tollroute.limit;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Something for every key that was seen lately. Keys come in two generations: when the young one is
 * full, it becomes the old one and the old one is forgotten, so memory is bounded and no key costs
 * more than another, whoever invents them.
 */
final class RecentKeys<V> {

  private record Generations<V>(Map<String, V> young, Map<String, V> old) {

    static <V> Generations<V> after(Map<String, V> old) {
      return new Generations<>(new ConcurrentHashMap<>(), old);
    }
  }

  private final Supplier<V> fresh;
  private final int perGeneration;
  private volatile Generations<V> generations = Generations.after(Map.of());

  /**
   * At most {@code 2 * perGeneration} keys are remembered; a new one has what {@code fresh} makes.
   */
  RecentKeys(Supplier<V> fresh, int perGeneration) {
    this.fresh = fresh;
    this.perGeneration = perGeneration;
  }

  /** What a key has; one that is new or forgotten has a fresh one. */
  V of(String key) {
    Generations<V> now = generations;
    V known = now.young().get(key);
    return known != null ? known : promoted(now, key);
  }

  /** What a key has, if it is remembered; asking makes nobody remember it. */
  Optional<V> find(String key) {
    Generations<V> now = generations;
    V known = now.young().get(key);
    return Optional.ofNullable(known != null ? known : now.old().get(key));
  }

  private V promoted(Generations<V> seen, String key) {
    Generations<V> now = seen.young().size() >= perGeneration ? turned(seen) : seen;
    return now.young()
        .computeIfAbsent(
            key,
            unknown -> {
              V known = now.old().get(unknown);
              return known != null ? known : fresh.get();
            });
  }

  private synchronized Generations<V> turned(Generations<V> full) {
    if (generations == full) {
      generations = Generations.after(full.young());
    }
    return generations;
  }

  /** How many keys are remembered. */
  int size() {
    Generations<V> now = generations;
    return now.young().size() + now.old().size();
  }
}
