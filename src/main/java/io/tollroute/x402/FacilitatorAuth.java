package io.tollroute.x402;

import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;

/**
 * The Authorization that a facilitator wants on each request: none, a bearer token, or CDP's. It is
 * made by the client that sends the request, of what is really sent, so no route can forget it or
 * send it elsewhere.
 */
public final class FacilitatorAuth {

  private final Credential credential;
  private final String host;

  /** Signs for the facilitator at {@code baseUrl}. */
  public FacilitatorAuth(URI baseUrl, Credential credential) {
    this.host = baseUrl.getAuthority();
    this.credential = credential;
  }

  /** Makes the Authorization of one request; empty for none. */
  @FunctionalInterface
  public interface Credential {

    /** {@code method} and {@code resource} (host and path) are what a bound token names. */
    Optional<String> authorization(String method, String resource);

    /** No authorization. */
    static Credential none() {
      return (method, resource) -> Optional.empty();
    }

    /** A fixed bearer token. */
    static Credential bearer(String token) {
      return (method, resource) -> Optional.of("Bearer " + token);
    }

    /** Coinbase's per-request token. */
    static Credential cdp(String keyId, String secret, Clock clock) {
      CdpToken token = new CdpToken(keyId, secret, clock);
      return (method, resource) -> Optional.of("Bearer " + token.sign(method + " " + resource));
    }
  }

  /** The same {@code bounds} for calls that bear the credential. */
  public HttpClientConfigurer within(HttpClientConfigurer bounds) {
    return builder -> {
      bounds.configureHttpClient(builder);
      builder.addRequestInterceptorLast((request, entity, context) -> authorize(request));
    };
  }

  private void authorize(HttpRequest request) {
    String path = request.getPath().replaceFirst("[?].*", "");
    credential
        .authorization(request.getMethod(), host + path)
        .ifPresent(value -> request.setHeader(HttpHeaders.AUTHORIZATION, value));
  }
}
