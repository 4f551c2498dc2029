package io.tollroute.ops;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when one of its threads dies because there is no memory, which is not the heap's
 * then: there the JVM ends it by itself. Nobody would do that thread's work any more, and the
 * ledger holds whatever happens, so another process can go on at once.
 */
public final class DeathOfThreads implements Thread.UncaughtExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(DeathOfThreads.class);

  /** As of {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int OUT_OF_MEMORY = 3;

  private DeathOfThreads() {}

  /** Looks after all threads of a process that is ours alone. */
  public static void watch() {
    Thread.setDefaultUncaughtExceptionHandler(new DeathOfThreads());
  }

  @Override
  public void uncaughtException(Thread thread, Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      // not in order, which takes memory
      Runtime.getRuntime().halt(OUT_OF_MEMORY);
    }
    LOG.error("thread {} died", thread.getName(), failure);
  }
}
