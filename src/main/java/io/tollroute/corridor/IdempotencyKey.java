package io.tollroute.corridor;

import io.tollroute.call.Refusal;
import java.util.regex.Pattern;

/**
 * The header {@code Idempotency-Key} (IETF draft-ietf-httpapi-idempotency-key-header): a name that
 * the buyer gives a request, so that sending it again is the same request. Who knows the name gets
 * the answer, so it must be long enough not to be guessed.
 */
public final class IdempotencyKey {

  /** Name of the header. */
  public static final String HEADER = "Idempotency-Key";

  private static final Pattern KEY = Pattern.compile("\"?([a-zA-Z0-9_-]{16,128})\"?");

  private IdempotencyKey() {}

  /**
   * The key of a header's value: 16 to 128 letters, digits, {@code _} and {@code -}, in quotes or
   * bare.
   *
   * @throws Refusal {@code invalid_idempotency_key}
   */
  public static String read(Object header) throws Refusal {
    if (header instanceof String text) {
      var match = KEY.matcher(text);
      if (match.matches()) {
        return match.group(1);
      }
    }
    throw Refusal.of("invalid_idempotency_key");
  }
}
