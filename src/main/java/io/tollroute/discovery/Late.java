package io.tollroute.discovery;

import java.util.Optional;
import java.util.function.Supplier;

/** What is made when it is first asked for, so that a start waits for nothing that nobody reads. */
final class Late<T> implements Supplier<T> {

  private final Supplier<T> maker;
  private volatile Optional<T> made = Optional.empty();

  Late(Supplier<T> maker) {
    this.maker = maker;
  }

  @Override
  public T get() {
    Optional<T> now = made;
    return now.isPresent() ? now.get() : make();
  }

  private synchronized T make() {
    if (made.isEmpty()) {
      made = Optional.of(maker.get());
    }
    return made.get();
  }
}
