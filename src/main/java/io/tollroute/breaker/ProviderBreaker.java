package io.tollroute.breaker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;
import io.tollroute.catalog.CatalogueSlots;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * Keeps calls from a service whose provider is out of order. There is a breaker for each service:
 * Camel's own step of the kind has one for all calls that go through it, so one sick provider would
 * take the others with it.
 *
 * <p>A failure is what says that the provider is sick: no answer in time, no connection, an HTTP
 * status from 500. What the buyer's input is to blame for shows that the provider is well, and
 * being busy or an answer that cannot be used says neither.
 */
public final class ProviderBreaker implements Processor {

  private static final Set<String> SICK = Set.of("provider_timeout", "provider_unavailable");
  private static final Set<String> WELL = Set.of("provider_rejected");

  private static final Slot<Permit> PERMIT = new Slot<>("providerPermit", Permit.class);

  private static final int SERVER_ERROR = 500;

  private final Breakers breakers;

  /** Has a breaker of {@code breakers} for each service. */
  public ProviderBreaker(Breakers breakers) {
    this.breakers = breakers;
  }

  /** A call that was let through and whose outcome is to be said once. */
  private record Permit(CircuitBreaker breaker, long since, AtomicBoolean used) {

    void say(BiConsumer<CircuitBreaker, Long> outcome) {
      if (used.compareAndSet(false, true)) {
        outcome.accept(breaker, breaker.getCurrentTimestamp() - since);
      }
    }
  }

  /**
   * Lets a call through.
   *
   * @throws Refusal {@code provider_unavailable} at once, when its provider is out of order
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    CircuitBreaker breaker = breakers.of("service " + CatalogueSlots.SERVICE.of(exchange).id());
    if (!breaker.tryAcquirePermission()) {
      throw Refusal.of("provider_unavailable");
    }
    PERMIT.put(exchange, new Permit(breaker, breaker.getCurrentTimestamp(), new AtomicBoolean()));
  }

  /** The provider has answered. */
  public void answered(Exchange exchange) {
    end(exchange, ProviderBreaker::well);
  }

  /** The call has ended with a refusal, which may be the provider's doing. */
  public void refused(Exchange exchange) {
    Refusal refusal = CallSlots.REFUSAL.of(exchange);
    if (SICK.contains(refusal.word()) || isBroken(refusal)) {
      end(
          exchange,
          (breaker, millis) -> breaker.onError(millis, breaker.getTimestampUnit(), refusal));
    } else if (WELL.contains(refusal.word())) {
      end(exchange, ProviderBreaker::well);
    } else {
      end(exchange, (breaker, millis) -> breaker.releasePermission());
    }
  }

  private static void well(CircuitBreaker breaker, long millis) {
    breaker.onSuccess(millis, breaker.getTimestampUnit());
  }

  private static void end(Exchange exchange, BiConsumer<CircuitBreaker, Long> outcome) {
    PERMIT.find(exchange).ifPresent(permit -> permit.say(outcome));
    PERMIT.clear(exchange);
  }

  /** A connection that broke, or a server that says itself that it is out of order. */
  private static boolean isBroken(Refusal refusal) {
    return refusal.word().equals("provider_failed")
        && Stream.iterate(refusal.getCause(), cause -> cause != null, Throwable::getCause)
            .anyMatch(
                cause ->
                    cause instanceof IOException
                        || cause instanceof HttpOperationFailedException failed
                            && failed.getStatusCode() >= SERVER_ERROR);
  }
}
