package io.tollroute.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path folder;

  /** Unpacks into the folder that it is given, as a build or a benchmark of its own. */
  static final class Unpacker {

    private Unpacker() {}

    public static void main(String[] args) throws IOException {
      new PostgresBinaries(Path.of(args[0])).unpacked();
    }
  }

  @Test
  @DisplayName(
      "who is killed while unpacking harms nobody: two that come after unpack once, and both can"
          + " start a server")
  void killedWhileUnpacking() throws Exception {
    Process killed = unpacker();
    while (Files.notExists(folder.resolve("unpacking")) || programs("unpacking").isEmpty()) {
      assertThat(killed.isAlive()).as("it still unpacks").isTrue();
      Thread.sleep(1);
    }
    killed.destroyForcibly().waitFor();
    assertThat(folder.resolve("unpacked")).as("nobody takes half of it").doesNotExist();

    for (Process next : List.of(unpacker(), unpacker())) {
      assertThat(next.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(next.exitValue()).isZero();
    }

    assertThat(programs("unpacked")).hasSize(1);
    assertThat(folder.resolve("unpacking")).doesNotExist();
    PostgresBinaries.server(new PostgresBinaries(folder).unpacked(), folder.resolve("data"))
        .start()
        .close();
  }

  private Process unpacker() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Unpacker.class.getName(),
            folder.toString())
        .redirectErrorStream(true)
        .redirectOutput(Files.createTempFile(folder, "unpacker", ".log").toFile())
        .start();
  }

  /** The server's programs below a part of the folder; one while there is one PostgreSQL. */
  private List<Path> programs(String part) throws IOException {
    try (Stream<Path> files = Files.find(folder.resolve(part), 4, (file, what) -> isServer(file))) {
      return files.toList();
    }
  }

  private static boolean isServer(Path file) {
    return file.endsWith(Path.of("bin", "postgres"));
  }
}
