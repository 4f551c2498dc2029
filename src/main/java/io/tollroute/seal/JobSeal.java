package io.tollroute.seal;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Seals what is kept of a job. While it goes on, what is needed to end it without its buyer, for us
 * alone; afterwards its answer, for whoever has the name of the job, which is kept nowhere.
 */
public final class JobSeal {

  private final Sealing work;
  private final Sealing answer;

  /** Draws nonces from {@code random}. */
  public JobSeal(SecureRandom random, SealKeys keys) {
    this.work = new Sealing(random, keys, "tollroute job");
    this.answer = new Sealing(random, keys, "tollroute job answer");
  }

  /** Seals what a job knows of its call. */
  public byte[] work(byte[] plain) {
    return work.seal(plain, "");
  }

  /** What was sealed so; empty when it was not sealed with a key of ours. */
  public Optional<byte[]> openWork(byte[] sealed) {
    return work.open(sealed, "");
  }

  /** Seals what a job has come to for whoever knows its {@code name}. */
  public byte[] answer(byte[] plain, String id, String name) {
    return answer.seal(plain, id, name.getBytes(StandardCharsets.US_ASCII));
  }

  /** What was sealed so; empty when the name is another. */
  public Optional<byte[]> openAnswer(byte[] sealed, String id, String name) {
    return answer.open(sealed, id, name.getBytes(StandardCharsets.US_ASCII));
  }
}
