package io.tollroute.web;

import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumerAware;
import org.apache.camel.spi.annotations.Component;

/**
 * Camel's component {@code platform-http}, with addresses at which one route can take the place of
 * another one: both have it until the one before leaves it, which takes no new requests from then
 * on.
 */
@Component("platform-http")
public final class LiveAddresses extends PlatformHttpComponent {

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    PlatformHttpEndpoint endpoint = new ManyTurns(uri, remaining, this);
    endpoint.setPlatformHttpEngine(getEngine());
    endpoint.setHandleWriteResponseError(isHandleWriteResponseError());
    endpoint.setRequestTimeout(getRequestTimeout());
    setEndpointHeaderFilterStrategy(endpoint);
    setProperties(endpoint, parameters);
    return endpoint;
  }

  /**
   * Has a route take no new requests; those that it has taken go on.
   *
   * @return whether it is one that takes requests
   */
  public static boolean leave(Route route) {
    Consumer consumer = route.getConsumer();
    if (consumer instanceof PlatformHttpConsumerAware aware
        && aware.getPlatformHttpConsumer() instanceof CountedConsumer taking) {
      taking.leave();
      return true;
    }
    return false;
  }

  /** An address that has one route, and for a moment the one before too. */
  private static final class ManyTurns extends PlatformHttpEndpoint
      implements MultipleConsumersSupport {

    ManyTurns(String uri, String path, PlatformHttpComponent component) {
      super(uri, path, component);
    }

    @Override
    public boolean isMultipleConsumersSupported() {
      return true;
    }
  }
}
