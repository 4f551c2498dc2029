package io.tollroute.discovery;

import io.tollroute.call.Refusal;
import io.tollroute.catalog.Service;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** All documents, by the names that routes have for them. */
final class Documents {

  /** Makes a document of one service. */
  @FunctionalInterface
  interface OfOne {

    /** Its bytes. */
    byte[] of(Offer offer);
  }

  private record One(String type, OfOne maker) {}

  private final Map<String, Document> ofAll = new LinkedHashMap<>();
  private final Map<String, One> ofOne = new LinkedHashMap<>();
  private final Set<String> counting = new HashSet<>();

  /** Adds a document of all that is offered. */
  Documents with(String name, String type, Maker maker) {
    ofAll.put(name, new Document(type, maker));
    return this;
  }

  /** Adds a document that there is of each service. */
  Documents withEach(String name, String type, OfOne maker) {
    ofOne.put(name, new One(type, maker));
    return this;
  }

  /** Says of documents that they tell of calls that were answered. */
  Documents counting(String... names) {
    counting.addAll(List.of(names));
    return this;
  }

  /** Whether what the document of that name says changes with the calls that are answered. */
  boolean isCounting(String name) {
    return counting.contains(name);
  }

  /** The document of that name; empty where it is of one service. */
  Optional<Document> find(String name) {
    return Optional.ofNullable(ofAll.get(name));
  }

  /** The document of one service; a name that nothing has is a defect of the route. */
  Ready ofOne(String name, Offer offer) {
    One one = ofOne.get(name);
    if (one == null) {
      throw new IllegalArgumentException("no document is called " + name);
    }
    return Ready.of(one.type(), one.maker().of(offer));
  }

  /** Every name. */
  Set<String> names() {
    Set<String> names = new TreeSet<>(ofAll.keySet());
    names.addAll(ofOne.keySet());
    return names;
  }

  /** Why there is no document of a service that there is not. */
  static Refusal unknown(Shelf shelf, String asked) {
    Refusal refusal = Refusal.of("unknown_service");
    return shelf
        .catalogue()
        .nearest(asked)
        .map(Service::id)
        .map(id -> refusal.saying("There is no service of that name. Did you mean " + id + "?"))
        .orElse(refusal);
  }
}
