package io.tollroute.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tollroute.answer.ErrorWord;
import io.tollroute.answer.ErrorWords;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Service;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PrepaidToken;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/**
 * Counts how requests end, each once. Steps of the routes call it: where a 402 is written, where
 * another refusal is, and where an answer or the name of a job is given.
 */
final class CallCounts {

  /** Services on the market are fewer; whoever has more sees the first of them. */
  static final int SERVICES = 500;

  private static final int FEW = 50;
  private static final int FIRST_OF_OURS = 500;
  private static final String NONE = "none";
  private static final String UNPAID = "payment_required";
  private static final String LIMITED = "too_many_requests";

  /** An empty object says no more than nothing does. */
  private static final int EMPTY_OBJECT = 2;

  private static final Slot<String> DOCUMENT = new Slot<>("document", String.class);
  private static final Slot<String> PAGE = new Slot<>("page", String.class);
  private static final Slot<String> MESSAGE = new Slot<>("mcpRefusal", String.class);

  private record Call(String service, String surface, String kind, String method, String outcome) {}

  private record Asked(String service, String surface, String asked) {}

  private record Own(String service, String outcome) {}

  private final BoundedNames services = new BoundedNames(SERVICES);
  private final BoundedNames kinds = new BoundedNames(FEW);
  private final BoundedNames methods = new BoundedNames(FEW);
  private final BoundedNames limits = new BoundedNames(FEW);
  private final BoundedNames documents = new BoundedNames(FEW);
  private final BoundedNames messages = new BoundedNames(FEW);
  private final Set<String> words;
  private final Set<String> ours;
  private final OwnWallets own;
  private final Counters<Call> calls;
  private final Counters<Asked> terms;
  private final Counters<Own> ownCalls;
  private final Counters<String> refusals;
  private final Counters<String> limited;
  private final Counters<String> given;
  private final Counters<String> refusedMessages;
  private final Counters<String> faults;

  /** Counts in {@code registry}, what {@code own} wallets pay for apart. */
  CallCounts(MeterRegistry registry, ErrorWords words, OwnWallets own) {
    this.words = words.all().stream().map(ErrorWord::word).collect(Collectors.toUnmodifiableSet());
    this.ours =
        words.all().stream()
            .filter(word -> word.status() >= FIRST_OF_OURS)
            .map(ErrorWord::word)
            .collect(Collectors.toUnmodifiableSet());
    this.own = own;
    this.calls =
        new Counters<>(
            registry,
            "tollroute.calls",
            "Requests for something that is sold, by how they ended",
            call ->
                Tags.of(
                    "service", call.service(),
                    "surface", call.surface(),
                    "kind", call.kind(),
                    "method", call.method(),
                    "outcome", call.outcome()));
    this.terms =
        new Counters<>(
            registry,
            "tollroute.terms",
            "Requests without a payment that were told the terms",
            asked ->
                Tags.of(
                    "service", asked.service(),
                    "surface", asked.surface(),
                    "asked", asked.asked()));
    this.ownCalls =
        new Counters<>(
            registry,
            "tollroute.own.calls",
            "Requests paid by a wallet of the operator's",
            call -> Tags.of("service", call.service(), "outcome", call.outcome()));
    this.refusals =
        new Counters<>(
            registry,
            "tollroute.other.refusals",
            "Requests that were refused before they had named anything that is sold",
            outcome -> Tags.of("outcome", outcome));
    this.limited =
        new Counters<>(
            registry,
            "tollroute.limited",
            "Requests that were refused because of a limit on one caller",
            limit -> Tags.of("limit", limit));
    this.given =
        new Counters<>(
            registry,
            "tollroute.documents",
            "Free documents and pages that were asked for",
            document -> Tags.of("document", document));
    this.refusedMessages =
        new Counters<>(
            registry,
            "tollroute.mcp.refusals",
            "MCP messages that were refused before they had named anything that is sold",
            outcome -> Tags.of("outcome", outcome));
    this.faults =
        new Counters<>(
            registry,
            "tollroute.faults",
            "Requests of anybody that were refused through no fault of his",
            outcome -> Tags.of("outcome", outcome));
    ours.forEach(faults::expect);
  }

  /** A 402 is about to be written. */
  void demand(Exchange exchange) {
    String word = word(exchange);
    if (word.equals(UNPAID) && CorridorSlots.METHOD.find(exchange).isEmpty()) {
      terms.add(new Asked(service(exchange), surface(exchange), asked(exchange)));
    } else {
      refused(exchange, word);
    }
  }

