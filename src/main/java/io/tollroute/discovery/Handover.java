package io.tollroute.discovery;

import io.tollroute.call.Refusal;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * How much of the heap large answers may take at a time, until the server has them all and watches
 * who takes them. Whoever finds no room is refused at once: nobody waits, as he would hold a
 * worker.
 */
final class Handover {

  /** All workers together may hand over so much each, in bytes. */
  private static final int SMALL = 64 << 10;

  private final int kilobytes;
  private final Semaphore room;

  /** Room for {@code kilobytes}; one answer that is larger takes all of it. */
  Handover(int kilobytes) {
    this.kilobytes = kilobytes;
    this.room = new Semaphore(kilobytes);
  }

  /**
   * Takes room until the exchange has ended; small answers need none.
   *
   * @throws Refusal {@code overloaded} when there is none
   */
  void take(Exchange exchange, int bytes) throws Refusal {
    if (bytes <= SMALL) {
      return;
    }
    int taken = Math.min(kilobytes, (bytes >> 10) + 1);
    if (!room.tryAcquire(taken)) {
      throw Refusal.of("overloaded");
    }
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                room.release(taken);
              }
            });
  }
}
