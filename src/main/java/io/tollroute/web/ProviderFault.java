package io.tollroute.web;

import io.tollroute.call.Refusal;
import io.tollroute.log.HttpAnswer;
import io.tollroute.outbound.AnswerTooLarge;
import io.tollroute.outbound.StaleConnection;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;

/**
 * What it means for a buyer that a provider's route failed with an exception of its own. A status
 * of its upstream is not the buyer's fault, as the route made the request; a route that knows
 * better says so itself.
 *
 * @param refusal what the buyer gets
 * @param answer the upstream's HTTP answer, where that was the failure
 * @param expected whether it is known what happened, so that its place in the program says nothing
 * @param passing whether it may be gone with the next call, and so is no alert
 */
record ProviderFault(
    Refusal refusal, Optional<HttpAnswer> answer, boolean expected, boolean passing) {

  /** How it shows that the other side of a connection has ended it. */
  private static final Set<Class<? extends IOException>> HANGING_UP =
      Set.of(
          SocketException.class,
          SSLException.class,
          ConnectionClosedException.class,
          NoHttpResponseException.class,
          StaleConnection.class);

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,4}");

  /** What {@code failure} means. */
  static ProviderFault of(Throwable failure) {
    Optional<HttpOperationFailedException> answered =
        first(failure, HttpOperationFailedException.class);
    if (answered.isPresent()) {
      return of(answered.get());
    }
    if (has(failure, AnswerTooLarge.class)) {
      return new ProviderFault(
          Refusal.of("provider_failed").because("answer_too_large"), Optional.empty(), true, false);
    }
    // the first kind is also one of the second
    if (has(failure, ConnectTimeoutException.class)
        || has(failure, ConnectException.class)
        || has(failure, UnknownHostException.class)
        || has(failure, NoRouteToHostException.class)) {
      return new ProviderFault(Refusal.of("provider_unavailable"), Optional.empty(), true, false);
    }
    if (has(failure, InterruptedIOException.class)
        || has(failure, HttpTimeoutException.class)
        || has(failure, TimeoutException.class)) {
      return new ProviderFault(Refusal.of("provider_timeout"), Optional.empty(), true, true);
    }
    boolean hungUp = HANGING_UP.stream().anyMatch(type -> has(failure, type));
    return new ProviderFault(Refusal.of("provider_failed"), Optional.empty(), hungUp, false);
  }

  private static ProviderFault of(HttpOperationFailedException failure) {
    Map<String, String> headers =
        failure.getResponseHeaders() == null ? Map.of() : failure.getResponseHeaders();
    Optional<Integer> wait = retryAfter(headers);
    Refusal refusal =
        switch (failure.getStatusCode()) {
          case 429 -> busy(wait);
          case 503 -> wait.isPresent() ? busy(wait) : Refusal.of("provider_unavailable");
          case 408, 504 -> Refusal.of("provider_timeout");
          default -> Refusal.of("provider_failed");
        };
    boolean passing = !refusal.word().equals("provider_failed");
    return new ProviderFault(
        refusal, Optional.of(HttpAnswer.of(failure.getStatusCode(), headers)), true, passing);
  }

  private static Refusal busy(Optional<Integer> wait) {
    Refusal busy = Refusal.of("provider_busy");
    return wait.map(busy::retryAfter).orElse(busy);
  }

  private static Optional<Integer> retryAfter(Map<String, String> headers) {
    return headers.entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
        .map(header -> header.getValue().strip())
        .filter(SECONDS.asMatchPredicate())
        .map(Integer::valueOf)
        .findFirst();
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    return first(failure, type).isPresent();
  }

  private static <T extends Throwable> Optional<T> first(Throwable failure, Class<T> type) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst();
  }
}
