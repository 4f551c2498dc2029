package io.tollroute.ops;

import io.tollroute.settings.Setting;
import io.tollroute.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Secrets belong in the environment; in a file they are anybody's who may read it. */
final class SecretsInFile {

  private SecretsInFile() {}

  /** What to say of {@code file} when secrets of these settings stand in it, open to others. */
  static Optional<String> warning(Settings settings, Path file) throws IOException {
    List<String> secrets =
        settings.table().stream()
            .filter(Setting::secret)
            .map(Setting::name)
            .filter(name -> settings.isOfFile(name) && !settings.text(name).isEmpty())
            .toList();
    if (secrets.isEmpty() || !isOpen(file)) {
      return Optional.empty();
    }
    return Optional.of(
        file
            + ": can be read by others, and holds "
            + String.join(", ", secrets)
            + "; write secrets into the environment, or close the file with chmod 600");
  }

  private static boolean isOpen(Path file) throws IOException {
    if (!Files.exists(file) || !Files.getFileStore(file).supportsFileAttributeView("posix")) {
      return false;
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    return permissions.contains(PosixFilePermission.GROUP_READ)
        || permissions.contains(PosixFilePermission.OTHERS_READ);
  }
}
