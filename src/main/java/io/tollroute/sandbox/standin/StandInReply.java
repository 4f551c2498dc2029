package io.tollroute.sandbox.standin;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Writes a stand-in's answer onto an exchange, with nothing of the request left in it. */
final class StandInReply {

  private StandInReply() {}

  static void write(Exchange exchange, int status, String contentType, byte[] body) {
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    message.setHeader(Exchange.CONTENT_TYPE, contentType);
    message.setBody(body);
  }
}
