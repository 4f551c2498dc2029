package io.tollroute.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One buyer with one proof of payment and one request, sent again until it ends. */
final class Tries {

  /** A job that goes on, a call that does, and whoever cannot say. */
  private static final Set<Integer> ASK_FOR_PATIENCE = Set.of(202, 409, 503);

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpRequest request;

  /** Buys with a proof of payment in a header. */
  Tries(URI address, String header, String proof, String body) {
    request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .header(header, proof)
            // where the work goes on as a job
            .header("Prefer", "wait=20")
            .timeout(PATIENCE)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
  }

  /** Sends it and does not wait; fails when the line breaks. */
  CompletableFuture<HttpResponse<String>> begin() {
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> once() throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /**
   * Sends it until there is an answer that does not ask for patience. {@code Retry-After} is
   * honoured up to half a second.
   */
  HttpResponse<String> untilItEnds() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Optional<HttpResponse<String>> last = Optional.empty();
    while (System.nanoTime() < end) {
      try {
        HttpResponse<String> answer = once();
        if (!ASK_FOR_PATIENCE.contains(answer.statusCode())
            || answer.headers().firstValue("Retry-After").isEmpty()) {
          return answer;
        }
        last = Optional.of(answer);
      } catch (IOException brokenLine) {
        last = Optional.empty();
      }
      Thread.sleep(LONGEST_PAUSE.toMillis());
    }
    throw new IllegalStateException(
        "no end: " + last.map(answer -> answer.statusCode() + answer.body()).orElse("no answer"));
  }
}
