package io.tollroute.ops;

import io.tollroute.module.RouteTurn;
import io.tollroute.settings.MaskedUrl;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.model.Model;
import org.apache.camel.spi.Resource;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** A start that failed, mostly because of a route file; the message is one line saying where. */
public final class StartFault extends Exception {

  private static final long serialVersionUID = 1L;

  private StartFault(String line, Throwable cause) {
    // what cannot be started is named with its address, in which a key may stand
    super(MaskedUrl.in(line).strip().replaceAll("\\s+", " "), cause);
  }

  /** What the operator has to mend, found in {@code failure}. */
  static StartFault of(Throwable failure, CamelContext context, RouteFiles files) {
    Throwable root = root(failure);
    Optional<MarkedYamlEngineException> unreadable =
        chain(failure, MarkedYamlEngineException.class);
    if (unreadable.isPresent()) {
      Optional<Mark> mark = unreadable.get().getProblemMark();
      String place =
          mark.map(at -> file(at.getName()) + ":" + (at.getLine() + 1)).orElse("a route file");
      return new StartFault(place + ": " + unreadable.get().getProblem(), failure);
    }
    String reason = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return chain(failure, FailedToCreateRouteException.class)
        .map(FailedToCreateRouteException::getRouteId)
        .map(route -> new StartFault(place(context, route, files) + ": " + reason, failure))
        .orElseGet(() -> new StartFault("cannot start: " + reason, failure));
  }

  private static String place(CamelContext context, String id, RouteFiles files) {
    String route = RouteTurn.of(id).name();
    Optional<RouteFiles.Named> named = files.route(route);
    if (named.isPresent()) {
      return named.get() + ": route " + route;
    }
    return Optional.ofNullable(context)
        .map(started -> started.getCamelContextExtension().getContextPlugin(Model.class))
        .map(model -> model.getRouteDefinition(id))
        .map(definition -> definition.getResource())
        .map(Resource::getLocation)
        .map(location -> file(location) + ": route " + route)
        .orElse("route " + route);
  }

  private static String file(String location) {
    return location.replaceFirst("^file:(//)?", "");
  }

  private static <T extends Throwable> Optional<T> chain(Throwable failure, Class<T> type) {
    return Stream.iterate(failure, found -> found != null, Throwable::getCause)
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst();
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }
}