  /** Another refusal is about to be written. */
  void refusal(Exchange exchange) {
    refused(exchange, word(exchange));
  }

  /** Something sold was given, for the first time or once more. */
  void sale(Exchange exchange) {
    ended(
        exchange,
        CorridorSlots.CLAIMED.find(exchange).filter("replay"::equals).isPresent()
            ? "replayed"
            : "sold");
  }

  /** A buyer was told that his job goes on. */
  void working(Exchange exchange) {
    ended(exchange, "working");
  }

  /** A document or page is given, or said to be what the caller has. */
  void document(Exchange exchange) {
    given.add(documents.of(DOCUMENT.find(exchange).or(() -> PAGE.find(exchange)).orElse(NONE)));
  }

  /** An MCP message was answered; what it called has been counted already. */
  void message(Exchange exchange) {
    MESSAGE
        .find(exchange)
        .ifPresent(
            word -> {
              refusedMessages.add(messages.of(word));
              sorted(exchange, word);
            });
  }

  /** Counts apart what a limit or we are to blame for. */
  private void sorted(Exchange exchange, String word) {
    if (word.equals(LIMITED)) {
      limited.add(
          limits.of(CallSlots.REFUSAL.find(exchange).flatMap(Refusal::reason).orElse(NONE)));
    }
    if (ours.contains(word)) {
      faults.add(word);
    }
  }

  private void refused(Exchange exchange, String word) {
    sorted(exchange, word);
    if (CatalogueSlots.PRODUCT.find(exchange).isPresent()
        || CorridorSlots.METHOD.find(exchange).isPresent()) {
      ended(exchange, word);
    } else {
      refusals.add(word);
    }
  }

  private void ended(Exchange exchange, String outcome) {
    if (isProbe(exchange) || CorridorSlots.PROOF.find(exchange).filter(own::made).isPresent()) {
      ownCalls.add(new Own(service(exchange), outcome));
      return;
    }
    calls.add(
        new Call(
            service(exchange),
            surface(exchange),
            kind(exchange),
            methods.of(CorridorSlots.METHOD.find(exchange).orElse(NONE)),
            outcome));
  }

  private String word(Exchange exchange) {
    String word = CallSlots.REFUSAL.find(exchange).map(Refusal::word).orElse(NONE);
    return words.contains(word) ? word : BoundedNames.OTHER;
  }

  /** Of a token the service that it is for; never what somebody has asked for. */
  private String service(Exchange exchange) {
    return services.of(
        CorridorSlots.BUYS
            .find(exchange)
            .map(PrepaidToken::service)
            .or(() -> CorridorSlots.SELLS.find(exchange).map(NewToken::service))
            .or(() -> CatalogueSlots.SERVICE.find(exchange).map(Service::id))
            .orElse(NONE));
  }

  /** The operator buys from himself. */
  private static boolean isProbe(Exchange exchange) {
    return CallSlots.SURFACE.find(exchange).filter(CallSlots.PROBE::equals).isPresent();
  }

  private static String surface(Exchange exchange) {
    return CallSlots.SURFACE.find(exchange).filter("mcp"::equals).orElse("http");
  }

  /** What a look ends is a job; it knows nothing of the product. */
  private String kind(Exchange exchange) {
    boolean look = CorridorSlots.RECONCILING.find(exchange).orElse(false);
    return look ? "job" : kinds.of(CatalogueSlots.KIND.find(exchange).orElse(NONE));
  }

  /** Directories and monitors ask with nothing; who means to buy has an input. */
  private static String asked(Exchange exchange) {
    boolean order =
        CorridorSlots.BUYS.find(exchange).isPresent()
            || CorridorSlots.SELLS.find(exchange).isPresent();
    if (order) {
      return "order";
    }
    return size(exchange.getMessage().getBody()) > EMPTY_OBJECT ? "input" : "nothing";
  }

  /** Bodies are read once, and this is not the reader. */
  private static int size(Object body) {
    if (body instanceof byte[] bytes) {
      return bytes.length;
    }
    if (body instanceof Buffer buffer) {
      return buffer.length();
    }
    if (body instanceof ByteBuffer buffer) {
      return buffer.remaining();
    }
    return body instanceof String text ? text.length() : 0;
  }
}
