package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What a service file says, with what it has from others, and where each part stands.
 *
 * @param file the service's own
 * @param root never changed
 * @param places by JSON pointer (RFC 6901)
 */
record Source(Path file, JsonNode root, Map<String, Source.Place> places) {

  /** A line of a file, from 1. */
  record Place(Path file, int line) {}

  static Source of(Path file, LinedJson json) {
    Map<String, Place> places = new HashMap<>();
    json.lines().forEach((pointer, line) -> places.put(pointer, new Place(file, line)));
    return new Source(file, json.root(), places);
  }

  /** Where the part stands, or the nearest part around it that stands anywhere. */
  Place place(String pointer) {
    String at = pointer;
    while (!places.containsKey(at) && !at.isEmpty()) {
      at = at.substring(0, at.lastIndexOf('/'));
    }
    return places.getOrDefault(at, new Place(file, 1));
  }

  /** Something wrong with a part, where that stands. */
  Problem problem(String pointer, String reason) {
    Place place = place(pointer);
    return new Problem(place.file(), place.line(), reason);
  }

  /** The same with what it does not say itself from {@code base}, member by member. */
  Source over(Source base) {
    Map<String, Place> all = new HashMap<>(places);
    return new Source(file, merge(root, base.root(), "", "", base, all), all);
  }

  /**
   * The same with parts of it over parts of {@code base}.
   *
   * @param parts pointers into {@code base} by those of members of this
   */
  Source over(Source base, Map<String, String> parts) {
    if (parts.isEmpty()) {
      return this;
    }
    Map<String, Place> all = new HashMap<>(places);
    JsonNode whole = root.deepCopy();
    parts.forEach(
        (to, from) -> {
          int cut = to.lastIndexOf('/');
          JsonNode around = whole.at(to.substring(0, cut));
          String name = to.substring(cut + 1).replace("~1", "/").replace("~0", "~");
          JsonNode merged = merge(root.at(to), base.root().at(from), to, from, base, all);
          ((ObjectNode) around).set(name, merged);
        });
    return new Source(file, whole, all);
  }

  private static JsonNode merge(
      JsonNode own, JsonNode given, String to, String from, Source base, Map<String, Place> all) {
    if (!own.isObject() || !given.isObject()) {
      return own;
    }
    ObjectNode merged = ((ObjectNode) given).deepCopy();
    given
        .properties()
        .forEach(
            member -> {
              String there = LinedJson.append(from, member.getKey());
              String here = LinedJson.append(to, member.getKey());
              JsonNode mine = own.get(member.getKey());
              if (mine == null) {
                base.places()
                    .forEach(
                        (pointer, place) -> {
                          if (pointer.equals(there) || pointer.startsWith(there + "/")) {
                            all.put(here + pointer.substring(there.length()), place);
                          }
                        });
              } else {
                merged.set(member.getKey(), merge(mine, member.getValue(), here, there, base, all));
              }
            });
    own.properties()
        .forEach(
            member -> {
              if (!given.has(member.getKey())) {
                merged.set(member.getKey(), member.getValue());
              }
            });
    return merged;
  }

  /** The same with another member, which stands where {@code because} does. */
  Source with(String name, JsonNode value, String because) {
    ObjectNode whole = root.deepCopy();
    whole.set(name, value);
    Map<String, Place> all = new HashMap<>(places);
    all.put(LinedJson.append("", name), place(because));
    return new Source(file, whole, all);
  }

  /** The same without a member. */
  Source without(String name) {
    ObjectNode whole = root.deepCopy();
    whole.remove(name);
    return new Source(file, whole, places);
  }
}
