package io.tollroute.discovery;

import io.tollroute.breaker.Breakers;
import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;
import io.tollroute.ledger.TrackRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;

/**
 * Answers with how the shop does: JSON, or a page for whoever takes HTML rather than JSON, or where
 * the variable {@code statusForm} is {@code page}. It is made again when something of it changes;
 * nobody is asked for it.
 */
public final class ShowStatus implements Processor {

  /** What is given: given by the route, never by a request. */
  private static final Slot<String> FORM = new Slot<>("statusForm", String.class);

  /** The readiness check that says whether the facilitator is away for long. */
  private static final String FACILITATOR = "facilitator";

  private static final String WEIGHT = ";q=";
  private static final Pattern QUALITY = Pattern.compile("[01](\\.\\d{0,3})?");

  private record Made(Standing of, Ready json, Ready page) {}

  private final Supplier<Shelf> window;
  private final TrackRecord record;
  private final Breakers breakers;
  private final Supplier<Status> status;
  private final Conditional answers;
  private volatile Optional<Made> made = Optional.empty();

  ShowStatus(
      Supplier<Shelf> window,
      TrackRecord record,
      Breakers breakers,
      Supplier<Status> status,
      Conditional answers) {
    this.window = window;
    this.record = record;
    this.breakers = breakers;
    this.status = status;
    this.answers = answers;
  }

  /**
   * Fills body, type and validator.
   *
   * @throws Refusal {@code overloaded} when too many are on their way
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    boolean page = FORM.of(exchange).equals("page");
    boolean html = page || takesHtml(exchange.getMessage().getHeader("Accept", "", String.class));
    Made now = made(exchange);
    answers.answer(exchange, html ? now.page() : now.json());
    if (!page) {
      exchange.getMessage().setHeader("Vary", "Accept, Accept-Encoding");
    }
  }

  private Made made(Exchange exchange) {
    Standing now =
        Standing.of(
            window.get(),
            record.known(),
            Set.copyOf(breakers.open()),
            isFacilitatorAway(HealthCheckRegistry.get(exchange.getContext())));
    Optional<Made> before = made.filter(known -> known.of().isAs(now));
    if (before.isPresent()) {
      return before.get();
    }
    Made anew = new Made(now, status.get().json(now), status.get().page(now));
    made = Optional.of(anew);
    return anew;
  }

  private static boolean isFacilitatorAway(HealthCheckRegistry registry) {
    return registry
        .getCheck(FACILITATOR)
        .map(check -> check.call().getState() == HealthCheck.State.DOWN)
        .orElse(false);
  }

  /** Whether HTML is asked for by name, and preferred to JSON (RFC 9110 section 12.5.1). */
  static boolean takesHtml(String accept) {
    List<String> ranges = Arrays.asList(accept.toLowerCase(Locale.ROOT).split(","));
    return quality(ranges, "text/html") > quality(ranges, "application/json");
  }

  private static double quality(List<String> ranges, String type) {
    return ranges.stream()
        .map(range -> range.replaceAll("\\s", ""))
        .filter(range -> range.equals(type) || range.startsWith(type + ";"))
        .mapToDouble(ShowStatus::quality)
        .max()
        .orElse(0);
  }

  /** A header may be long and have any number of them, so nothing of it is read twice. */
  private static double quality(String range) {
    int at = range.lastIndexOf(WEIGHT);
    String weight = at < 0 ? "" : range.substring(at + WEIGHT.length());
    return QUALITY.matcher(weight).matches() ? Double.parseDouble(weight) : 1;
  }
}
