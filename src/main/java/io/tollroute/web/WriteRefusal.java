package io.tollroute.web;

import io.tollroute.answer.Envelope;
import io.tollroute.answer.ErrorWord;
import io.tollroute.answer.ErrorWords;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Quota;
import io.tollroute.call.Refusal;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Turns the refusal that ended a call into the message that goes back: envelope, status and
 * Retry-After from the table of error words, and the limit that the call has met, if any.
 */
public final class WriteRefusal implements Processor {

  private final ErrorWords words;
  private final Envelope envelope;

  /** Answers with the rows of {@code words}. */
  public WriteRefusal(ErrorWords words, Envelope envelope) {
    this.words = words;
    this.envelope = envelope;
  }

  @Override
  public void process(Exchange exchange) {
    Refusal refusal = CallSlots.REFUSAL.of(exchange);
    ErrorWord word = words.of(refusal.word());
    exchange.getMessage().setBody(envelope.failure(refusal, CallSlots.REQUEST_ID.of(exchange)));
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, word.status());
    retryAfter(refusal, word)
        .ifPresent(seconds -> exchange.getMessage().setHeader("Retry-After", seconds));
    CallSlots.QUOTA.find(exchange).ifPresent(quota -> tell(quota, exchange.getMessage()));
  }

  private Optional<String> retryAfter(Refusal refusal, ErrorWord word) {
    return refusal.retryAfter().isPresent()
        ? Optional.of(Integer.toString(refusal.retryAfter().getAsInt()))
        : words.retryAfter(word);
  }

  /** Names and meaning as in draft-ietf-httpapi-ratelimit-headers-06. */
  private static void tell(Quota quota, Message message) {
    message.setHeader("Retry-After", Long.toString(quota.resetSeconds()));
    message.setHeader("RateLimit-Limit", Long.toString(quota.limit()));
    message.setHeader("RateLimit-Remaining", Long.toString(quota.remaining()));
    message.setHeader("RateLimit-Reset", Long.toString(quota.resetSeconds()));
    quota
        .windowSeconds()
        .ifPresent(
            seconds -> message.setHeader("RateLimit-Policy", quota.limit() + ";w=" + seconds));
  }
}
