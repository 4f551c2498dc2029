package io.tollroute.ops;

import io.tollroute.admin.AdminModule;
import io.tollroute.alibaba.AlibabaModule;
import io.tollroute.allowance.AllowanceModule;
import io.tollroute.breaker.BreakerModule;
import io.tollroute.call.PaymentCarrier;
import io.tollroute.catalog.CatalogModule;
import io.tollroute.catalog.Directions;
import io.tollroute.catalog.ProductKind;
import io.tollroute.catalog.ProviderKind;
import io.tollroute.catalog.Providers;
import io.tollroute.corridor.CorridorModule;
import io.tollroute.discovery.DiscoveryModule;
import io.tollroute.events.EventsModule;
import io.tollroute.httpjson.HttpJsonModule;
import io.tollroute.input.InputModule;
import io.tollroute.job.JobModule;
import io.tollroute.ledger.sql.LedgerModule;
import io.tollroute.limit.LimitModule;
import io.tollroute.mcp.McpModule;
import io.tollroute.metrics.MetricsModule;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.module.RouteState;
import io.tollroute.operator.OperatorModule;
import io.tollroute.probe.ProbeModule;
import io.tollroute.provider.ProviderModule;
import io.tollroute.purchase.PurchaseModule;
import io.tollroute.sandbox.SandboxAccount;
import io.tollroute.sandbox.standin.StandInModule;
import io.tollroute.seal.SealModule;
import io.tollroute.search.SearchModule;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.traces.TracesModule;
import io.tollroute.web.AdmissionControl;
import io.tollroute.web.WebModule;
import io.tollroute.x402.X402Module;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rooms of the bundle from the ground up, and the modules of others among them. */
final class Modules {

  /** Where the corridor has work done. */
  private static final Set<String> PAID = Set.of("direct:call-provider", "direct:do-the-work");

  private Modules() {}

  /**
   * Has each room make its objects, once, from the settings. Camel would make objects of a YAML
   * file twice; those with state must not be.
   *
   * @throws SettingsFault when one of them cannot work with the settings, or a route file names an
   *     object that none has made; what was made until then is closed
   */
  static Assembly assemble(Application.Mode mode, Settings settings, RouteFiles routes, Clock clock)
      throws SettingsFault, IOException {
    Assembly assembly = assemble(mode, settings, clock, announced -> providers(routes, announced));
    try {
      RouteRules.checkBeans(routes, assembly.beans().keySet());
      return assembly;
    } catch (SettingsFault e) {
      closeAfter(e, assembly);
      throw e;
    }
  }

  /** Whoever has the routes. */
  @FunctionalInterface
  interface Host {

    /** Who does the work of services, when the modules have said what they will make. */
    Providers providers(Assembly announced) throws SettingsFault, IOException;
  }

  /**
   * The same for routes that nobody has looked at.
   *
   * @throws SettingsFault when a room cannot work with the settings; what was made until then is
   *     closed
   */
  static Assembly assemble(Application.Mode mode, Settings settings, Clock clock, Host host)
      throws SettingsFault, IOException {
    Assembly assembly = new Assembly(settings, clock);
    try {
      List<Module> modules = modules(mode);
      for (Module module : modules) {
        module.announce(assembly);
      }
      assembly.provide(Providers.class, host.providers(assembly));
      for (Module module : modules) {
        module.assemble(assembly);
      }
      assembly.provide(
          AdmissionControl.Signpost.class, signpost(assembly.require(Directions.class)));
      return assembly;
    } catch (SettingsFault | IOException | RuntimeException e) {
      closeAfter(e, assembly);
      throw e;
    }
  }

  private static AdmissionControl.Signpost signpost(Directions directions) {
    return new AdmissionControl.Signpost() {
      @Override
      public Optional<String> meant(String asked, Collection<String> paths) {
        return directions.to(asked, paths);
      }

      @Override
      public Optional<String> service(String asked) {
        return directions.service(asked);
      }
    };
  }

  /** What the rooms say of themselves before anything is made; nothing is made. */
  static Assembly announce(Application.Mode mode, Settings settings, Clock clock)
      throws SettingsFault, IOException {
    Assembly assembly = new Assembly(settings, clock);
    for (Module module : modules(mode)) {
      module.announce(assembly);
    }
    return assembly;
  }

  /**
   * Lets route files pass in which every call finds a route and none comes to a provider of the
   * bundle round the corridor, as far as it is known before objects are made.
   *
   * @throws SettingsFault naming each file and line that does not
   */
  static void check(RouteFiles routes, Assembly announced) throws SettingsFault, IOException {
    rules(announced).check(routes);
    Set<String> paid =
        announced.contributions(ProviderKind.class).stream()
            .map(ProviderKind::route)
            .collect(Collectors.toCollection(TreeSet::new));
    paid.addAll(PAID);
    RouteRules.checkGate(routes, paid);
  }

  private static Providers providers(RouteFiles routes, Assembly announced)
      throws SettingsFault, IOException {
    check(routes, announced);
    RouteProviders providers =
        new RouteProviders(routes, announced.contributions(ProviderKind.class));
    announced.whenConfigured(providers::tryIn);
    announced.provide(RouteProviders.class, providers);
    RouteState state = announced.provide(RouteState.class, new RouteState());
    announced.remark("routes", () -> state.view().fault());
    return providers;
  }

  /**
   * What must be so of the route files, with the payment methods, ways to pay and kinds of products
   * that there are.
   */
  private static RouteRules rules(Assembly assembly) {
    Settings settings = assembly.settings();
    return new RouteRules(
        settings.path("tollroute.routes"),
        Map.of(
            "variable.method",
            assembly.contributions(PaymentCarrier.class).stream()
                .map(PaymentCarrier::method)
                .collect(Collectors.toSet()),
            "variable.paymentProvider",
            Stream.concat(
                    Stream.of("credit"),
                    Stream.of(settings.text("tollroute.payments.providers").split(" *, *")))
                .collect(Collectors.toSet()),
            "variable.kind",
            assembly.contributions(ProductKind.class).stream()
                .map(ProductKind::name)
                .collect(Collectors.toSet())));
  }

  private static List<Module> modules(Application.Mode mode) {
    List<Module> modules = new ArrayList<>();
    if (mode == Application.Mode.SANDBOX) {
      modules.add(new StandInModule());
    }
    modules.add(new OutboundModule());
    modules.add(new WebModule());
    modules.add(new CatalogModule());
    modules.add(new InputModule());
    modules.add(new LedgerModule());
    modules.add(new SealModule());
    modules.add(new BreakerModule());
    modules.add(new SearchModule());
    modules.add(new ProviderModule());
    modules.add(new AlibabaModule(Set.of(SandboxAccount.ACCESS_KEY_ID)));
    modules.add(new HttpJsonModule());
    modules.add(new X402Module());
    ServiceLoader.load(Module.class).forEach(modules::add);
    modules.add(new AllowanceModule());
    modules.add(new PurchaseModule());
    modules.add(new CorridorModule());
    modules.add(new JobModule());
    modules.add(new LimitModule());
    modules.add(new MetricsModule());
    modules.add(new EventsModule());
    modules.add(new TracesModule());
    modules.add(new McpModule());
    modules.add(new DiscoveryModule());
    modules.add(new ProbeModule());
    modules.add(new OperatorModule());
    modules.add(new AdminModule());
    return modules;
  }

  private static void closeAfter(Exception failure, Assembly assembly) {
    try {
      assembly.close();
    } catch (RuntimeException unclosed) {
      failure.addSuppressed(unclosed);
    }
  }
}
