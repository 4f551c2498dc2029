package io.tollroute.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Objects as they would be sent to a cluster. */
record Manifests(List<JsonNode> objects) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Manifests parse(String yaml) {
    Load load = new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build());
    return new Manifests(
        StreamSupport.stream(load.loadAllFromString(yaml).spliterator(), false)
            .filter(Objects::nonNull)
            .map(document -> (JsonNode) JSON.valueToTree(document))
            .toList());
  }

  static Manifests read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What a Kustomization without patches amounts to, names without their hashes. Knows only what
   * k8s/base uses, so that the build does not need kustomize; {@link RenderedManifestsIT} asks the
   * real one.
   */
  static Manifests assemble(Path folder) {
    Path file = folder.resolve("kustomization.yaml");
    JsonNode kustomization =
        read(Files.exists(file) ? file : folder.resolve("Kustomization")).objects().get(0);
    List<JsonNode> objects = new ArrayList<>();
    for (JsonNode resource : kustomization.path("resources")) {
      Path path = folder.resolve(resource.asText()).normalize();
      objects.addAll((Files.isDirectory(path) ? assemble(path) : read(path)).objects());
    }
    for (JsonNode generator : kustomization.path("configMapGenerator")) {
      objects.add(generate(folder, generator));
    }
    for (JsonNode image : kustomization.path("images")) {
      for (JsonNode object : objects) {
        for (JsonNode container : object.at("/spec/template/spec/containers")) {
          if (container.path("image").equals(image.path("name"))) {
            ((ObjectNode) container)
                .put("image", image.path("name").asText() + ":" + image.path("newTag").asText());
          }
        }
      }
    }
    return new Manifests(objects);
  }

  private static JsonNode generate(Path folder, JsonNode generator) {
    ObjectNode map = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("name", generator.path("name").asText());
    ObjectNode data = map.putObject("data");
    try {
      for (JsonNode entry : generator.path("files")) {
        String text = entry.asText();
        int equals = text.indexOf('=');
        Path file = folder.resolve(text.substring(equals + 1));
        String key = equals < 0 ? file.getFileName().toString() : text.substring(0, equals);
        data.put(key, Files.readString(file));
      }
      for (JsonNode entry : generator.path("envs")) {
        for (String line : Files.readAllLines(folder.resolve(entry.asText()))) {
          if (!line.isBlank() && !line.startsWith("#")) {
            data.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return map;
  }

  List<JsonNode> ofKind(String kind) {
    return objects.stream().filter(object -> object.path("kind").asText().equals(kind)).toList();
  }

  JsonNode only(String kind) {
    List<JsonNode> found = ofKind(kind);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " objects of kind " + kind);
    }
    return found.get(0);
  }

  /** Keys and values of the ConfigMap of that name; nothing if there is none. */
  JsonNode configMap(String name) {
    return ofKind("ConfigMap").stream()
        .filter(map -> map.at("/metadata/name").asText().equals(name))
        .map(map -> map.path("data"))
        .findFirst()
        .orElseGet(JSON::createObjectNode);
  }

  Manifests copy() {
    return new Manifests(
        new ArrayList<>(objects.stream().map(object -> (JsonNode) object.deepCopy()).toList()));
  }
}
