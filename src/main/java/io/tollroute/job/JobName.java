package io.tollroute.job;

import io.tollroute.ledger.TokenHash;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * The name of a job, which only its buyer is told: whoever has it gets the answer. The books know
 * its hash.
 *
 * @param text {@code job_} and 256 random bits
 */
record JobName(String text) {

  private static final int BYTES = 32;
  private static final Pattern SHAPE = Pattern.compile("job_[A-Za-z0-9_-]{43}");

  static JobName drawn(SecureRandom random) {
    byte[] drawn = new byte[BYTES];
    random.nextBytes(drawn);
    return new JobName("job_" + Base64.getUrlEncoder().withoutPadding().encodeToString(drawn));
  }

  /** Whether it can be the name of a job. */
  static boolean isOne(String text) {
    return SHAPE.matcher(text).matches();
  }

  /** By which the books know it. */
  String id() {
    return TokenHash.of(text).hex();
  }

  /** Never the name itself: records are easily logged. */
  @Override
  public String toString() {
    return "JobName[" + id().substring(0, 8) + "]";
  }
}
