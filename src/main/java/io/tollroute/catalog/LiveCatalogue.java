package io.tollroute.catalog;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalogue that is on sale now, following the files of its folder.
 *
 * <p>A changed folder is read as a whole and takes the place of the one before in one step. A
 * folder that makes no catalogue changes nothing: the last good one stays on sale.
 */
public final class LiveCatalogue {

  private static final Logger LOG = LoggerFactory.getLogger(LiveCatalogue.class);

  private record State(
      Catalogue catalogue, Snapshot seen, Optional<String> fault, List<ProviderKind> wanting) {

    State(Catalogue catalogue, Snapshot seen) {
      this(catalogue, seen, Optional.empty(), List.of());
    }

    /** Whether a provider for which the files had to wait now has what it needs. */
    boolean waitedEnough() {
      return wanting.stream().anyMatch(kind -> kind.lacking().isEmpty());
    }
  }

  private final ServiceFolder folder;
  private volatile State state;

  /**
   * The folder's catalogue.
   *
   * @throws CatalogueFault when the folder makes none: there is no last good one yet
   */
  public LiveCatalogue(ServiceFolder folder) throws CatalogueFault {
    this.folder = folder;
    Snapshot seen = folder.snapshot();
    this.state = new State(folder.load(), seen);
  }

  /** The last good catalogue. */
  public Catalogue current() {
    return state.catalogue();
  }

  /**
   * Reads the folder and leaves what is on sale as it is.
   *
   * @throws CatalogueFault with all that is wrong with it
   */
  void check() throws CatalogueFault {
    folder.load();
  }

  /** What is wrong with the folder now, {@code file:line: reason}; empty when it is in use. */
  public Optional<String> lastFault() {
    return state.fault();
  }

  /**
   * Reads the folder again when a file was added, removed or changed since it was read last, or
   * when a provider is ready for which it was refused; otherwise only looks at the files' dates and
   * sizes.
   *
   * @return whether another catalogue is on sale than before
   */
  public synchronized boolean reload() {
    Snapshot seen = folder.snapshot();
    if (seen.equals(state.seen()) && !state.waitedEnough()) {
      return false;
    }
    return read(seen);
  }

  /**
   * Reads the folder again if it was broken: what is not in its files may have changed, such as the
   * routes that they name.
   */
  public synchronized void tryAgain() {
    if (state.fault().isPresent()) {
      read(folder.snapshot());
    }
  }

  private boolean read(Snapshot seen) {
    State before = state;
    try {
      Catalogue catalogue = folder.load();
      if (!folder.snapshot().equals(seen)) {
        // It changed while it was read and may be half of each; the next look finds it settled.
        return false;
      }
      state = new State(catalogue, seen);
      LOG.info(
          before.fault().isPresent()
              ? "The services folder is repaired; services on sale: {}"
              : "The services folder changed; services on sale: {}",
          catalogue.services().size());
      return true;
    } catch (CatalogueFault fault) {
      if (!folder.snapshot().equals(seen)) {
        return false;
      }
      state = new State(before.catalogue(), seen, Optional.of(fault.getMessage()), fault.wanting());
      LOG.warn(
          "The services folder is broken, the last good catalogue stays on sale:\n{}",
          fault.getMessage());
      return false;
    }
  }
}
