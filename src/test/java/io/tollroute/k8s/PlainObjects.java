package io.tollroute.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Objects by kind and name, without what is of the tool that made them: Helm's labels and
 * checksums, the hashes in Kustomize's names, the order of lists that are maps by a name.
 */
final class PlainObjects {

  private static final List<String> OF_HELM =
      List.of(
          "app.kubernetes.io/instance",
          "app.kubernetes.io/version",
          "app.kubernetes.io/managed-by",
          "helm.sh/chart",
          "helm.sh/resource-policy",
          "checksum/files",
          "checksum/settings");

  /** The letters that Kustomize writes hashes with. */
  private static final String HASH = "^(tollroute-.*)-[bcdfghkmt2456789]{10}$";

  private PlainObjects() {}

  static Map<String, JsonNode> of(Manifests manifests) {
    Map<String, JsonNode> plain = new TreeMap<>();
    for (JsonNode object : manifests.copy().objects()) {
      if (object.path("kind").asText().equals("ConfigMap")) {
        ((ObjectNode) object.path("metadata")).remove("labels");
        JsonNode name = object.at("/metadata/name");
        ((ObjectNode) object.path("metadata")).put("name", withoutHash(name.asText()));
      } else {
        tidy(object);
      }
      JsonNode before =
          plain.put(
              object.path("kind").asText() + " " + object.at("/metadata/name").asText(), object);
      if (before != null) {
        throw new AssertionError("twice: " + before.at("/metadata/name"));
      }
    }
    return plain;
  }

  private static String withoutHash(String name) {
    return name.replaceAll(HASH, "$1");
  }

  private static void tidy(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(OF_HELM);
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        tidy(field.getValue());
        if (field.getValue().isTextual()) {
          field.setValue(TextNode.valueOf(withoutHash(field.getValue().asText())));
        }
      }
      // what has become empty by it
      for (String name : List.of("labels", "annotations")) {
        if (object.path(name).isObject() && object.path(name).isEmpty()) {
          object.remove(name);
        }
      }
      sort(object, "env", "name");
      sort(object, "volumes", "name");
      sort(object, "volumeMounts", "mountPath");
    } else if (node instanceof ArrayNode array) {
      array.forEach(PlainObjects::tidy);
    }
  }

  private static void sort(ObjectNode object, String list, String by) {
    if (object.path(list) instanceof ArrayNode array) {
      List<JsonNode> sorted = new ArrayList<>();
      array.forEach(sorted::add);
      sorted.sort(Comparator.comparing(entry -> entry.path(by).asText()));
      array.removeAll();
      array.addAll(sorted);
    }
  }
}
