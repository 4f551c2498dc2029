package io.tollroute.web;

import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;

/**
 * Which headers pass the door, in and out, by allow-list.
 *
 * <p>platform-http turns query parameters and form fields into message headers and echoes
 * credentials that came in lower case (CVE-2026-85254). So only what really was a header of the
 * request may become one, and only what we mean to say goes out.
 */
public final class HeaderPolicy extends HttpHeaderFilterStrategy {

  private final Set<String> accepted;
  private final Set<String> returned;

  /** Both sets hold lower-case names. */
  public HeaderPolicy(Set<String> accepted, Set<String> returned) {
    this.accepted = Set.copyOf(accepted);
    this.returned = Set.copyOf(returned);
  }

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return !accepted.contains(name.toLowerCase(Locale.ROOT))
        || !sentAsHeader(name, value, exchange);
  }

  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    return !returned.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Without a query and a form, a name and a value can only come from a header. */
  private static boolean sentAsHeader(String name, Object value, Exchange exchange) {
    if (!(exchange.getIn() instanceof HttpMessage message)) {
      return true;
    }
    HttpServerRequest request = message.getRequest();
    boolean nothingElse = request.query() == null && request.formAttributes().isEmpty();
    return nothingElse || request.headers().getAll(name).contains(value);
  }
}
