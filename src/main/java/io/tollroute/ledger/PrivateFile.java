package io.tollroute.ledger;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of ours that only its owner may read and write, whatever the process's mask for new files.
 * One that others may read is mended, and that is said. Folders are made for the owner alone; those
 * that are there stay as they are.
 */
public final class PrivateFile {

  private static final Logger LOG = LoggerFactory.getLogger(PrivateFile.class);
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_FOLDER =
      PosixFilePermissions.fromString("rwx------");

  private final Path path;

  public PrivateFile(Path path) {
    this.path = path.toAbsolutePath();
  }

  /**
   * Makes it where it is missing, and its folders.
   *
   * @throws IOException when it cannot be made
   */
  public void make() throws IOException {
    makeFolder(path.getParent());
    try {
      Files.createFile(path, attribute(OWNER));
      Files.setPosixFilePermissions(path, OWNER);
    } catch (FileAlreadyExistsException e) {
      close();
    }
  }

  /** Makes the folders that it is to be in, where they are missing. */
  public void makeFolder() throws IOException {
    makeFolder(path.getParent());
  }

  /** Shuts others out of the file, if it is there, and out of what SQLite writes beside it. */
  public void close() {
    for (String beside : List.of("", "-wal", "-shm", "-journal")) {
      Path file = path.resolveSibling(path.getFileName() + beside);
      if (Files.isRegularFile(file)) {
        closeOne(file);
      }
    }
  }

  private static void closeOne(Path file) {
    try {
      Set<PosixFilePermission> found = Files.getPosixFilePermissions(file);
      if (!OWNER.containsAll(found)) {
        Files.setPosixFilePermissions(file, OWNER);
        LOG.warn(
            "{} was {}; now its owner alone may read it",
            file,
            PosixFilePermissions.toString(found));
      }
    } catch (IOException e) {
      LOG.warn("{} may be read by others, and that cannot be changed: {}", file, e.getClass());
    }
  }

  private static void makeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    if (folder.getParent() != null) {
      makeFolder(folder.getParent());
    }
    try {
      Files.createDirectory(folder, attribute(OWNER_FOLDER));
      Files.setPosixFilePermissions(folder, OWNER_FOLDER);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> attribute(
      Set<PosixFilePermission> permissions) {
    return PosixFilePermissions.asFileAttribute(permissions);
  }
}
