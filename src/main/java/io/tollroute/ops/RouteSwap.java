package io.tollroute.ops;

import io.tollroute.module.RouteTurn;
import io.tollroute.web.LiveAddresses;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.TemplatedRouteDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts routes of a running Camel in the place of others, all or none. They are made beside those of
 * before, so whatever Camel has against them is known before anything is touched; then addresses
 * change hands in one step. Those of before stay until nothing is in flight in them. For one
 * thread.
 */
final class RouteSwap {

  private static final Logger LOG = LoggerFactory.getLogger(RouteSwap.class);

  /** A caller who has just asked who serves an address has called him by then. */
  private static final long CALL_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** The same for a request whose body is still being read. */
  private static final long REQUEST_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** A route that begins by itself and does not end what it has begun is broken off. */
  private static final long SECONDS_TO_PAUSE = 10;

  private static final Set<String> CALLED = Set.of("direct", "platform-http");

  private final CamelContext context;
  private final LiveDirect direct;
  private final Map<String, RouteTurn> turns = new HashMap<>();
  private final Deque<Left> left = new ArrayDeque<>();

  /** Routes that take nothing new, and from when on they may be looked at. */
  private record Left(Set<String> routes, long from) {}

  /** What is made and not yet in use. */
  private record Made(Set<String> called, Set<String> beginning) {

    Set<String> all() {
      Set<String> all = new HashSet<>(called);
      all.addAll(beginning);
      return all;
    }
  }

  RouteSwap(CamelContext context, LiveDirect direct) {
    this.context = context;
    this.direct = direct;
  }

  /**
   * Has the change take effect.
   *
   * @throws StartFault when Camel cannot make one of the routes, or start it; all is as before then
   */
  void swap(RouteChange change, RouteFiles after) throws StartFault {
    Map<String, RouteTurn> coming = new HashMap<>();
    change.coming().values().forEach(names -> names.forEach(name -> coming.put(name, next(name))));
    Set<String> leaving = new HashSet<>();
    change.leaving().forEach(name -> leaving.add(now(name).id()));
    Set<String> ids = new HashSet<>();
    coming.values().forEach(turn -> ids.add(turn.id()));
    direct.expect(ids);
    Made made = new Made(new HashSet<>(), new HashSet<>());
    List<String> paused = new ArrayList<>();
    try {
      for (Path file : change.coming().keySet()) {
        make(after.builders(context, file), coming, made);
      }
      for (String id : leaving) {
        if (!isCalled(id) && context.getRouteController().getRouteStatus(id).isStarted()) {
          paused.add(id);
          context.getRouteController().stopRoute(id, SECONDS_TO_PAUSE, TimeUnit.SECONDS);
        }
      }
      for (String id : made.beginning()) {
        context.getRouteController().startRoute(id);
      }
    } catch (Exception | Error e) {
      // an Error too: a component from a jar may miss a class of another one
      StartFault fault = StartFault.of(e, context, after);
      undo(ids, paused);
      throw fault;
    }
    direct.swap(leaving);
    boolean requests = false;
    for (String id : leaving) {
      Route route = context.getRoute(id);
      requests |= route != null && LiveAddresses.leave(route);
    }
    left.add(new Left(leaving, System.nanoTime() + (requests ? REQUEST_NANOS : CALL_NANOS)));
    change.leaving().forEach(turns::remove);
    turns.putAll(coming);
  }

  private RouteTurn now(String name) {
    return turns.getOrDefault(name, new RouteTurn(name, 1));
  }

  private RouteTurn next(String name) {
    RouteTurn turn = new RouteTurn(name, 1);
    while (context.getRoute(turn.id()) != null) {
      turn = turn.next();
    }
    return turn;
  }

  /** Whether it begins when it is called, and not by itself. */
  private boolean isCalled(String id) {
    Route route = context.getRoute(id);
    return route == null || CALLED.contains(scheme(route.getEndpoint().getEndpointUri()));
  }

  /** One that takes the place of another one goes by that: somebody may have started it himself. */
  private boolean isToBegin(String name, String written) {
    String before = now(name).id();
    return context.getRoute(before) == null
        ? !"false".equals(written)
        : context.getRouteController().getRouteStatus(before).isStarted();
  }

  private static String scheme(String uri) {
    return uri.replaceFirst(":.*", "");
  }

  private void make(Collection<RoutesBuilder> builders, Map<String, RouteTurn> coming, Made made)
      throws Exception {
    Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
    for (RoutesBuilder each : builders) {
      RouteBuilder builder = (RouteBuilder) each;
      List<RouteDefinition> routes = new ArrayList<>();
      for (RouteDefinition route : builder.configureRoutes(context).getRoutes()) {
        String name = route.getRouteId();
        if (coming.containsKey(name)) {
          String id = coming.get(name).id();
          route.setId(id);
          String from = context.resolvePropertyPlaceholders(route.getInput().getEndpointUri());
          if (CALLED.contains(scheme(from))) {
            made.called().add(id);
          } else {
            if (isToBegin(name, route.getAutoStartup())) {
              made.beginning().add(id);
            }
            route.setAutoStartup("false");
          }
          routes.add(route);
        }
      }
      model.addRouteDefinitions(routes);
      for (TemplatedRouteDefinition route :
          builder.getTemplatedRouteCollection().getTemplatedRoutes()) {
        if (coming.containsKey(String.valueOf(route.getRouteId()))) {
          String id = coming.get(route.getRouteId()).id();
          route.setRouteId(id);
          made.called().add(id);
          model.addRouteFromTemplatedRoute(route);
        }
      }
    }
  }

  private void undo(Set<String> made, List<String> paused) {
    for (String id : made) {
      try {
        remove(id);
      } catch (Exception e) {
        LOG.warn("route {} that is not used cannot be removed: {}", id, e.getClass());
      }
    }
    direct.expectNobody();
    for (String id : paused) {
      try {
        context.getRouteController().startRoute(id);
      } catch (Exception e) {
        LOG.error("alert=route_files_broken route {} of before does not start again", id, e);
      }
    }
  }

  private void remove(String id) throws Exception {
    if (context.getRoute(id) != null) {
      context.getRouteController().stopRoute(id, 1, TimeUnit.SECONDS);
      context.removeRoute(id);
    }
    Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
    RouteDefinition definition = model.getRouteDefinition(id);
    if (definition != null) {
      model.removeRouteDefinition(definition);
    }
  }

  /**
   * Removes routes that have left and in which nothing is in flight. Those that left first go
   * first, as a call in them may go on in one that left later.
   */
  void sweep() {
    while (!left.isEmpty() && isDone(left.peek())) {
      for (String id : left.peek().routes()) {
        try {
          remove(id);
        } catch (Exception e) {
          LOG.warn("route {} of before cannot be removed: {}", id, e.getClass());
        }
      }
      left.remove();
      direct.forgetFirst();
    }
  }

  private boolean isDone(Left gone) {
    return System.nanoTime() - gone.from() > 0
        && gone.routes().stream().allMatch(id -> context.getInflightRepository().size(id) == 0);
  }

  /** How many routes of before are there still. */
  int leftOver() {
    return left.stream().mapToInt(each -> each.routes().size()).sum();
  }
}
