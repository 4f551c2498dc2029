package io.tollroute.sandbox.buyer;

import java.util.Optional;

/**
 * How a paid call ended.
 *
 * @param verdict what that means for the buyer
 * @param reply the last answer; empty if the last try got none
 * @param tries how often the one payment was sent
 */
public record BoughtCall(Verdict verdict, Optional<Reply> reply, int tries) {

  public enum Verdict {
    ANSWERED,
    NOT_CHARGED,
    CHARGED_WITHOUT_ANSWER,
    UNKNOWN
  }

  public static BoughtCall of(Reply reply, int tries) {
    return new BoughtCall(verdict(reply), Optional.of(reply), tries);
  }

  static BoughtCall withoutReply(int tries) {
    return new BoughtCall(Verdict.UNKNOWN, Optional.empty(), tries);
  }

  /** Only a seller that says so is believed not to have charged. */
  private static Verdict verdict(Reply reply) {
    if (reply.status() == 200) {
      return Verdict.ANSWERED;
    }
    if (reply.status() == 202) {
      // it says what was charged until now, and the work goes on
      return Verdict.UNKNOWN;
    }
    return switch (reply.json().path("charged").asText()) {
      case "no" -> Verdict.NOT_CHARGED;
      case "yes" -> Verdict.CHARGED_WITHOUT_ANSWER;
      default -> Verdict.UNKNOWN;
    };
  }
}
