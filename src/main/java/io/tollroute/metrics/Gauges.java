package io.tollroute.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.tollroute.breaker.Breakers;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.EventBacklog;
import io.tollroute.ledger.OpenCharges;
import io.tollroute.ledger.UndecidedCharges;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What is looked at when somebody asks, because it is there anyway or comes and goes. */
final class Gauges {

  private static final double MICROS = 1e6;

  private final MeterRegistry registry;
  private final List<Runnable> before = new ArrayList<>();

  Gauges(MeterRegistry registry) {
    this.registry = registry;
  }

  /** What has to be done before somebody looks. */
  List<Runnable> before() {
    return List.copyOf(before);
  }

  /** Has this done, too, before somebody looks. */
  void first(Runnable work) {
    before.add(work);
  }

  /** One number; {@code labels} are names and values in turn. */
  void gauge(String name, String description, Supplier<Number> value, String... labels) {
    Gauge.builder(name, value).description(description).tags(labels).register(registry);
  }

  /** A number that {@code who} counts, whom somebody must hold as long as he counts. */
  <T> void counter(String name, String description, T who, ToDoubleFunction<T> count) {
    FunctionCounter.builder(name, who, count).description(description).register(registry);
  }

  /** How often each word was said at the door; a word has its counter once it was said. */
  void door(Map<String, LongAdder> said) {
    Map<String, FunctionCounter> known = new ConcurrentHashMap<>();
    before.add(
        () ->
            said.forEach(
                (word, times) ->
                    known.computeIfAbsent(
                        word,
                        first ->
                            FunctionCounter.builder(
                                    "tollroute.door.refusals", times, LongAdder::sum)
                                .description("Requests that were refused before a route saw them")
                                .tag("outcome", word)
                                .register(registry))));
  }

  /** The state of every breaker that somebody has needed. */
  void breakers(Breakers breakers, BoundedNames upstreams) {
    MultiGauge states =
        MultiGauge.builder("tollroute.breaker.state")
            .description("1 for the state in which the circuit breaker of an upstream is")
            .register(registry);
    before.add(
        () -> {
          Map<Tags, Number> rows = new ConcurrentHashMap<>();
          breakers
              .states()
              .forEach(
                  (upstream, state) ->
                      rows.put(Tags.of("upstream", upstreams.of(upstream), "state", state), 1));
          register(states, rows);
        });
  }

  /** Charges that are not settled, and what is owed back of them. */
  void charges(OpenBooks books, UndecidedCharges undecided) {
    MultiGauge counts =
        MultiGauge.builder("tollroute.charges")
            .description("Charges that are not settled, by state, as of the last minute")
            .register(registry);
    MultiGauge owed =
        MultiGauge.builder("tollroute.refunds.owed")
            .description("Money of charges that is to be paid back, as of the last minute")
            .register(registry);
    before.add(
        () -> {
          Map<Tags, Number> byState = new ConcurrentHashMap<>();
          for (Charge.State state : Charge.State.values()) {
            if (state != Charge.State.SETTLED) {
              byState.put(Tags.of("state", state.name().toLowerCase(Locale.ROOT)), 0L);
            }
          }
          Map<Tags, Number> toPayBack =
              new ConcurrentHashMap<>(Map.of(Tags.of("currency", "USD"), 0.0));
          for (OpenCharges.Sum sum : books.latest()) {
            byState.merge(
                Tags.of("state", sum.state().name().toLowerCase(Locale.ROOT)),
                sum.count(),
                (one, other) -> one.longValue() + other.longValue());
            if (sum.state() == Charge.State.REFUND_DUE) {
              toPayBack.put(Tags.of("currency", sum.currency()), sum.micros() / MICROS);
            }
          }
          register(counts, byState);
          register(owed, toPayBack);
        });
    gauge(
        "tollroute.undecided",
        "Charges of which nobody knows whether money moved",
        () -> undecided.latest().count());
    gauge(
        "tollroute.undecided.oldest.seconds",
        "Age of the oldest of them, in seconds; 0 where there is none",
        () -> undecided.latest().count() == 0 ? 0 : undecided.latest().oldestSeconds());
  }

  /** Events that wait for their receiver; none where nobody is told anything. */
  void events(EventBacklog backlog) {
    gauge(
        "tollroute.events.waiting",
        "Events that wait for their receiver, as they were last looked at",
        () -> backlog.latest().events());
    gauge(
        "tollroute.events.oldest.seconds",
        "Age of the oldest of them, in seconds; 0 where there is none",
        () -> backlog.latest().oldestSeconds());
    counter(
        "tollroute.events.left.out",
        "Events of refused calls that were not written because too many events wait",
        backlog,
        EventBacklog::leftOut);
  }

  private static void register(MultiGauge gauge, Map<Tags, Number> rows) {
    List<Row<?>> made = new ArrayList<>();
    rows.forEach((tags, value) -> made.add(Row.of(tags, value)));
    gauge.register(made, true);
  }
}
