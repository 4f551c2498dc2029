package io.tollroute.admin;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.tollroute.operator.Actor;
import io.tollroute.web.OperatorRequest;
import io.tollroute.web.OperatorSession;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

/**
 * What an operator asks for on a page.
 *
 * @param sent whether the form was sent, and not only looked at
 */
record PageRequest(
    Exchange exchange, OperatorRequest request, OperatorSession session, boolean sent) {

  static PageRequest of(Exchange exchange, OperatorRequest request, OperatorSession session) {
    return new PageRequest(exchange, request, session, request.isPost());
  }

  /** Who is asking, for the log of actions. */
  Actor actor() {
    return new Actor(session.who(), "page");
  }

  /** Whose routes can ask others. */
  CamelContext context() {
    return exchange.getContext();
  }

  /** A field of the form or, where none was sent, of the query; one without a text is not there. */
  Optional<String> field(String name) {
    Optional<String> found = sent ? request.field(name) : ofQuery(name);
    return found.map(String::strip).filter(text -> !text.isEmpty());
  }

  /** The same for whom nothing is an empty text. */
  String text(String name) {
    return field(name).orElse("");
  }

  private Optional<String> ofQuery(String name) {
    String raw = exchange.getMessage().getHeader(Exchange.HTTP_RAW_QUERY, "", String.class);
    return new QueryStringDecoder(raw, false)
        .parameters().getOrDefault(name, java.util.List.of()).stream().findFirst();
  }
}
