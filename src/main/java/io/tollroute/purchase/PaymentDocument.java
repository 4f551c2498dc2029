package io.tollroute.purchase;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Service;
import io.tollroute.corridor.PaymentMethod;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PrepaidToken;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A payment as buyers are shown it. */
final class PaymentDocument {

  private final LiveCatalogue catalogue;
  private final Clock clock;
  private final List<PaymentMethod> settling;
  private final long validSeconds;

  /** A payment can be paid with {@code settling}, and is then good for {@code validSeconds}. */
  PaymentDocument(
      LiveCatalogue catalogue, Clock clock, List<PaymentMethod> settling, long validSeconds) {
    this.catalogue = catalogue;
    this.clock = clock;
    this.settling = List.copyOf(settling);
    this.validSeconds = validSeconds;
  }

  /** A payment of the book. */
  ObjectNode of(PrepaidToken payment) {
    return document(payment, payment.status(now()));
  }

  /** A payment that is about to be created, not paid yet. */
  ObjectNode pending(NewToken made) {
    return of(payment(made, PrepaidToken.State.PENDING, made.expiresAt(), Optional.empty()));
  }

  /** A payment that is about to be created and paid in one. */
  ObjectNode paid(NewToken made) {
    return of(payment(made, PrepaidToken.State.PAID, now() + validSeconds, Optional.of(now())));
  }

  /** A payment of the book as it will be once it is paid. */
  ObjectNode paid(PrepaidToken pending) {
    return of(
        new PrepaidToken(
            pending.id(),
            pending.service(),
            pending.micros(),
            pending.currency(),
            pending.calls(),
            pending.units(),
            pending.used(),
            PrepaidToken.State.PAID,
            pending.provider(),
            pending.payer(),
            pending.createdAt(),
            now() + validSeconds,
            Optional.of(now())));
  }

  private PrepaidToken payment(
      NewToken made, PrepaidToken.State state, long expiresAt, Optional<Long> paidAt) {
    return new PrepaidToken(
        made.id(),
        made.service(),
        made.micros(),
        made.currency(),
        made.calls(),
        made.units(),
        0,
        state,
        made.provider(),
        made.payer(),
        now(),
        expiresAt,
        paidAt);
  }

  private ObjectNode document(PrepaidToken payment, String status) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("paymentId", payment.id());
    document.put("serviceId", payment.service());
    document.put("internalServiceId", internalId(payment.service()));
    document.put("provider", mover(payment.provider()));
    document.put("providerId", payment.provider());
    Price total = Price.ofMicros(payment.currency(), payment.totalMicros());
    total.cents().ifPresent(cents -> document.put("amountCents", cents));
    document.put("amount", total.text());
    document.put("currency", payment.currency());
    document.put("billingMode", "per_call");
    document.put("maxCalls", payment.calls());
    payment.units().ifPresent(units -> document.put("unitsPerCall", units));
    document.put("remainingCalls", payment.remaining(now()));
    document.put("status", status);
    accounts().findFirst().ifPresent(account -> document.put("payTo", account.payTo()));
    document.put("createdAt", time(payment.createdAt()));
    document.put("expiresAt", time(payment.expiresAt()));
    if (payment.paidAt().isPresent()) {
      document.put("paidAt", time(payment.paidAt().get()));
    } else {
      document.putNull("paidAt");
    }
    return document;
  }

  private Stream<PaymentMethod.Account> accounts() {
    return settling.stream().flatMap(method -> method.account().stream());
  }

  /** Who moves the money: somebody else for a payment method, or the provider himself. */
  private String mover(String provider) {
    return settling.stream()
        .filter(method -> method.name().equals(provider))
        .flatMap(method -> method.account().stream())
        .map(PaymentMethod.Account::mover)
        .findFirst()
        .orElse(provider);
  }

  /** The id under which older clients know the service; its own where it has no other. */
  private String internalId(String serviceId) {
    return catalogue
        .current()
        .find(serviceId)
        .map(Service::aliases)
        .filter(aliases -> !aliases.isEmpty())
        .map(aliases -> aliases.get(0))
        .orElse(serviceId);
  }

  private static String time(long seconds) {
    return Instant.ofEpochSecond(seconds).toString();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
