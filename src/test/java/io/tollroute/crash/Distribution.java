package io.tollroute.crash;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The product as this build made it, ready to be started as a process of its own: its classes in a
 * jar, the libraries from the class path, and nothing of the tests.
 */
final class Distribution {

  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms256m",
          "-Xmx256m",
          "-Xmn160m",
          "-Xss512k",
          "-XX:-UsePerfData",
          "-XX:TieredStopAtLevel=1",
          "-Xlog:cds=off",
          "-Xlog:cds+dynamic=off",
          "-Dfile.encoding=UTF-8",
          // a JVM of 17 with an agent dies of archived classes that are from META-INF/versions
          "-Djdk.util.jar.enableMultiRelease=false");

  private final Path folder;
  private final String classPath;
  private final String agent;
  private final boolean learns;

  /** Packs the product, unless another test of this build has done so. */
  Distribution() throws IOException {
    folder = Files.createDirectories(Path.of("target", "crash").toAbsolutePath());
    agent = agent();
    Path classes = Path.of("target", "classes").toAbsolutePath();
    Path jar = folder.resolve("tollroute.jar");
    if (!Files.exists(jar) || isOlder(jar, classes)) {
      Files.deleteIfExists(archive());
      pack(classes, jar);
    }
    classPath = withLibraries(jar);
    learns = true;
  }

  /** The product as it was, with the libraries of now; nothing is learned for it. */
  Distribution(EarlierRelease earlier) {
    folder = earlier.home();
    classPath = withLibraries(earlier.classes());
    agent = "";
    learns = false;
  }

  private static String withLibraries(Path product) {
    String built = Path.of("target").toAbsolutePath().toString();
    return product
        + File.pathSeparator
        + entries()
            .filter(entry -> entry.endsWith(".jar") && !entry.equals(agent()))
            .filter(entry -> !entry.startsWith(built))
            .collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<String> entries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator));
  }

  private static String agent() {
    return entries()
        .filter(entry -> entry.contains("byteman"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Byteman is not on the class path"));
  }

  private static boolean isOlder(Path jar, Path classes) throws IOException {
    FileTime packed = Files.getLastModifiedTime(jar);
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.toList()) {
        if (Files.getLastModifiedTime(file).compareTo(packed) > 0) {
          return true;
        }
      }
    }
    return false;
  }

  private static void pack(Path classes, Path jar) throws IOException {
    int packed =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "--create",
                "--file",
                jar.toString(),
                "-C",
                classes.toString(),
                ".");
    if (packed != 0) {
      throw new IOException("the classes could not be packed");
    }
  }

  boolean isLearned() {
    return Files.exists(archive());
  }

  /** The command that starts the product, with an agent's rules if there are any. */
  List<String> command(Optional<Path> rules) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    // classes in the form that a JVM loads fastest: learned by the first process that ends in order
    if (learns) {
      command.add(
          (isLearned() ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive());
    }
    rules.ifPresent(script -> command.add("-javaagent:" + agent + "=script:" + script));
    command.addAll(List.of("-cp", classPath, "io.tollroute.Tollroute", "serve"));
    return command;
  }

  /** Another command of the product's, as it is typed. */
  List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xlog:cds=off"));
    command.addAll(List.of("-cp", classPath, "io.tollroute.Tollroute"));
    command.addAll(List.of(arguments));
    return command;
  }

  private Path archive() {
    return folder.resolve("tollroute.jsa");
  }
}
