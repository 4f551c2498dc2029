package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The archive of classes")
class ClassArchiveTest {

  @TempDir private Path folder;

  private Path file;
  private final Properties system = new Properties();

  @BeforeEach
  void name() {
    file = folder.resolve("tollroute.jsa");
    system.setProperty(ClassArchive.PROPERTY, file.toString());
  }

  @Test
  @DisplayName("that was cut off while it was written is removed, so that the JVM makes it anew")
  void cutOff() throws IOException {
    for (int length : new int[] {0, 3, 4096}) {
      Files.write(file, new byte[length]);

      ClassArchive.removeCutOff(system);

      assertThat(file).as("%s zeros", length).doesNotExist();
    }
  }

  @Test
  @DisplayName("that this JVM wrote stays")
  void whole() throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:ArchiveClassesAtExit=" + file,
                "-cp",
                Path.of("target/classes").toAbsolutePath() + "/none.jar",
                "-version")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    assertThat(writer.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(file).as(Files.readString(folder.resolve("output"))).exists();
    byte[] written = Files.readAllBytes(file);

    ClassArchive.removeCutOff(system);

    assertThat(file).exists();
    assertThat(Arrays.equals(Files.readAllBytes(file), written)).isTrue();
  }

  @Test
  @DisplayName("is nobody's where none is named, and need not be there")
  void none() {
    assertThatCode(
            () -> {
              ClassArchive.removeCutOff(system);
              ClassArchive.removeCutOff(new Properties());
            })
        .doesNotThrowAnyException();
  }
}
