package io.tollroute.provider;

import io.tollroute.call.Refusal;
import java.util.regex.Pattern;

/**
 * How a provider's route says whose fault it is that there is no answer. Each method ends the call,
 * and nothing is charged.
 *
 * <p>A reason is a word of the route's own, told to the buyer as it is: at most 64 letters, digits,
 * dots, hyphens and underscores, beginning with a letter. Any other text is kept back, since it may
 * be somebody else's.
 */
public final class RefuseWork {

  private static final Pattern REASON = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");

  /**
   * The provider cannot work with this input.
   *
   * @throws Refusal {@code provider_rejected}, always
   */
  public void caller(String reason) throws Refusal {
    throw told(Refusal.of("provider_rejected"), reason);
  }

  /**
   * The provider failed, or its answer is not usable.
   *
   * @throws Refusal {@code provider_failed}, always
   */
  public void provider(String reason) throws Refusal {
    throw told(Refusal.of("provider_failed"), reason);
  }

  /**
   * The provider takes no more calls for the next {@code seconds}.
   *
   * @throws Refusal {@code provider_busy}, always
   */
  public void busy(int seconds) throws Refusal {
    throw Refusal.of("provider_busy").retryAfter(seconds);
  }

  /**
   * The provider is out of order.
   *
   * @throws Refusal {@code provider_unavailable}, always
   */
  public void unavailable() throws Refusal {
    throw Refusal.of("provider_unavailable");
  }

  private static Refusal told(Refusal refusal, String reason) {
    return REASON.matcher(reason).matches() ? refusal.because(reason) : refusal;
  }
}
