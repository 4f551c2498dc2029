package io.tollroute;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Folders;
import io.tollroute.testing.Jars;
import io.tollroute.testing.Shop;
import io.tollroute.testing.ShopProcess;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A jar of the operator's in lib/ext of an unpacked distribution, started by its launcher. */
@Timeout(300)
class AddedJarIT {

  private static final String COMPONENT =
      """
      package acme;

      import java.util.Map;
      import org.apache.camel.Consumer;
      import org.apache.camel.Endpoint;
      import org.apache.camel.Exchange;
      import org.apache.camel.Processor;
      import org.apache.camel.Producer;
      import org.apache.camel.support.DefaultComponent;
      import org.apache.camel.support.DefaultEndpoint;
      import org.apache.camel.support.DefaultProducer;

      public class EchoComponent extends DefaultComponent {
        protected Endpoint createEndpoint(String uri, String rest, Map<String, Object> options) {
          return new DefaultEndpoint(uri, this) {
            public Producer createProducer() {
              return new DefaultProducer(this) {
                public void process(Exchange exchange) {
                  exchange.getMessage().setBody("{\\"by\\":\\"" + rest + "\\"}");
                }
              };
            }
            public Consumer createConsumer(Processor processor) {
              throw new UnsupportedOperationException();
            }
          };
        }
      }
      """;

  private static final String BEAN =
      """
      package acme;

      public class Stamp {
        public String on(String answer) {
          return answer.replaceFirst("}$", ",\\"stamped\\":true}");
        }
      }
      """;

  private static final String ROUTE =
      """
      - route:
          id: acme
          description: Both are in a jar of lib/ext
          from:
            uri: direct:acme
            steps:
              - to:
                  uri: acme:me
              - bean:
                  beanType: acme.Stamp
                  method: on
      """;

  @TempDir private Path home;
  @TempDir private Path sources;

  private void furnish() throws Exception {
    for (String part : new String[] {"routes", "services", "schema", "docs"}) {
      Folders.furnish(home, part);
    }
    Files.writeString(home.resolve("routes/provider/acme.camel.yaml"), ROUTE);
    Path service = home.resolve("services/facebody/masked-face-comparison.yaml");
    String text = Files.readString(service);
    Files.writeString(
        service,
        text.substring(0, text.indexOf("provider:")) + "provider:\n  route: direct:acme\n");
  }

  private void addJar() throws Exception {
    Path service =
        Files.createDirectories(sources.resolve("META-INF/services/org/apache/camel/component"));
    Files.writeString(service.resolve("acme"), "class=acme.EchoComponent\n");
    Files.createDirectories(sources.resolve("acme"));
    Files.writeString(sources.resolve("acme/EchoComponent.java"), COMPONENT);
    Files.writeString(sources.resolve("acme/Stamp.java"), BEAN);
    Jars.pack(sources, home.resolve("lib/ext/acme.jar"));
  }

  @Test
  @DisplayName("A route sells what a component and a bean of it do")
  void sold() throws Exception {
    furnish();
    addJar();
    try (Shop others = Shop.open();
        ShopProcess shop = ShopProcess.launch(others, home, Map.of())) {
      ObjectNode demand = Shop.demand(shop.post(Shop.SERVICE, ""));
      String signature = Shop.encode(others.wallet().sign(demand, demand.path("accepts").path(0)));

      HttpResponse<String> answer = shop.buy(signature, Shop.BODY);

      assertThat(answer.statusCode()).as(answer.body() + shop.printed()).isEqualTo(200);
      assertThat(Shop.json(answer).at("/data/by").asText()).isEqualTo("me");
      assertThat(Shop.json(answer).at("/data/stamped").asBoolean()).isTrue();
      assertThat(shop.printed()).doesNotContain("warning", "WARN", "[cds]");
    }
  }
}
