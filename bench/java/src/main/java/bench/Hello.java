package bench;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/** The least that Camel's platform-http can do: the yardstick for the 402 path. */
public final class Hello {

  public static void main(String[] args) throws Exception {
    Main main = new Main();
    main.addInitialProperty("camel.server.enabled", "true");
    main.addInitialProperty("camel.server.host", "127.0.0.1");
    main.addInitialProperty("camel.server.port", args[0]);
    main.addInitialProperty("camel.main.base-package-scan-enabled", "false");
    main.configure()
        .addRoutesBuilder(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("platform-http:/hello").setBody(constant("hello"));
              }
            });
    main.run();
  }
}
