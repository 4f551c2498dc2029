package io.tollroute.call;

import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * A named and typed place on the exchange where one step of the corridor leaves something for the
 * next. Slots are Camel variables, so a route file can read them as <code>${variable.name}</code>.
 *
 * @param name the variable's name in the route files
 * @param type what it holds
 */
public record Slot<T>(String name, Class<T> type) {

  /** What the slot holds; an empty slot means that the route lacks the step that fills it. */
  public T of(Exchange exchange) {
    return find(exchange)
        .orElseThrow(
            () -> new IllegalStateException("no step of the route has set variable " + name));
  }

  /** What the slot holds, if anything. */
  public Optional<T> find(Exchange exchange) {
    return Optional.ofNullable(type.cast(exchange.getVariable(name)));
  }

  /** Fills the slot. */
  public void put(Exchange exchange, T value) {
    exchange.setVariable(name, value);
  }

  /** Empties the slot. */
  public void clear(Exchange exchange) {
    exchange.removeVariable(name);
  }
}
