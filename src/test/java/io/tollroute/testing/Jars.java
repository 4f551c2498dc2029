package io.tollroute.testing;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Makes jars while a test runs. */
public final class Jars {

  private static final String SOURCE = ".java";

  private Jars() {}

  /**
   * A jar of every file below {@code folder}, with what is compiled of its {@code .java} files in
   * place of these.
   */
  public static Path pack(Path folder, Path jar) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path")));
    List<String> sources;
    try (Stream<Path> files = Files.walk(folder)) {
      sources = files.map(Path::toString).filter(file -> file.endsWith(SOURCE)).toList();
    }
    if (!sources.isEmpty()) {
      arguments.addAll(sources);
      int compiled =
          ToolProvider.getSystemJavaCompiler()
              .run(null, null, null, arguments.toArray(String[]::new));
      if (compiled != 0) {
        throw new IOException("it cannot be compiled: " + sources);
      }
    }
    return write(folder, jar, new Manifest());
  }

  /** The product as a thin jar: its own classes, and by name the libraries of this process. */
  public static Path product(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, "io.tollroute.Tollroute");
    attributes.put(
        Attributes.Name.CLASS_PATH,
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.endsWith(".jar"))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" ")));
    return write(Path.of("target", "classes").toAbsolutePath(), jar, manifest);
  }

  private static Path write(Path folder, Path jar, Manifest manifest) throws IOException {
    Files.createDirectories(jar.toAbsolutePath().getParent());
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream written = new JarOutputStream(out, manifest);
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = folder.relativize(file).toString().replace(File.separatorChar, '/');
        if (Files.isDirectory(file)) {
          // some look for a folder in a jar by its own entry
          if (!name.isEmpty()) {
            written.putNextEntry(new JarEntry(name + "/"));
            written.closeEntry();
          }
        } else if (!name.endsWith(SOURCE)) {
          written.putNextEntry(new JarEntry(name));
          Files.copy(file, written);
          written.closeEntry();
        }
      }
    }
    return jar;
  }
}
