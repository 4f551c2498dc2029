package io.tollroute.mcp;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Trace;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The corridor's routes, called on the thread of the request. */
final class CamelCorridor implements Corridor {

  private static final Logger LOG = LoggerFactory.getLogger(CamelCorridor.class);

  private volatile ProducerTemplate template;

  /** Routes are there once Camel is. */
  void open(ProducerTemplate started) {
    this.template = started;
  }

  @Override
  public Answer send(String route, Map<String, Object> headers, byte[] body, Object origin) {
    Exchange caller = (Exchange) origin;
    Exchange exchange =
        template.send(
            route,
            sent -> {
              // limits go by the address behind the request
              HttpMessage http = caller.getMessage(HttpMessage.class);
              sent.setIn(new HttpMessage(sent, http.getRequest(), http.getResponse()));
              sent.getMessage().setHeaders(new LinkedHashMap<>(headers));
              sent.getMessage().setBody(body);
              caller.getVariables().forEach(sent::setVariable);
              CallSlots.SURFACE.put(sent, "mcp");
              Trace.goOn(caller, sent);
            });
    if (exchange.getException() != null) {
      LOG.error("{} gave no answer: {}", route, exchange.getException().getClass().getName());
      throw new IllegalStateException("no answer from " + route);
    }
    Map<String, String> answered = new LinkedHashMap<>();
    exchange
        .getMessage()
        .getHeaders()
        .forEach((name, value) -> answered.put(name.toLowerCase(Locale.ROOT), value.toString()));
    byte[] answer = exchange.getMessage().getBody(byte[].class);
    return new Answer(answered, answer == null ? new byte[0] : answer);
  }
}
