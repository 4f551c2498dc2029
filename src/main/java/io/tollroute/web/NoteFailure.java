package io.tollroute.web;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.log.HttpAnswer;
import io.tollroute.log.SparseLog;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what nobody expected. Logged are types and places, never messages: they may hold image
 * URLs, signatures or keys. Of a provider's HTTP answer the status is said.
 */
public final class NoteFailure implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(NoteFailure.class);
  private static final int FRAMES = 12;

  private final SparseLog log;

  /** Says in {@code log} what it was. */
  public NoteFailure(SparseLog log) {
    this.log = log;
  }

  @Override
  public void process(Exchange exchange) {
    Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    if (exchange.getVariable("stage") != null) {
      ProviderFault fault = ProviderFault.of(failure);
      tell(exchange, failure, fault);
      CallSlots.REFUSAL.put(exchange, fault.refusal().causedBy(failure).told());
    } else {
      tellUnexpected(exchange, failure);
      CallSlots.REFUSAL.put(exchange, Refusal.of("internal_error").causedBy(failure).told());
    }
  }

  private void tell(Exchange exchange, Throwable failure, ProviderFault fault) {
    if (!fault.expected()) {
      tellUnexpected(exchange, failure);
      return;
    }
    // behind the question mark are settings of a Kamelet
    String route =
        "route="
            + exchange.getVariable("providerRoute", "none", String.class).replaceFirst("[?].*", "");
    String what =
        route
            + " "
            + fault
                .answer()
                .map(HttpAnswer::toString)
                .orElse("cause=" + failure.getClass().getName());
    String line = "requestId=" + requestId(exchange) + " " + what;
    if (fault.passing()) {
      log.warn(LOG, what, "refused word=" + fault.refusal().word() + " " + line);
    } else {
      log.error(LOG, what, "alert=provider_unusable " + line);
    }
  }

  private void tellUnexpected(Exchange exchange, Throwable failure) {
    String route = exchange.getProperty(ExchangePropertyKey.FAILURE_ROUTE_ID, "none", String.class);
    log.error(
        LOG,
        route + " " + kind(failure),
        "alert=unexpected_failure requestId="
            + requestId(exchange)
            + " route="
            + route
            + " "
            + places(failure));
  }

  private static String requestId(Exchange exchange) {
    return CallSlots.REQUEST_ID.find(exchange).orElse("none");
  }

  /** Its type and place; the JDK's own, where it was made by reflection, are others each time. */
  private static String kind(Throwable failure) {
    return Arrays.stream(failure.getStackTrace())
        .filter(place -> !"java.base".equals(place.getModuleName()))
        .filter(place -> !place.getClassName().startsWith("jdk.internal.reflect."))
        .findFirst()
        .map(place -> failure.getClass().getName() + " " + place)
        .orElse(failure.getClass().getName());
  }

  private static String places(Throwable failure) {
    String here =
        Arrays.stream(failure.getStackTrace())
            .limit(FRAMES)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" < ", failure.getClass().getName() + " at ", ""));
    Throwable cause = failure.getCause();
    return cause == null || cause == failure ? here : here + " caused by " + places(cause);
  }
}
