package io.tollroute.metrics;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tollroute.alibaba.RateGate;
import io.tollroute.answer.ErrorWords;
import io.tollroute.breaker.Breakers;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.CommitWatch;
import io.tollroute.ledger.EventBacklog;
import io.tollroute.ledger.LedgerLoad;
import io.tollroute.ledger.OpenCharges;
import io.tollroute.ledger.UndecidedCharges;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.module.Readiness;
import io.tollroute.module.RouteState;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.web.AdmissionControl;
import io.tollroute.web.EarlyRefusal;
import io.tollroute.web.RouteServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Processor;

/** Makes what counts, unless {@code tollroute.metrics} is off: then nothing does. */
public final class MetricsModule implements Module {

  private static final String SWITCH = "tollroute.metrics";

  @Override
  public void announce(Assembly assembly) {
    if (!assembly.settings().text(SWITCH).equals("on")) {
      return;
    }
    PrometheusMeterRegistry registry =
        assembly.provide(
            PrometheusMeterRegistry.class, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    assembly.onClose(registry::close);
    StepTimes times = new StepTimes(registry);
    Timer commits = times.commits();
    assembly.contribute(CommitWatch.class, nanos -> commits.record(nanos, TimeUnit.NANOSECONDS));
    assembly.whenConfigured(
        context -> {
          context.addRoutePolicyFactory(times);
          context.addRoutePolicyFactory(new WatchedRoutes(registry));
        });
  }

  @Override
  public void assemble(Assembly assembly) throws SettingsFault {
    OwnWallets own = OwnWallets.of(assembly.settings());
    OpenBooks books = new OpenBooks(assembly.require(OpenCharges.class));
    if (assembly.find(PrometheusMeterRegistry.class).isEmpty()) {
      countNothing(assembly);
      return;
    }
    PrometheusMeterRegistry registry = assembly.require(PrometheusMeterRegistry.class);
    CallCounts counts = new CallCounts(registry, assembly.require(ErrorWords.class), own);
    Income income = new Income(registry, assembly.require(Backoffice.class), own);
    Gauges gauges = new Gauges(registry);
    LiveCatalogue catalogue = assembly.require(LiveCatalogue.class);
    gauges.first(() -> income.expect(catalogue.current().services()));
    ofShop(gauges, assembly);
    ofServer(gauges, assembly);
    gauges.charges(books, assembly.require(UndecidedCharges.class));
    gauges.events(assembly.require(EventBacklog.class));
    ofJvm(registry, assembly);
    bind(
        assembly,
        Map.of(
            "countDemand", counts::demand,
            "countRefusal", counts::refusal,
            "countSale", counts::sale,
            "countWorking", counts::working,
            "countDocument", counts::document,
            "countMessage", counts::message,
            "countIncome", income::settled));
    assembly.bean("openBooks", books);
    assembly.bean("metricsReport", MetricsReport.of(registry, gauges.before()));
  }

  /** What routes name is there all the same. */
  private static void countNothing(Assembly assembly) {
    Processor nothing = exchange -> {};
    for (String name :
        List.of(
            "countDemand",
            "countRefusal",
            "countSale",
            "countWorking",
            "countDocument",
            "countMessage",
            "countIncome")) {
      assembly.bean(name, nothing);
    }
    assembly.bean("openBooks", new OpenBooks(List::of));
    assembly.bean("metricsReport", MetricsReport.ofNothing());
  }

  private static void bind(Assembly assembly, Map<String, Processor> steps) {
    steps.forEach(assembly::bean);
  }

  private static void ofShop(Gauges gauges, Assembly assembly) {
    gauges.gauge(
        "tollroute.info",
        "Always 1; says which version it is",
        () -> 1,
        "version",
        assembly.version());
    LiveCatalogue catalogue = assembly.require(LiveCatalogue.class);
    gauges.gauge(
        "tollroute.services", "Services on sale", () -> catalogue.current().services().size());
    gauges.gauge(
        "tollroute.catalogue.broken",
        "1 while the services folder makes no catalogue and the last good one is on sale",
        () -> catalogue.lastFault().isPresent() ? 1 : 0);
    assembly.find(RouteState.class).ifPresent(state -> ofRoutes(gauges, state));
    gauges.breakers(assembly.require(Breakers.class), new BoundedNames(CallCounts.SERVICES));
    gauges.counter(
        "tollroute.rate.gate.refusals",
        "Calls that were refused because Alibaba's rate for an action was used up",
        assembly.require(RateGate.class),
        RateGate::refused);
    assembly.whenStarted(
        context -> {
          for (Readiness readiness : assembly.readiness()) {
            gauges.gauge(
                "tollroute.ready",
                "1 while nothing of this kind keeps the process from selling",
                () -> readiness.objection().isPresent() ? 0 : 1,
                "check",
                readiness.getId());
          }
        });
  }

  private static void ofRoutes(Gauges gauges, RouteState state) {
    gauges.gauge(
        "tollroute.route.files.broken",
        "1 while the route files are wrong and those of before stay in use",
        () -> state.view().fault().isPresent() ? 1 : 0);
    gauges.counter(
        "tollroute.route.changes",
        "Changes of route files that took effect without a start",
        state,
        each -> each.view().changes());
  }

  private static void ofServer(Gauges gauges, Assembly assembly) {
    Settings settings = assembly.settings();
    AdmissionControl admission = assembly.require(AdmissionControl.class);
    String inFlight = "tollroute.in.flight";
    String words = "Requests that are worked on";
    gauges.gauge(inFlight, words, admission::inFlight, "kind", "unpaid");
    gauges.gauge(inFlight, words, admission::paidInFlight, "kind", "paid");
    String most = "tollroute.in.flight.limit";
    String more = "Beyond so many, requests are refused with overloaded";
    gauges.gauge(
        most, more, () -> settings.whole("tollroute.http.max-in-flight"), "kind", "unpaid");
    gauges.gauge(
        most, more, () -> settings.whole("tollroute.http.max-paid-in-flight"), "kind", "paid");
    RouteServer server = assembly.require(RouteServer.class);
    gauges.gauge("tollroute.workers.busy", "Threads that serve buyers now", server::busyWorkers);
    gauges.gauge(
        "tollroute.workers",
        "Threads that can serve buyers",
        () -> settings.whole("tollroute.http.workers"));
    LedgerLoad load = assembly.require(LedgerLoad.class);
    gauges.gauge(
        "tollroute.ledger.connections.busy",
        "Connections to PostgreSQL that are at work; 0 with SQLite",
        () -> load.busy().getAsInt());
    gauges.gauge(
        "tollroute.ledger.waiting",
        "Commits that wait for their turn",
        () -> load.waiting().getAsInt());
    gauges.door(assembly.require(EarlyRefusal.class).said());
  }

  private static void ofJvm(PrometheusMeterRegistry registry, Assembly assembly) {
    JvmGcMetrics collector = new JvmGcMetrics();
    assembly.onClose(collector::close);
    for (MeterBinder binder :
        List.of(
            new JvmMemoryMetrics(),
            collector,
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics())) {
      binder.bindTo(registry);
    }
  }
}
