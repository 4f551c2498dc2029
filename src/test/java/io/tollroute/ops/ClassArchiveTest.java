package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.File;
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
  void name() throws IOException {
    file = folder.resolve("tollroute.jsa");
    system.setProperty(ClassArchive.PROPERTY, file.toString());
    system.setProperty("java.class.path", jar("tollroute.jar", "the product").toString());
  }

  private Path jar(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  @Test
  @DisplayName("that was cut off while it was written is removed, so that the JVM makes it anew")
  void cutOff() throws IOException {
    for (int length : new int[] {0, 3, 4096}) {
      ClassArchive.removeUseless(system);
      Files.write(file, new byte[length]);

      ClassArchive.removeUseless(system);

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
    Files.move(file, folder.resolve("written"));
    // the start of the process that wrote it
    ClassArchive.removeUseless(system);
    Files.move(folder.resolve("written"), file);

    ClassArchive.removeUseless(system);

    assertThat(file).exists();
    assertThat(Arrays.equals(Files.readAllBytes(file), written)).isTrue();
  }

  @Test
  @DisplayName(
      "that was written with other jars is removed, once, for it would never be used again")
  void otherJars() throws IOException {
    ClassArchive.removeUseless(system);
    Path own = jar("own.jar", "a component");
    String product = system.getProperty("java.class.path");
    for (String classPath : new String[] {own + File.pathSeparator + product, product}) {
      Files.writeString(file, "classes");
      system.setProperty("java.class.path", classPath);

      ClassArchive.removeUseless(system);

      assertThat(file).as(classPath).doesNotExist();
      Files.writeString(file, "classes");
      ClassArchive.removeUseless(system);
      assertThat(file).as("made anew").exists();
    }
    jar("tollroute.jar", "another version of the product");
    ClassArchive.removeUseless(system);
    assertThat(file).doesNotExist();
  }

  @Test
  @DisplayName("of which nobody knows the jars is removed")
  void unknownJars() throws IOException {
    Files.writeString(file, "classes");

    ClassArchive.removeUseless(system);

    assertThat(file).doesNotExist();
  }

  @Test
  @DisplayName("is nobody's where none is named, and need not be there")
  void none() {
    assertThatCode(
            () -> {
              ClassArchive.removeUseless(system);
              ClassArchive.removeUseless(new Properties());
            })
        .doesNotThrowAnyException();
  }
}
