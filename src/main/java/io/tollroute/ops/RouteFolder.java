package io.tollroute.ops;

import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The folder of route files. Hidden names are left alone: Kubernetes keeps the versions of a
 * ConfigMap below one.
 */
final class RouteFolder {

  private static final String SANDBOX = "sandbox";
  private static final String ROUTE_FILE = ".camel.yaml";
  private static final List<String> READ =
      List.of(ROUTE_FILE, KameletFile.ENDING, RouteFiles.SETTINGS_SCHEMA);

  private final Path folder;

  RouteFolder(Path folder) {
    this.folder = folder;
  }

  /** Where it is. */
  Path path() {
    return folder;
  }

  /**
   * Every route file, the Kamelets, and the schemas beside routes, in the order of names; the
   * stand-ins only for the sandbox.
   *
   * @throws SettingsFault when there is none
   */
  List<Path> files(boolean sandbox) throws SettingsFault, IOException {
    if (!Files.isDirectory(folder)) {
      throw new SettingsFault(List.of("tollroute.routes: " + folder + " is not a folder"));
    }
    try (Stream<Path> found = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      List<Path> files =
          found
              .filter(Files::isRegularFile)
              .map(folder::relativize)
              .filter(file -> READ.stream().anyMatch(file.toString()::endsWith))
              .filter(file -> names(file).noneMatch(name -> name.startsWith(".")))
              .filter(file -> sandbox || names(file).noneMatch(SANDBOX::equals))
              .sorted()
              .map(folder::resolve)
              .toList();
      if (files.stream().noneMatch(file -> file.toString().endsWith(ROUTE_FILE))) {
        throw new SettingsFault(
            List.of("tollroute.routes: " + folder + " holds no *" + ROUTE_FILE));
      }
      return files;
    } catch (UncheckedIOException e) {
      // a folder in it that nobody may read, or a link that leads back
      throw new SettingsFault(
          List.of("tollroute.routes: " + folder + " cannot be read: " + e.getCause()));
    }
  }

  private static Stream<String> names(Path file) {
    return StreamSupport.stream(file.spliterator(), false).map(Path::toString);
  }
}
