package io.tollroute.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.util.RawValue;
import io.tollroute.ledger.AnsweredCalls.Answered;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The entries of what is offered, written once and again when something in them changes. */
final class Entries {

  private record Written(Offer offer, Optional<Answered> answered, byte[] json) {

    boolean says(Offer now, Optional<Answered> known) {
      return offer == now && answered.equals(known);
    }
  }

  private final Json json = new Json();
  private final Map<String, Written> written = new ConcurrentHashMap<>();
  private final Entry entry;
  private final Supplier<Map<String, Answered>> answered;

  /** Entries by {@code entry}; {@code answered} is what is known of calls, by the service's id. */
  Entries(Entry entry, Supplier<Map<String, Answered>> answered) {
    this.entry = entry;
    this.answered = answered;
  }

  /** The whole entry, which can be written and not be looked into. */
  JsonNode of(Offer offer) {
    String id = offer.service().id();
    Optional<Answered> known = Optional.ofNullable(answered.get().get(id));
    Written before = written.get(id);
    if (before == null || !before.says(offer, known)) {
      before = new Written(offer, known, json.bytes(entry.of(offer, known)));
      written.put(id, before);
    }
    return JsonNodeFactory.instance.rawValueNode(
        new RawValue(new String(before.json(), StandardCharsets.UTF_8)));
  }
}
