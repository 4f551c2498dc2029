package io.tollroute.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file system of a few megabytes in memory, which can be filled and freed again. */
public final class SmallDisk implements AutoCloseable {

  private final Path folder;
  private final Path filler;

  private SmallDisk(Path folder) {
    this.folder = folder;
    this.filler = folder.resolve("filler");
  }

  /** Mounts one at the folder; empty on a machine where that is not allowed. */
  public static Optional<SmallDisk> mount(Path folder, int megabytes)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    return run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder)
        ? Optional.of(new SmallDisk(folder))
        : Optional.empty();
  }

  private static boolean run(Object... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder();
    for (Object word : command) {
      builder.command().add(word.toString());
    }
    try {
      return builder
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** Takes all room but this many bytes. */
  public void fill(int left) throws IOException {
    try (OutputStream filling = Files.newOutputStream(filler)) {
      byte[] page = new byte[4096];
      while (true) {
        filling.write(page);
      }
    } catch (IOException full) {
      try (FileChannel file = FileChannel.open(filler, StandardOpenOption.WRITE)) {
        file.truncate(Math.max(0, file.size() - left));
      }
    }
  }

  /** Gives the room back. */
  public void free() throws IOException {
    Files.deleteIfExists(filler);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (!run("umount", "-l", folder)) {
      throw new IOException("the small disk cannot be taken away: " + folder);
    }
  }
}
