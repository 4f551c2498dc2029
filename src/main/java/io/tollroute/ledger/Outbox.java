package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.List;

/**
 * Events that were written with the changes which they tell, until they have been sent. Of several
 * processes one sends at a time, in the order in which they were written.
 */
public interface Outbox {

  /**
   * One event.
   *
   * @param id the same however often it is sent
   * @param json a CloudEvent, structured
   */
  record Event(String id, String json) {}

  /**
   * What waits to be sent.
   *
   * @param events how many
   * @param oldestSeconds age of the oldest; 0 without any
   */
  record Backlog(long events, long oldestSeconds) {}

  /**
   * The oldest events, for this process to send; none while another one does.
   *
   * @param count how many at most
   * @param leaseSeconds how long no other process sends
   * @throws Refusal {@code ledger_unavailable}
   */
  List<Event> take(int count, long leaseSeconds) throws Refusal;

  /**
   * Forgets events that were sent.
   *
   * @throws Refusal {@code ledger_unavailable}; they are sent once more then
   */
  void sent(List<Event> events) throws Refusal;

  /**
   * What waits.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  Backlog backlog() throws Refusal;

  /** How many refusals this process has left out, because too much waits. */
  long leftOut();
}
