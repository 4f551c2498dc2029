package io.tollroute.web;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/** A request on the management port, with what the headers of a message do not tell. */
public final class OperatorRequest {

  private static final String FORM_TOKEN = "form-token";

  private final HttpServerRequest request;
  private final HttpServerResponse response;

  private OperatorRequest(HttpMessage message) {
    this.request = message.getRequest();
    this.response = message.getResponse();
  }

  /** The request of an exchange; empty where it was begun by something else. */
  public static Optional<OperatorRequest> of(Exchange exchange) {
    return exchange.getIn() instanceof HttpMessage message
        ? Optional.of(new OperatorRequest(message))
        : Optional.empty();
  }

  /** Whether something is sent, and not only looked at. */
  public boolean isPost() {
    return request.method().name().equals("POST");
  }

  /** What the client says that it is. */
  public String agent() {
    return Optional.ofNullable(request.getHeader("User-Agent")).orElse("");
  }

  /** The address of whoever has made the connection. */
  public String address() {
    return request.remoteAddress().hostAddress();
  }

  /** A field of the form, which is there once; empty when it is not there. */
  public Optional<String> field(String name) {
    MultiMap form = request.formAttributes();
    List<String> values = form.getAll(name);
    return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
  }

  /** Who sends it, as far as {@code sessions} know him. */
  public Optional<OperatorSession> sender(OperatorSessions sessions) {
    return sessions.find(request);
  }

  /** Whether the form is one that was made for this session. */
  public boolean isFormOf(OperatorSession session) {
    return field(FORM_TOKEN)
        .filter(shown -> OperatorSessions.same(shown, session.formToken()))
        .isPresent();
  }

  /** Shows the token of the form's field {@code token}. */
  public OperatorSessions.SignIn enter(OperatorSessions sessions) {
    return sessions.enter(request, response, field("token").orElse("").strip());
  }

  /** Ends the session. */
  public void leave(OperatorSessions sessions) {
    sessions.leave(request, response);
  }
}
