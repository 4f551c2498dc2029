package io.tollroute.limit;

import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Service;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.ledger.Ledger;
import io.tollroute.ledger.PaymentProof;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Holds strangers back: proofs that may be nobody's, or are of a payer who has not paid lately. Of
 * one address so many may be in flight until the facilitator has said that they are good, and of
 * all together not so many that those who have paid before find no place. A payer who has not paid
 * lately has one call done at a time.
 */
public final class LimitStrangers implements Processor {

  /** What work is done for. */
  private static final Set<String> CALLS = Set.of(Service.KIND, Service.JOB);

  private static final Slot<Boolean> STRANGER = new Slot<>("stranger", Boolean.class);
  private static final Slot<CallsInFlight.Place> PLACE =
      new Slot<>("strangersPlace", CallsInFlight.Place.class);

  private final KnownPayers known;
  private final Predicate<String> suspect;
  private final boolean alone;
  private final Ledger ledger;
  private final CallerAddress address;
  private final CallsInFlight ofAddress;
  private final CallsInFlight ofAll;

  /**
   * Takes for a stranger who is none of {@code known}.
   *
   * @param suspect whether a holder is trusted no more, though he has paid before
   * @param alone whether a payer who has not paid lately has one call done at a time
   * @param ledger where it shows that he has
   * @param perAddress how many of an address may be in flight
   * @param inAll how many of all
   */
  LimitStrangers(
      KnownPayers known,
      Predicate<String> suspect,
      boolean alone,
      Ledger ledger,
      CallerAddress address,
      int perAddress,
      int inAll) {
    this.known = known;
    this.suspect = suspect;
    this.alone = alone;
    this.ledger = ledger;
    this.address = address;
    this.ofAddress = new CallsInFlight("unverified_calls", perAddress);
    this.ofAll = new CallsInFlight("unverified_calls", inAll);
  }

  /** Whether nothing good is known of whoever makes the call. */
  static boolean isStranger(Exchange exchange) {
    return STRANGER.find(exchange).orElse(false);
  }

  /**
   * Lets pass who is known, and takes a place for whoever is not. Tokens were paid for.
   *
   * @throws Refusal {@code too_many_requests} when all are taken, or {@code ledger_unavailable}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    PaymentProof proof = CorridorSlots.PROOF.of(exchange);
    Optional<String> payer = proof.payer();
    boolean stranger =
        proof.prepaid().isEmpty()
            && !(proof.isPayers()
                && payer.isPresent()
                && !suspect.test(proof.holder())
                && known.contains(payer.get()));
    STRANGER.put(exchange, stranger);
    if (stranger) {
      hold(exchange);
      // anybody can name a payer, so what is not seen to be his takes nothing of his
      CorridorSlots.ALONE.put(exchange, alone && proof.isPayers() && isCall(exchange));
    }
  }

  /**
   * Takes a place for whoever says to be a payer, and only others know whether he is.
   *
   * @throws Refusal {@code too_many_requests} when all are taken
   */
  public void unproven(Exchange exchange) throws Refusal {
    STRANGER.put(exchange, true);
    hold(exchange);
  }

  private void hold(Exchange exchange) throws Refusal {
    CallsInFlight.Place own = ofAddress.take(address.of(exchange), exchange);
    PLACE.put(exchange, own.with(ofAll.take("", exchange)));
  }

  /**
   * Of a payer who turns out to be who he says only now, as what a contract wallet signs says
   * nothing here, one call is done at a time too, until he has paid.
   *
   * @throws Refusal {@code too_many_requests} while another one is not settled, or {@code
   *     ledger_unavailable}
   */
  public void aloneUntilPaid(Exchange exchange) throws Refusal {
    PaymentProof proof = CorridorSlots.PROOF.of(exchange);
    Optional<String> payer = proof.payer();
    if (alone
        && payer.isPresent()
        && isStranger(exchange)
        && !proof.isPayers()
        && isCall(exchange)
        && (suspect.test(proof.holder()) || !known.contains(payer.get()))) {
      ledger.standAlone(CorridorSlots.CHARGE.of(exchange), payer.get());
    }
  }

  private static boolean isCall(Exchange exchange) {
    return CatalogueSlots.KIND.find(exchange).filter(CALLS::contains).isPresent();
  }

  /** Gives the place back: whose the payment is, and that it is good, is known now. */
  public void verified(Exchange exchange) {
    CorridorSlots.VERIFIED.put(exchange, true);
    PLACE.find(exchange).ifPresent(CallsInFlight.Place::leave);
  }

  /** Notes that a payer has paid. */
  public void paid(Exchange exchange) {
    PaymentProof proof = CorridorSlots.PROOF.of(exchange);
    if (proof.prepaid().isEmpty()) {
      proof.payer().ifPresent(known::add);
    }
  }

  /** How many addresses have strangers in flight. */
  int holders() {
    return ofAddress.holders();
  }
}
