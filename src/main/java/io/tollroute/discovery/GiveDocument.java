package io.tollroute.discovery;

import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;
import io.tollroute.ledger.AnsweredCalls.Answered;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Answers with the document that the variable {@code document} names, or leaves the body empty and
 * says so in {@code unchanged} where whoever asks has it. Each is made when it is first asked for,
 * and again when something else is offered, or known of what it tells of.
 */
public final class GiveDocument implements Processor {

  /** Which document: a name that {@link Documents} knows. */
  private static final Slot<String> DOCUMENT = new Slot<>("document", String.class);

  private record Made(
      Shelf of, Map<String, Answered> answered, ConcurrentMap<String, Ready> documents) {

    static Optional<Made> of(Shelf shelf, Map<String, Answered> answered) {
      return Optional.of(new Made(shelf, answered, new ConcurrentHashMap<>()));
    }

    boolean isOf(Shelf shelf, Map<String, Answered> known) {
      return of == shelf && answered == known;
    }
  }

  private final Supplier<Shelf> window;
  private final Supplier<Map<String, Answered>> answered;
  private final Supplier<Documents> documents;
  private final Conditional answers;
  private volatile Optional<Made> made = Optional.empty();

  /** Apart: those that tell of answered calls change more often than what is offered. */
  private volatile Optional<Made> counted = Optional.empty();

  /**
   * Gives {@code documents} of what {@code window} shows.
   *
   * @param answered what is known of calls: the same object as long as that does not change
   */
  GiveDocument(
      Supplier<Shelf> window,
      Supplier<Map<String, Answered>> answered,
      Supplier<Documents> documents,
      Conditional answers) {
    this.answers = answers;
    this.answered = answered;
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
    Map<String, Ready> kept = documents.get().isCounting(name) ? counted(shelf) : made(shelf);
    Optional<Document> ofAll = documents.get().find(name);
    if (ofAll.isPresent()) {
      return kept.computeIfAbsent(name, absent -> ofAll.get().of(shelf));
    }
    Offer offer = shelf.find(service).orElseThrow(() -> Documents.unknown(shelf, service));
    return kept.computeIfAbsent(
        name + " " + offer.service().id(), absent -> documents.get().ofOne(name, offer));
  }

  private Map<String, Ready> made(Shelf shelf) {
    Optional<Made> now = made.filter(before -> before.isOf(shelf, Map.of()));
    if (now.isEmpty()) {
      now = Made.of(shelf, Map.of());
      made = now;
    }
    return now.get().documents();
  }

  private Map<String, Ready> counted(Shelf shelf) {
    Map<String, Answered> known = answered.get();
    Optional<Made> now = counted.filter(before -> before.isOf(shelf, known));
    if (now.isEmpty()) {
      now = Made.of(shelf, known);
      counted = now;
    }
    return now.get().documents();
  }
}
