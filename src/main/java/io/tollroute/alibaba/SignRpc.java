package io.tollroute.alibaba;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.call.Refusal;
import io.tollroute.input.InputSlots;
import java.net.URI;
import java.time.Clock;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Makes the input a signed call: a form in the body, and the headers that go with it. It has a
 * nonce and a time of its own each time it is called, so a repeat is never a replay.
 *
 * <p>Nothing of it is in the address, which is constant.
 */
public final class SignRpc implements Processor {

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
    SortedMap<String, String> parameters = new TreeMap<>();
    InputSlots.INPUT
        .of(exchange)
        .properties()
        .forEach(field -> parameters.put(field.getKey(), text(field.getValue())));
    SignedRpc signed =
        signing.sign(
            RpcSlots.ACTION.of(exchange),
            URI.create(RpcSlots.ENDPOINT.of(exchange)).getAuthority(),
            parameters,
            credentials.current(),
            clock.instant(),
            UUID.randomUUID().toString());
    Message message = exchange.getMessage();
    signed.headers().forEach(message::setHeader);
    message.setBody(signed.body());
  }

  /** Numbers travel in plain decimals: 1E-5 is not one for Alibaba. */
  private static String text(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue().toPlainString();
    }
    if (value.isContainerNode()) {
      return value.toString();
    }
    return value.asText();
  }
}
