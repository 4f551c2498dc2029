package io.tollroute.events;

import io.tollroute.settings.SettingsFault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.util.URISupport;

/**
 * The endpoint of {@code tollroute.events}. Its address may hold a password and is never said; what
 * is wrong with it is said without it.
 */
final class EventEndpoint implements Processor {

  private static final String SETTING = "tollroute.events";
  private static final String COMPONENTS = "META-INF/services/org/apache/camel/component/";

  /** Those whose receivers are routes of this very process. */
  private static final Set<String> OF_ROUTES = Set.of("direct", "seda");

  private static final Pattern ADDRESS = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.+)");
  private static final Pattern UNKNOWN =
      Pattern.compile("Unknown parameters=\\[\\{([^}]*)}]", Pattern.DOTALL);

  private final String address;
  private volatile Optional<Sending> sending = Optional.empty();

  private record Sending(ProducerTemplate template, Endpoint endpoint) {}

  private EventEndpoint(String address) {
    this.address = address;
  }

  /**
   * The endpoint of this address.
   *
   * @throws SettingsFault when it is no address, or one of a component that is not here
   */
  static EventEndpoint of(String address) throws SettingsFault {
    Matcher parts = ADDRESS.matcher(address);
    if (!parts.matches()) {
      throw new SettingsFault(
          List.of(SETTING + ": is no endpoint of Camel's, such as file:events or kafka:topic"));
    }
    String scheme = parts.group(1);
    if (ClassLoader.getSystemResource(COMPONENTS + scheme) == null
        && EventEndpoint.class.getClassLoader().getResource(COMPONENTS + scheme) == null) {
      throw new SettingsFault(
          List.of(
              SETTING
                  + ": there is no component "
                  + scheme
                  + " here; if Camel has it, put camel-"
                  + scheme
                  + version()
                  + ".jar and the jars that it needs into lib/ext"));
    }
    return new EventEndpoint(address);
  }

  private static String version() {
    return Optional.ofNullable(CamelContext.class.getPackage().getImplementationVersion())
        .map(version -> "-" + version)
        .orElse("");
  }

  /**
   * Makes the endpoint, when all routes have started.
   *
   * @throws IllegalArgumentException when it cannot be made, in one line
   */
  void open(CamelContext context) {
    String scheme = address.substring(0, address.indexOf(':'));
    Endpoint endpoint;
    try {
      endpoint = context.getEndpoint(address);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          SETTING + ": no endpoint can be made of it (" + scheme + ")" + why(e));
    }
    String uri = URISupport.stripQuery(endpoint.getEndpointUri());
    if (OF_ROUTES.contains(scheme)
        && context.getRoutes().stream()
            .map(route -> URISupport.stripQuery(route.getEndpoint().getEndpointUri()))
            .noneMatch(uri::equals)) {
      throw new IllegalArgumentException(
          SETTING + ": no route begins at this " + scheme + ": address");
    }
    sending = Optional.of(new Sending(context.createProducerTemplate(), endpoint));
  }

  /** Names of parameters hold no secret. */
  private static String why(Throwable failure) {
    for (Throwable at = failure; at != null && at.getCause() != at; at = at.getCause()) {
      Matcher unknown = UNKNOWN.matcher(String.valueOf(at.getMessage()));
      if (unknown.find()) {
        return ": it has no " + unknown.group(1).replaceAll("=[^,]*", "");
      }
    }
    return "";
  }

  /**
   * Sends body and headers of the exchange, on one of its own.
   *
   * @throws Exception of the endpoint, or of the route behind it, however that deals with it
   */
  @Override
  public void process(Exchange exchange) throws Exception {
    Sending to = sending.orElseThrow(() -> new IllegalStateException("there is no receiver yet"));
    Object body = exchange.getMessage().getBody();
    Map<String, Object> headers = exchange.getMessage().getHeaders();
    Exchange sent =
        to.template()
            .send(
                to.endpoint(),
                ExchangePattern.InOnly,
                own -> {
                  own.getMessage().setBody(body);
                  headers.forEach(own.getMessage()::setHeader);
                });
    if (sent.getException() != null) {
      throw sent.getException();
    }
    // a route of one's own has its failures dealt with, which does not mean that the event arrived
    if (sent.getExchangeExtension().isErrorHandlerHandledSet()
        && sent.getExchangeExtension().isErrorHandlerHandled()) {
      throw sent.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    }
  }
}
