package io.tollroute.probe;

import io.tollroute.answer.RequestIds;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.Service;
import io.tollroute.ledger.Probes;
import io.tollroute.ledger.TokenBook;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.camel.ProducerTemplate;

/** Makes what calls services by the clock, for the services that {@code tollroute.probe} names. */
public final class ProbeModule implements Module {

  private static final String SETTING = "tollroute.probe";

  @Override
  public void assemble(Assembly assembly) throws SettingsFault {
    Settings settings = assembly.settings();
    LiveCatalogue catalogue = assembly.require(LiveCatalogue.class);
    List<String> services =
        Arrays.stream(settings.text(SETTING).split(" *, *")).filter(id -> !id.isEmpty()).toList();
    check(services, catalogue.current());
    ProbeServices probes =
        new ProbeServices(
            assembly.require(Probes.class),
            new ProbeTokens(assembly.require(TokenBook.class), assembly.random()),
            catalogue,
            assembly.require(RequestIds.class),
            assembly.clock(),
            services,
            settings.whole("tollroute.probe-every-seconds"));
    assembly.bean("probeServices", probes);
    if (!services.isEmpty()) {
      assembly.whenStarted(
          context -> {
            ProducerTemplate template = context.createProducerTemplate(1);
            assembly.onClose(template::stop);
            probes.open(template);
          });
    }
  }

  /** What was sold when the shop was started; later a service may go and come back. */
  private static void check(List<String> services, Catalogue catalogue) throws SettingsFault {
    List<String> faults = new ArrayList<>();
    for (String id : services) {
      Optional<Service> service = catalogue.find(id).filter(found -> found.id().equals(id));
      if (service.isEmpty()) {
        faults.add(SETTING + ": no service on sale has the id " + id);
      } else if (service.get().kind().equals(Service.JOB)) {
        faults.add(SETTING + ": " + id + " goes on as a job, which no probe waits for");
      }
    }
    if (!faults.isEmpty()) {
      throw new SettingsFault(faults);
    }
  }
}
