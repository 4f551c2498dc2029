package io.tollroute.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Version;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** The list of holes that is kept in the repository. */
record KnownHoles(LocalDate date, List<Hole> holes) {

  /** Versions from {@code from} on, before {@code below}; with an answer it is none here. */
  record Hole(String id, String library, String from, String below, String answer) {

    boolean isIn(Library other) {
      return library.equals(other.name())
          && compare(other.version(), below) < 0
          && (from.isEmpty() || compare(other.version(), from) >= 0);
    }

    private static int compare(String one, String other) {
      return Version.parse(one).compareTo(Version.parse(other));
    }
  }

  static KnownHoles read() throws IOException {
    try (InputStream text = KnownHoles.class.getResourceAsStream("/known-holes.yaml")) {
      JsonNode list = new YAMLMapper().readTree(text);
      List<Hole> holes = new ArrayList<>();
      for (JsonNode hole : list.path("holes")) {
        holes.add(
            new Hole(
                hole.path("id").asText(),
                hole.path("library").asText(),
                hole.path("from").asText(),
                hole.path("below").asText(),
                hole.path("answer").asText()));
      }
      return new KnownHoles(LocalDate.parse(list.path("date").asText()), holes);
    }
  }

  /** Those that nobody has answered, each as "CVE-... in library version". */
  List<String> open(List<Library> shipped) {
    return holes.stream()
        .filter(hole -> hole.answer().isBlank())
        .flatMap(
            hole ->
                shipped.stream()
                    .filter(hole::isIn)
                    .map(library -> hole.id() + " in " + library.name() + " " + library.version()))
        .toList();
  }
}
