package io.tollroute.breaker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.tollroute.log.SparseLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breakers of this process, one for each upstream. An upstream whose last calls have
 * failed too often is not called for a while, so that buyers are told at once and nobody waits;
 * then a few calls are let through, and what comes of them decides.
 */
public final class Breakers {

  private static final Logger LOG = LoggerFactory.getLogger(Breakers.class);

  private static final int TRIAL_CALLS = 3;

  /** Longer than any call may take, so that trials which are lost do not keep it shut for ever. */
  private static final Duration LONGEST_TRIAL = Duration.ofMinutes(20);

  private final Map<String, CircuitBreaker> breakers = new ConcurrentHashMap<>();

  /** A breaker stays open until somebody comes, and the next to come is let through. */
  private final Map<String, Instant> openUntil = new ConcurrentHashMap<>();

  private final BreakerRules rules;
  private final Clock clock;
  private final SparseLog log;

  /** Goes by {@code rules} and {@code clock}; who is kept back stands in {@code log}. */
  public Breakers(BreakerRules rules, Clock clock, SparseLog log) {
    this.rules = rules;
    this.clock = clock;
    this.log = log;
  }

  /** The breaker of an upstream, of which its users say what was a failure. */
  public CircuitBreaker of(String upstream) {
    return breakers.computeIfAbsent(upstream, name -> made(name, config().build()));
  }

  /**
   * The breaker of an upstream that finds out by itself what was a failure: {@code sickness} of an
   * exception, {@code sickAnswer} of what came back.
   */
  public CircuitBreaker of(
      String upstream, Predicate<Throwable> sickness, Predicate<Object> sickAnswer) {
    return breakers.computeIfAbsent(
        upstream,
        name -> made(name, config().recordException(sickness).recordResult(sickAnswer).build()));
  }

  /** Names of the upstreams that are not called at the moment, in order. */
  public List<String> open() {
    Instant now = clock.instant();
    return breakers.values().stream()
        .filter(breaker -> breaker.getState() == State.OPEN)
        .map(CircuitBreaker::getName)
        .filter(name -> now.isBefore(openUntil.getOrDefault(name, now)))
        .sorted()
        .toList();
  }

  /** The state of every breaker, {@code closed} or {@code open} for example, by its upstream. */
  public Map<String, String> states() {
    return breakers.values().stream()
        .collect(
            Collectors.toMap(
                CircuitBreaker::getName,
                breaker -> breaker.getState().name().toLowerCase(Locale.ROOT)));
  }

  private CircuitBreakerConfig.Builder config() {
    return CircuitBreakerConfig.custom()
        .clock(clock)
        .currentTimestampFunction(Clock::millis, java.util.concurrent.TimeUnit.MILLISECONDS)
        .slidingWindowSize(rules.calls())
        .minimumNumberOfCalls(rules.calls())
        .failureRateThreshold(rules.failurePercent())
        .waitDurationInOpenState(Duration.ofSeconds(rules.openSeconds()))
        .permittedNumberOfCallsInHalfOpenState(TRIAL_CALLS)
        .maxWaitDurationInHalfOpenState(LONGEST_TRIAL)
        .writableStackTraceEnabled(false);
  }

  private CircuitBreaker made(String upstream, CircuitBreakerConfig config) {
    CircuitBreaker breaker = CircuitBreaker.of(upstream, config);
    if (!rules.on()) {
      breaker.transitionToDisabledState();
      return breaker;
    }
    breaker
        .getEventPublisher()
        .onStateTransition(event -> tell(upstream, event.getStateTransition().getToState()));
    return breaker;
  }

  private void tell(String upstream, State state) {
    if (state == State.OPEN) {
      openUntil.put(upstream, clock.instant().plusSeconds(rules.openSeconds()));
      log.error(
          LOG,
          "open " + upstream,
          "alert=upstream_kept_back upstream="
              + upstream
              + " has failed too often and is not called for "
              + rules.openSeconds()
              + " s");
    } else if (state == State.CLOSED) {
      log.warn(LOG, "closed " + upstream, "upstream=" + upstream + " is called again");
    }
  }
}
