package io.tollroute.discovery;

import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Answers with the document that the variable {@code document} names, or leaves the body empty and
 * says so in {@code unchanged} where whoever asks has it. Each is made when it is first asked for,
 * and again when something else is offered.
 */
public final class GiveDocument implements Processor {

  /** Which document: a name that {@link Documents} knows. */
  private static final Slot<String> DOCUMENT = new Slot<>("document", String.class);

  private record Made(Shelf of, Map<String, Ready> documents) {}

  private final Supplier<Shelf> window;
  private final Supplier<Documents> documents;
  private final Conditional answers;
  private volatile Optional<Made> made = Optional.empty();

  /** Gives {@code documents} of what {@code window} shows. */
  GiveDocument(Supplier<Shelf> window, Supplier<Documents> documents, Conditional answers) {
    this.answers = answers;
    this.window = window;
    this.documents = documents;
  }

  /**
   * Fills body, type and validator.
   *
   * @throws Refusal {@code unknown_service} when it is of one service and there is none of that
   *     name
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    String service = exchange.getMessage().getHeader("service", "", String.class);
    answers.answer(exchange, ready(DOCUMENT.of(exchange), service));
  }

  /** The names of all that it gives. */
  Set<String> names() {
    return documents.get().names();
  }

  private Ready ready(String name, String service) throws Refusal {
    Shelf shelf = window.get();
    Map<String, Ready> kept = kept(shelf);
    Optional<Document> ofAll = documents.get().find(name);
    if (ofAll.isPresent()) {
      return kept.computeIfAbsent(name, absent -> ofAll.get().of(shelf));
    }
    Offer offer = shelf.find(service).orElseThrow(() -> Documents.unknown(shelf, service));
    return kept.computeIfAbsent(
        name + " " + offer.service().id(), absent -> documents.get().ofOne(name, offer));
  }

  private Map<String, Ready> kept(Shelf shelf) {
    Optional<Made> now = made;
    if (now.isPresent() && now.get().of() == shelf) {
      return now.get().documents();
    }
    Made anew = new Made(shelf, new ConcurrentHashMap<>());
    made = Optional.of(anew);
    return anew.documents();
  }
}
