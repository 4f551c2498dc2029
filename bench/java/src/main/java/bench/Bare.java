package bench;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/**
 * The least that Camel can do: a route that says hello is the yardstick for the 402 path, one that
 * passes a request on to the upstream that for a paid call.
 *
 * <p>Arguments: port, upstream port.
 */
public final class Bare {

  public static void main(String[] args) throws Exception {
    Main main = new Main();
    main.addInitialProperty("camel.server.enabled", "true");
    main.addInitialProperty("camel.server.host", "127.0.0.1");
    main.addInitialProperty("camel.server.port", args[0]);
    main.addInitialProperty("camel.main.base-package-scan-enabled", "false");
    // as many connections as Tollroute has; the default would be enough for the load, barely
    main.addInitialProperty("camel.component.http.connections-per-route", "200");
    main.addInitialProperty("camel.component.http.max-total-connections", "400");
    main.configure()
        .addRoutesBuilder(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("platform-http:/hello").setBody(constant("hello"));
                from("platform-http:/relay")
                    .removeHeaders("CamelHttp*")
                    .to("http://127.0.0.1:" + args[1] + "/?httpMethod=POST");
              }
            });
    main.run();
  }
}
