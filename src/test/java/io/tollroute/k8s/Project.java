package io.tollroute.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.testing.PomVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the manifests must agree with: the settings, the files and the image of this project. */
final class Project {

  static final Path ROOT = Path.of("").toAbsolutePath();
  static final Path K8S = ROOT.resolve("k8s");

  private final JsonNode settings =
      Manifests.read(ROOT.resolve("src/main/resources/settings.yaml")).objects().get(0);
  private final String pom = text(ROOT.resolve("pom.xml"));

  int port(String setting) {
    return settings.path(setting).path("default").asInt();
  }

  boolean knowsVariable(String name) {
    return setting(name) != null;
  }

  boolean isSecret(String variable) {
    JsonNode setting = setting(variable);
    return variable.startsWith("ALIBABA_CLOUD_")
        || (setting != null && setting.path("secret").asBoolean());
  }

  private JsonNode setting(String variable) {
    return settings.properties().stream()
        .filter(e -> e.getKey().toUpperCase().replaceAll("[.-]", "_").equals(variable))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  /** Seconds that a stop takes at most: calls in flight, then routes, server and ledger. */
  int shutdownTimeout() {
    return setting("TOLLROUTE_DRAIN_SECONDS").path("default").asInt() + 8;
  }

  String version() {
    return PomVersion.read();
  }

  /** The user of the image, as uid:gid. */
  String imageUser() {
    return inPom("<user>(\\d+:\\d+)</user>");
  }

  private String inPom(String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(pom);
    if (!matcher.find()) {
      throw new AssertionError("pom.xml has no " + pattern);
    }
    return matcher.group(1);
  }

  /** Path below the folder, with slashes, and content of every file with that ending. */
  static Map<String, String> files(String folder, String ending) {
    Path root = ROOT.resolve(folder);
    try (Stream<Path> found = Files.walk(root)) {
      return found
          .filter(file -> file.toString().endsWith(ending))
          .collect(
              Collectors.toMap(
                  file -> root.relativize(file).toString().replace('\\', '/'),
                  Project::text,
                  (one, other) -> one,
                  TreeMap::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
