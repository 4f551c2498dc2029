package io.tollroute.sandbox.buyer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Buys one call over HTTP with x402 v2: ask, then pay. A payment is signed once for a purchase;
 * where the outcome is not known the same payment is sent again, never another one.
 */
public final class Buyer {

  /** How a buyer waits between two tries. */
  public interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  private static final int MOST_TRIES = 6;

  /**
   * Work that goes on is asked for more often: it may take minutes, and is done once all the same.
   */
  private static final int MOST_LOOKS = 200;

  private static final int GOES_ON = 202;
  private static final String WOULD_WAIT = "wait=20";
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI service;
  private final Pause pause;

  private Buyer(URI base, String path, Pause pause) {
    if (!base.toString().matches("(?i)https?://.+") || base.getHost() == null) {
      throw new IllegalArgumentException("Not an HTTP URL: " + base);
    }
    this.service = URI.create(base.toString().replaceAll("/+$", "") + path);
    this.pause = pause;
  }

  /**
   * A buyer of a service's calls.
   *
   * @param base where the seller is, for example {@code http://127.0.0.1:8080}
   * @param service id of what is bought
   * @throws IllegalArgumentException if the base is no HTTP URL
   */
  public static Buyer ofService(URI base, String service, Pause pause) {
    return new Buyer(
        base, "/api/tools/" + URLEncoder.encode(service, StandardCharsets.UTF_8), pause);
  }

  /**
   * A buyer of whatever is sold at a path below the base.
   *
   * @throws IllegalArgumentException if the base is no HTTP URL
   */
  public static Buyer at(URI base, String path, Pause pause) {
    return new Buyer(base, path, pause);
  }

  public URI service() {
    return service;
  }

  /** Calls without paying. */
  public Reply ask(String body) throws IOException, InterruptedException {
    return post(body, Optional.empty());
  }

  /**
   * Calls with a signed payment, and again with the same one while the seller asks for patience,
   * the work goes on, or the line breaks.
   *
   * @param payment a PaymentPayload
   */
  public BoughtCall pay(String body, JsonNode payment) throws InterruptedException {
    String header = encode(payment);
    int looks = 0;
    for (int tries = 1; ; tries++) {
      Optional<Reply> reply = tryToPay(body, header);
      Optional<Duration> wait =
          reply.isPresent() ? patienceAsked(reply.get()) : Optional.of(Duration.ofSeconds(1));
      looks += reply.filter(last -> last.status() == GOES_ON).isPresent() ? 1 : 0;
      if (wait.isEmpty() || tries - looks == MOST_TRIES || looks == MOST_LOOKS) {
        int sent = tries;
        return reply
            .map(last -> BoughtCall.of(last, sent))
            .orElseGet(() -> BoughtCall.withoutReply(sent));
      }
      pause.of(wait.get().compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait.get());
    }
  }

  /** A payment as it travels in {@code PAYMENT-SIGNATURE}. */
  public static String encode(JsonNode payment) {
    return Base64.getEncoder().encodeToString(payment.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<Duration> patienceAsked(Reply reply) {
    return switch (reply.status()) {
      case 503, 409 -> reply.retryAfter();
      case GOES_ON -> reply.retryAfter().or(() -> Optional.of(Duration.ofSeconds(1)));
      default -> Optional.empty();
    };
  }

  /** Empty when the line broke, which says nothing about what the seller did. */
  private Optional<Reply> tryToPay(String body, String header) throws InterruptedException {
    try {
      return Optional.of(post(body, Optional.of(header)));
    } catch (IOException brokenLine) {
      return Optional.empty();
    }
  }

  private Reply post(String body, Optional<String> payment)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    payment.ifPresent(
        header -> request.header("PAYMENT-SIGNATURE", header).header("Prefer", WOULD_WAIT));
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Reply(response.statusCode(), response.headers(), response.body());
  }
}
