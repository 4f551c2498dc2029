package io.tollroute.alibaba;

import io.tollroute.call.Refusal;
import io.tollroute.input.InputSlots;
import java.net.URI;
import java.time.Clock;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Makes the input a signed call: a form in the body, and the headers that go with it. It has a
 * nonce and a time of its own each time it is called, so a repeat is never a replay.
 *
 * <p>Nothing of it is in the address but what the action declares in the query, which is given
 * apart: Camel would decode and encode an address once more.
 */
public final class SignRpc implements Processor {

  /** Of camel-http: a query that is sent as it is. */
  private static final String QUERY = Exchange.HTTP_RAW_QUERY;

  private final AlibabaCredentials credentials;
  private final RpcSigning signing;
  private final Clock clock;

  /** Signs with {@code credentials} in the way of {@code signing} at the time of {@code clock}. */
  SignRpc(AlibabaCredentials credentials, RpcSigning signing, Clock clock) {
    this.credentials = credentials;
    this.signing = signing;
    this.clock = clock;
  }

  /**
   * Writes body and headers.
   *
   * @throws Refusal {@code provider_failed} without credentials
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    RpcAction action = RpcSlots.ACTION.of(exchange);
    SignedRpc signed =
        signing.sign(
            action,
            URI.create(RpcSlots.ENDPOINT.of(exchange)).getAuthority(),
            RpcParameters.of(action, InputSlots.INPUT.of(exchange)),
            credentials.current(),
            clock.instant(),
            UUID.randomUUID().toString());
    Message message = exchange.getMessage();
    signed.headers().forEach(message::setHeader);
    message.setBody(signed.body());
    if (!signed.query().isEmpty()) {
      message.setHeader(QUERY, signed.query());
    }
  }
}
