package io.tollroute.allowance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Service;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.corridor.IdempotencyKey;
import io.tollroute.input.InputValidator;
import io.tollroute.input.RequestReader;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.PrepaidToken;
import io.tollroute.ledger.TokenBook;
import io.tollroute.ledger.TokenHash;
import io.tollroute.limit.CallerAddress;
import io.tollroute.limit.CallsInFlight;
import io.tollroute.seal.CallerNames;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Lets an unpaid call go on whose caller has some left for nothing, with the use of his allowance
 * as its proof. Any other is told the price, as it would be without an allowance.
 */
final class FreeCall implements Processor {

  private static final int ID_DIGITS = 40;

  private final RequestReader reader;
  private final InputValidator validator;
  private final CallerAddress address;
  private final CallerNames names;
  private final TokenBook book;
  private final Clock clock;
  private final CallsInFlight ofCaller = new CallsInFlight("free_calls", 1);
  private final CallsInFlight ofAll;

  /**
   * Counts in {@code book}, by {@code address} under a name of {@code names}.
   *
   * @param inFlight how many may be worked on at once
   */
  FreeCall(
      RequestReader reader,
      InputValidator validator,
      CallerAddress address,
      CallerNames names,
      TokenBook book,
      Clock clock,
      int inFlight) {
    this.reader = reader;
    this.validator = validator;
    this.address = address;
    this.names = names;
    this.book = book;
    this.clock = clock;
    this.ofAll = new CallsInFlight("free_calls", inFlight);
  }

  /**
   * Fills the proof in the place of the refusal, or changes nothing.
   *
   * @throws Refusal {@code invalid_idempotency_key}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Service service = CatalogueSlots.SERVICE.of(exchange);
    Optional<Integer> calls = service.tariff().freePerDay();
    boolean unpaid = CallSlots.REFUSAL.of(exchange).word().equals("payment_required");
    if (calls.isEmpty() || !unpaid) {
      return;
    }
    String caller = address.of(exchange);
    if (caller.equals(CallerAddress.UNKNOWN)
        || !isTaken(service, exchange)
        || !hasPlace(caller, exchange)) {
      return;
    }
    LocalDate day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    String name = names.of(service.id() + "\n" + day + "\n" + caller);
    if (hasLeft(allowance(service, calls.get(), name, day.plusDays(1)))) {
      PaymentProof proof = named(exchange, new FreeProof(name, Optional.empty()));
      CorridorSlots.PROOF.put(exchange, proof);
      CorridorSlots.METHOD.put(exchange, proof.method());
      CallSlots.REFUSAL.clear(exchange);
    }
  }

  /** Whether the service takes the input: a wrong one is told the terms. */
  private boolean isTaken(Service service, Exchange exchange) {
    byte[] body = exchange.getMessage().getBody(byte[].class);
    Optional<ObjectNode> input =
        body == null || body.length == 0 ? Optional.empty() : reader.readable(body);
    if (input.isEmpty()) {
      return false;
    }
    try {
      service.pricedFor(validator.validate(service, input.get()));
      return true;
    } catch (Refusal notTaken) {
      return false;
    }
  }

  /** While the ledger does not answer, a price can still be asked, and nothing is for nothing. */
  private boolean hasLeft(NewToken allowance) {
    try {
      PrepaidToken given = book.allow(allowance);
      return given.used() < given.calls();
    } catch (Refusal unavailable) {
      return false;
    }
  }

  /** Whoever has none is not sent away: he is told how to pay. */
  private boolean hasPlace(String caller, Exchange exchange) {
    try {
      ofCaller.take(caller, exchange);
      ofAll.take("", exchange);
      return true;
    } catch (Refusal taken) {
      CallSlots.QUOTA.clear(exchange);
      return false;
    }
  }

  private static NewToken allowance(Service service, int calls, String name, LocalDate until) {
    TokenHash hash = TokenHash.of(name);
    return new NewToken(
        "free_" + hash.hex().substring(0, ID_DIGITS),
        hash,
        service.id(),
        0,
        service.price().currency(),
        calls,
        Optional.empty(),
        FreeProof.METHOD,
        Optional.empty(),
        until.atStartOfDay(ZoneOffset.UTC).toEpochSecond());
  }

  private static PaymentProof named(Exchange exchange, PaymentProof proof) throws Refusal {
    Object header = exchange.getMessage().getHeader(IdempotencyKey.HEADER);
    return header == null ? proof : proof.identifiedBy(IdempotencyKey.read(header));
  }
}
