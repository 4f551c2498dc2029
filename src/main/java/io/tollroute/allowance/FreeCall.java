package io.tollroute.allowance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Allowance;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Service;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.corridor.IdempotencyKey;
import io.tollroute.input.InputValidator;
import io.tollroute.input.RequestReader;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.TokenBook;
import io.tollroute.ledger.TokenHash;
import io.tollroute.limit.CallerAddress;
import io.tollroute.limit.CallsInFlight;
import io.tollroute.seal.CallerNames;
import io.tollroute.x402.SignIn;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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
  private final SignIn signIn;
  private final TokenBook book;
  private final Clock clock;
  private final CallsInFlight ofCaller = new CallsInFlight("free_calls", 1);
  private final CallsInFlight ofAll;

  /**
   * Counts in {@code book}, by {@code address} or by wallet under a name of {@code names}.
   *
   * @param signIn shows which wallet is whose
   * @param inFlight how many may be worked on at once
   */
  FreeCall(
      RequestReader reader,
      InputValidator validator,
      CallerAddress address,
      CallerNames names,
      SignIn signIn,
      TokenBook book,
      Clock clock,
      int inFlight) {
    this.reader = reader;
    this.validator = validator;
    this.address = address;
    this.names = names;
    this.signIn = signIn;
    this.book = book;
    this.clock = clock;
    this.ofAll = new CallsInFlight("free_calls", inFlight);
  }

  /**
   * Fills the proof in the place of the refusal; or the reason why the caller's wallet is not seen
   * to be his; or changes nothing.
   *
   * @throws Refusal {@code invalid_idempotency_key}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Service service = CatalogueSlots.SERVICE.of(exchange);
    Optional<Allowance> free = service.tariff().free();
    boolean unpaid = CallSlots.REFUSAL.of(exchange).word().equals("payment_required");
    if (free.isEmpty() || !unpaid) {
      return;
    }
    String caller = address.of(exchange);
    Optional<String> whose =
        free.get().isOfWallets() ? wallet(service, exchange) : Optional.of(caller);
    if (whose.isEmpty()
        || caller.equals(CallerAddress.UNKNOWN)
        || !isTaken(service, exchange)
        || !hasPlace(caller, exchange)) {
      return;
    }
    LocalDate day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    String ofDay = service.id() + "\n" + day + "\n";
    String name = names.of(ofDay + whose.get());
    NewToken allowance = allowance(service, free.get().calls(), name, day.plusDays(1));
    if (hasLeft(allowance, places(allowance, free.get(), ofDay + caller))) {
      PaymentProof proof = named(exchange, new FreeProof(name, Optional.empty()));
      CorridorSlots.PROOF.put(exchange, proof);
      CorridorSlots.METHOD.put(exchange, proof.method());
      CallSlots.REFUSAL.clear(exchange);
    }
  }

  /** The caller's wallet; empty when he does not show one. What is wrong with it, the 402 says. */
  private Optional<String> wallet(Service service, Exchange exchange) {
    try {
      return signIn.wallet(service, exchange);
    } catch (Refusal notHis) {
      CallSlots.REFUSAL.put(exchange, notHis);
      return Optional.empty();
    }
  }

  /**
   * Where in the ledger an allowance may stand. A wallet costs nothing to make, so an address has
   * so many places for wallets, and each takes one when it first calls.
   */
  private List<String> places(NewToken allowance, Allowance free, String ofAddress) {
    return free.isOfWallets()
        ? IntStream.range(0, free.wallets())
            .mapToObj(place -> id(TokenHash.of(names.of(ofAddress + "\n" + place))))
            .toList()
        : List.of(allowance.id());
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
  private boolean hasLeft(NewToken allowance, List<String> places) {
    try {
      return book.allow(allowance, places)
          .filter(given -> given.used() < given.calls())
          .isPresent();
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
        id(hash),
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

  private static String id(TokenHash hash) {
    return "free_" + hash.hex().substring(0, ID_DIGITS);
  }

  private static PaymentProof named(Exchange exchange, PaymentProof proof) throws Refusal {
    Object header = exchange.getMessage().getHeader(IdempotencyKey.HEADER);
    return header == null ? proof : proof.identifiedBy(IdempotencyKey.read(header));
  }
}
