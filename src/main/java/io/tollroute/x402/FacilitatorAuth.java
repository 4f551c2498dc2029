package io.tollroute.x402;

import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import org.apache.camel.Exchange;

/** The Authorization that a facilitator wants on each request: none, a bearer token, or CDP's. */
public final class FacilitatorAuth {

  private final Credential credential;
  private final String path;
  private final String host;

  /** Signs for the facilitator at {@code baseUrl}. */
  public FacilitatorAuth(URI baseUrl, Credential credential) {
    this.host = baseUrl.getAuthority();
    this.path = baseUrl.getPath();
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

  /** Authorizes a call of /verify. */
  public void verify(Exchange exchange) {
    authorize(exchange, "POST", "/verify");
  }

  /** Authorizes a call of /settle. */
  public void settle(Exchange exchange) {
    authorize(exchange, "POST", "/settle");
  }

  /** Authorizes a call of /supported. */
  public void supported(Exchange exchange) {
    authorize(exchange, "GET", "/supported");
  }

  /** Authorizes a GET of the base address itself. */
  public void authorize(Exchange exchange) {
    authorize(exchange, "GET", "");
  }

  private void authorize(Exchange exchange, String method, String operation) {
    credential
        .authorization(method, host + path + operation)
        .ifPresent(value -> exchange.getMessage().setHeader("Authorization", value));
  }
}
