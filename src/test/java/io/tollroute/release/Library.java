package io.tollroute.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A library as the SBOM has it; its name is group:artifact. */
record Library(String name, String version, String sha256, Set<String> licences) {

  /** All of a CycloneDX document in JSON. */
  static List<Library> of(Path sbom) throws IOException {
    List<Library> libraries = new ArrayList<>();
    for (JsonNode component : new ObjectMapper().readTree(sbom.toFile()).path("components")) {
      libraries.add(
          new Library(
              component.path("group").asText() + ":" + component.path("name").asText(),
              component.path("version").asText(),
              sha256(component),
              licences(component)));
    }
    return libraries;
  }

  private static String sha256(JsonNode component) {
    for (JsonNode hash : component.path("hashes")) {
      if (hash.path("alg").asText().equals("SHA-256")) {
        return hash.path("content").asText();
      }
    }
    return "";
  }

  /** By their SPDX ids where there are some; an expression of alternatives is taken apart. */
  private static Set<String> licences(JsonNode component) {
    Set<String> names = new TreeSet<>();
    for (JsonNode entry : component.path("licenses")) {
      JsonNode licence = entry.path("license");
      String name = licence.path("id").asText(licence.path("name").asText());
      names.add(name);
      names.addAll(List.of(entry.path("expression").asText().replaceAll("[()]", "").split(" OR ")));
    }
    names.remove("");
    return names;
  }
}
