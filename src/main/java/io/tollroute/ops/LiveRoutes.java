package io.tollroute.ops;

import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.Service;
import io.tollroute.module.Assembly;
import io.tollroute.module.RouteState;
import io.tollroute.settings.MaskedUrl;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what changes in the folder of route files take effect while calls are in flight. Files that
 * are wrong change nothing: what was good last stays in use, and somebody is told.
 *
 * <p>Camel's own reload takes routes away before it brings others, so whoever calls meanwhile is
 * lost.
 */
final class LiveRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(LiveRoutes.class);

  /** Reads the files as they are now, and lets them pass if a start would. */
  @FunctionalInterface
  interface Reader {
    RouteFiles read() throws SettingsFault, IOException;
  }

  /** What can be seen of a file from outside; Kubernetes changes only where its path leads. */
  private record Outside(Path real, Optional<Object> inode, FileTime modified, long size) {}

  /** The files of one look. */
  private record Look(Map<Path, Outside> files) {}

  private final RouteFolder folder;
  private final boolean standIns;
  private final Reader reader;
  private final Assembly assembly;
  private final RouteSwap swap;
  private final RouteState state;
  private RouteFiles inUse;
  private Optional<Look> taken;
  private Optional<Look> last = Optional.empty();
  private boolean stopped;

  /** Camel itself cannot make something of the files, which only other files change. */
  private boolean hopeless;

  /**
   * Follows the files.
   *
   * @param standIns whether those of the sandbox are read too
   * @param inUse the files with which Camel has started
   */
  LiveRoutes(
      RouteFolder folder,
      boolean standIns,
      Reader reader,
      Assembly assembly,
      RouteSwap swap,
      RouteFiles inUse) {
    this.folder = folder;
    this.standIns = standIns;
    this.reader = reader;
    this.assembly = assembly;
    this.swap = swap;
    this.state = assembly.require(RouteState.class);
    this.inUse = inUse;
    this.taken = Optional.empty();
  }

  /** Looks every so many milliseconds from now on. */
  void every(int millis, ScheduledThreadPoolExecutor timer) {
    timer.scheduleWithFixedDelay(this::lookSafely, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Changes nothing any more; returns when a change that is under way has been made. */
  synchronized void stop() {
    stopped = true;
  }

  private synchronized void lookSafely() {
    try {
      look();
    } catch (RuntimeException | Error e) {
      // what goes on to the timer ends the following of files
      LOG.error("the route files cannot be taken up", e);
      hopeless = true;
      taken = last;
      broken(folder.path() + ": cannot be taken up: " + e);
    }
  }

  /** Takes up what has changed, if it has been the same for two looks: it may be half written. */
  synchronized void look() {
    if (stopped) {
      return;
    }
    swap.sweep();
    Optional<Look> seen = seen();
    boolean settled = seen.equals(last);
    last = seen;
    // a service may have gone meanwhile
    boolean again = state.view().fault().isPresent() && !hopeless;
    boolean wanted = !seen.equals(taken) || again;
    if (!settled || !wanted) {
      return;
    }
    try {
      RouteFiles found = reader.read();
      if (!seen().equals(seen)) {
        return;
      }
      hopeless = false;
      takeUp(found);
      taken = seen;
    } catch (SettingsFault fault) {
      if (!seen().equals(seen)) {
        // it went, or changed, while it was read
        return;
      }
      hopeless = false;
      broken(fault.getMessage());
      taken = seen;
    } catch (StartFault fault) {
      hopeless = true;
      broken(fault.getMessage());
      taken = seen;
    } catch (IOException e) {
      broken(folder.path() + ": cannot be read: " + e.getClass().getSimpleName());
    }
  }

  private void takeUp(RouteFiles found) throws SettingsFault, StartFault {
    RouteChange change = RouteChange.between(inUse, found);
    boolean mended = state.view().fault().isPresent();
    checkServices(found);
    if (!change.isNone()) {
      swap.swap(change, found);
    }
    inUse = found;
    assembly.require(RouteProviders.class).serve(found);
    state.inUse(!change.isNone(), assembly.clock().instant());
    if (!change.isNone()) {
      LOG.info(
          "the route files changed and are in use: {} routes came, {} left",
          change.coming().values().stream().mapToInt(Set::size).sum(),
          change.leaving().size());
    } else if (mended) {
      LOG.info("the route files are as those in use");
    }
    assembly.require(LiveCatalogue.class).tryAgain();
  }

  /** What is on sale can be sold with these files too. */
  private void checkServices(RouteFiles found) throws SettingsFault {
    RouteProviders providers = assembly.require(RouteProviders.class).of(found);
    List<String> problems = new ArrayList<>();
    for (Service service : assembly.require(LiveCatalogue.class).current().services()) {
      Provider provider = service.provider();
      List<Provider> all = new ArrayList<>(List.of(provider));
      provider.looking().ifPresent(all::add);
      for (Provider each : all) {
        if (providers.find(each.route()).isEmpty()) {
          problems.add(
              "no route file serves "
                  + each.route()
                  + " any more, of which the service "
                  + service.id()
                  + " lives");
        }
      }
      providers.objection(provider).map(why -> service.id() + ": " + why).ifPresent(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new SettingsFault(problems.stream().distinct().limit(20).toList());
    }
  }

  private void broken(String said) {
    String fault = MaskedUrl.in(said);
    if (!state.view().fault().equals(Optional.of(fault))) {
      LOG.warn(
          "alert=route_files_broken the route files are wrong, those of before stay in use:\n{}",
          fault);
    }
    state.broken(fault, assembly.clock().instant());
  }

  private Optional<Look> seen() {
    Map<Path, Outside> files = new TreeMap<>();
    try {
      for (Path file : folder.files(standIns)) {
        BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
        files.put(
            file,
            new Outside(
                file.toRealPath(),
                Optional.ofNullable(seen.fileKey()),
                seen.lastModifiedTime(),
                seen.size()));
      }
      return Optional.of(new Look(files));
    } catch (SettingsFault | IOException | RuntimeException e) {
      // there are none, or one has just gone; reading them tells
      return Optional.empty();
    }
  }
}
