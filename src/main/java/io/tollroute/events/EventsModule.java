package io.tollroute.events;

import io.tollroute.ledger.Outbox;
import io.tollroute.log.SparseLog;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.SettingsFault;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.Processor;

/** Makes what sends events, and starts its routes where {@code tollroute.events} names somebody. */
public final class EventsModule implements Module {

  private static final List<String> ROUTES = List.of("send-events", "watch-events");

  @Override
  public void announce(Assembly assembly) throws SettingsFault {
    Optional<String> address = assembly.settings().optional("tollroute.events");
    if (address.isPresent()) {
      assembly.provide(EventEndpoint.class, EventEndpoint.of(address.get()));
    }
  }

  @Override
  public void assemble(Assembly assembly) {
    EventSender sender = new EventSender(assembly.find(Outbox.class), assembly.clock());
    assembly.bean("eventSender", sender);
    assembly.bean("eventNotTaken", new EventNotTaken(sender, assembly.require(SparseLog.class)));
    Optional<EventEndpoint> endpoint = assembly.find(EventEndpoint.class);
    Processor nobody = exchange -> {};
    assembly.bean("sendEvent", endpoint.<Processor>map(there -> there).orElse(nobody));
    endpoint.ifPresent(
        there -> {
          assembly.whenStarted(there::open);
          assembly.whenConfigured(EventsModule::listen);
        });
  }

  /** A timer that is started before all else has is never told that it may begin. */
  private static void listen(CamelContext context) {
    try {
      context.addStartupListener(
          new ExtendedStartupListener() {
            @Override
            public void onCamelContextStarted(CamelContext started, boolean alreadyStarted) {
              // not yet
            }

            @Override
            public void onCamelContextFullyStarted(CamelContext started, boolean alreadyStarted) {
              startRoutes(started);
            }
          });
    } catch (Exception e) {
      throw new IllegalStateException("a context that is not started takes listeners", e);
    }
  }

  private static void startRoutes(CamelContext context) {
    for (String route : ROUTES) {
      try {
        context.getRouteController().startRoute(route);
      } catch (Exception e) {
        throw new IllegalStateException("the route " + route + " cannot be started", e);
      }
    }
  }
}
