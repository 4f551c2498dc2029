package io.tollroute.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.module.RouteState;
import java.util.Optional;

/** Tells the operator what has become of changes to the route files. */
final class RouteReport {

  private final Optional<RouteState> state;

  /** Tells of {@code state}, which there is where somebody follows the files. */
  RouteReport(Optional<RouteState> state) {
    this.state = state;
  }

  /**
   * {@code state} is in_use, broken, or not_followed where route files are read at the start only.
   */
  JsonNode tell() {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    if (state.isEmpty()) {
      return told.put("state", "not_followed");
    }
    RouteState.View view = state.get().view();
    told.put("state", view.fault().isPresent() ? "broken" : "in_use");
    told.put("changes", view.changes());
    view.changed().ifPresent(when -> told.put("changed", when.toString()));
    view.fault().ifPresent(fault -> told.put("fault", fault));
    view.since().ifPresent(when -> told.put("brokenSince", when.toString()));
    return told;
  }
}
