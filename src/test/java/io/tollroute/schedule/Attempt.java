package io.tollroute.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** One request of a buyer and what came of it. */
final class Attempt {

  /**
   * What was answered.
   *
   * @param word the error word, or nothing when it was sold
   * @param charged what the buyer was told about his money
   */
  record Reply(int status, String word, String charged, boolean retryable, JsonNode body) {

    boolean isSold() {
      return status == 200 || status == 201;
    }

    /** Whether a job is at work on it. */
    boolean goesOn() {
      return status == 202;
    }
  }

  private final Ticket ticket;
  private final String name;
  private final boolean other;
  private Turns.Actor actor;
  private long leaseEnd;
  private boolean ledgerFault;
  private boolean releases;
  private boolean over;
  private Optional<Reply> reply = Optional.empty();

  /** {@code other} asks for something else with the same proof. */
  Attempt(Ticket ticket, String name, boolean other) {
    this.ticket = ticket;
    this.name = name;
    this.other = other;
  }

  Ticket ticket() {
    return ticket;
  }

  String name() {
    return name;
  }

  boolean isOther() {
    return other;
  }

  boolean isOfToken() {
    return ticket.kind() == Ticket.Kind.USE;
  }

  void madeBy(Turns.Actor maker) {
    actor = maker;
  }

  boolean isDead() {
    return actor != null && actor.isDead();
  }

  void holdsUntil(long end) {
    leaseEnd = end;
  }

  long leaseEnd() {
    return leaseEnd;
  }

  void noteLedgerFault() {
    ledgerFault = true;
  }

  boolean hadLedgerFault() {
    return ledgerFault;
  }

  /** It has given up what it held, or is about to. */
  void noteRelease() {
    releases = true;
  }

  boolean hasReleased() {
    return releases;
  }

  void replied(Reply answer) {
    reply = Optional.of(answer);
  }

  Optional<Reply> reply() {
    return reply;
  }

  boolean wasToldNo() {
    return reply.map(answer -> answer.charged().equals("no") && !answer.goesOn()).orElse(false);
  }

  void end() {
    over = true;
  }

  boolean isOver() {
    return over;
  }
}
