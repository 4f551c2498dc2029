package io.tollroute.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.Shop;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueRouteIT {

  @TempDir Path folder;

  @Test
  void the_route_puts_an_edited_service_on_sale_while_the_server_runs() throws Exception {
    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha"));
    LiveCatalogue live = new LiveCatalogue(new ServiceFolder(folder));
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      Properties properties = new Properties();
      properties.setProperty("tollroute.services-poll-ms", "20");
      camel.getPropertiesComponent().setInitialProperties(properties);
      camel.getRegistry().bind("liveCatalogue", live);
      Offers offers = new Offers();
      camel.getRegistry().bind("termsBook", offers);
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(ResourceHelper.resolveResource(camel, "file:routes/catalogue.camel.yaml"));
      camel.start();
      assertThat(camel.getRoute("catalogue").getDescription()).isNotBlank();

      ServiceFiles.write(folder, "b.yaml", ServiceFiles.echo("beta"));

      assertThat(becomesVisible(live, "beta")).isTrue();
      assertThat(offers.announced.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Where the terms are written down. */
  public static final class Offers {

    private final Semaphore announced = new Semaphore(0);

    /** What a reload may have changed. */
    public void announce() {
      announced.release();
    }

    /** What stays on offer. */
    public void renew() {
      // the terms themselves are not of interest here
    }
  }

  private static boolean becomesVisible(LiveCatalogue live, String id) throws Exception {
    Shop.await(() -> live.current().find(id).isPresent());
    return true;
  }
}
