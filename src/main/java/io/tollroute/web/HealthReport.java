package io.tollroute.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Slot;
import java.util.Collection;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;

/**
 * What the probes ask: the health checks of Camel and of every module, those that have something to
 * say with what they say. With {@code camel.health.exposure-level = full} the others are named too,
 * and with {@code oneline} none is.
 */
public final class HealthReport {

  private static final Slot<String> OUTCOME = new Slot<>("outcome", String.class);

  /** Camel leaves out what is up otherwise. */
  private static final String ALL = "full";

  private final ObjectMapper json = new ObjectMapper();

  /** Whether the process works. */
  public void live(Exchange exchange) {
    report(exchange, HealthCheckHelper.invokeLiveness(exchange.getContext(), ALL), false);
  }

  /** Whether calls can be sold. */
  public void ready(Exchange exchange) {
    report(exchange, HealthCheckHelper.invokeReadiness(exchange.getContext(), ALL), true);
  }

  /** Both. */
  public void all(Exchange exchange) {
    report(exchange, HealthCheckHelper.invoke(exchange.getContext(), ALL), false);
  }

  private static String level(Exchange exchange) {
    return HealthCheckRegistry.get(exchange.getContext()).getExposureLevel();
  }

  private void report(Exchange exchange, Collection<HealthCheck.Result> results, boolean ready) {
    boolean up = HealthCheckHelper.isResultsUp(results, ready);
    String level = level(exchange);
    ObjectNode report = json.createObjectNode().put("status", up ? "UP" : "DOWN");
    for (HealthCheck.Result result : results) {
      boolean says = result.getState() == HealthCheck.State.DOWN || result.getMessage().isPresent();
      if (!"oneline".equals(level) && (says || ALL.equals(level))) {
        ObjectNode check = report.withArray("checks").addObject();
        check.put("name", result.getCheck().getId()).put("status", result.getState().name());
        result.getMessage().ifPresent(message -> check.put("message", message));
      }
    }
    exchange.getMessage().setBody(report.toString());
    OUTCOME.put(exchange, up ? "done" : "unavailable");
  }
}
