package io.tollroute.module;

import java.time.Instant;
import java.util.Optional;

/**
 * What has become of changes to the route files while the shop is open. Written by whoever follows
 * the files, read by whoever tells of it.
 */
public final class RouteState {

  /**
   * How it stands.
   *
   * @param fault what is wrong with the files now, a line each; empty when what they say is in use
   * @param changes how often files have been taken up since the start
   * @param changed when that was last
   * @param since from when on the files have been wrong
   */
  public record View(
      Optional<String> fault, long changes, Optional<Instant> changed, Optional<Instant> since) {}

  private volatile View view = new View(Optional.empty(), 0, Optional.empty(), Optional.empty());

  /** How it stands now. */
  public View view() {
    return view;
  }

  /** The files are in use; {@code anew} when they were others before. */
  public void inUse(boolean anew, Instant now) {
    View before = view;
    view =
        anew
            ? new View(Optional.empty(), before.changes() + 1, Optional.of(now), Optional.empty())
            : new View(Optional.empty(), before.changes(), before.changed(), Optional.empty());
  }

  /** The files are wrong, and what they were before stays in use. */
  public void broken(String fault, Instant now) {
    View before = view;
    view =
        new View(
            Optional.of(fault),
            before.changes(),
            before.changed(),
            Optional.of(before.since().orElse(now)));
  }
}
