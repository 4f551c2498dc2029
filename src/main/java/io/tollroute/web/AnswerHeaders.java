package io.tollroute.web;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;

/**
 * What every answer to a buyer carries, whatever it says: for caches by which headers of the
 * request it goes, and for browsers that any page may call and what it may read (the Fetch
 * standard's CORS protocol).
 */
final class AnswerHeaders {

  private static final String PREFLIGHT_SECONDS = "3600";
  private static final String METHODS = "GET, HEAD, POST, OPTIONS";

  private final String vary;
  private final String sent;
  private final String read;

  /**
   * Headers of a server where payments come and go in these.
   *
   * @param proofs headers of a request that may hold a proof
   * @param said headers of an answer with terms or receipts
   */
  AnswerHeaders(List<String> proofs, List<String> said) {
    this.vary = String.join(", ", proofs) + ", Authorization";
    this.sent =
        "Content-Type, Accept, Authorization, "
            + String.join(", ", proofs)
            // the last is sent by clients of x402 that mean the answer's
            + ", Idempotency-Key, Prefer, SIGN-IN-WITH-X, Access-Control-Expose-Headers";
    this.read =
        String.join(", ", said)
            + ", X-Request-Id, Location, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset,"
            + " RateLimit-Policy, Idempotent-Replayed";
  }

  /** Puts them on an answer. */
  void put(MultiMap answer) {
    answer
        .set(HttpHeaders.VARY, vary)
        .set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, read)
        .set("X-Content-Type-Options", "nosniff");
  }

  /** Says beside them what a page may send. */
  void putPreflight(MultiMap answer) {
    put(answer);
    answer
        .set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
        .set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, sent)
        .set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
  }
}
