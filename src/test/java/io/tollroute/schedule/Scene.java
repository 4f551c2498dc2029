package io.tollroute.schedule;

import io.tollroute.schedule.Turns.Actor;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** A schedule that a test writes step by step, in fair weather. */
final class Scene {

  private final Stage stage;
  private final Turns turns = new Turns();
  private final World world;
  private final List<Ticket> tickets = new ArrayList<>();

  private Scene(Stage stage, boolean idempotent) {
    this.stage = stage;
    this.world =
        new World(
            stage.clock(), new SplittableRandom(0), Optional.of(turns), Weather.fair(idempotent));
  }

  /** Begins with an empty ledger and a facilitator that says yes again, or does not. */
  static Scene begin(Stage stage, boolean idempotent) throws SQLException {
    Scene scene = new Scene(stage, idempotent);
    stage.clock().reset();
    stage.store().empty();
    stage.set(scene.world);
    return scene;
  }

  World world() {
    return world;
  }

  /** A payment for an answer, or for a token that is good for one call. */
  Ticket pay(Ticket.Kind kind) {
    Ticket ticket =
        Ticket.signed(
            kind,
            tickets.size(),
            1,
            stage.replica(0).terms(Ticket.service(kind)),
            stage.clock().seconds() + Replica.TIMEOUT_SECONDS,
            false);
    tickets.add(ticket);
    return ticket;
  }

  /** A use of a token that is bought here and now. */
  Ticket useOfNewToken() {
    Attempt bought = attempt(pay(Ticket.Kind.TOKEN));
    end(come(bought, 0));
    String payment = bought.reply().orElseThrow().body().path("paymentId").asText();
    String token = bought.reply().orElseThrow().body().path("token").asText();
    bought.ticket().receive();
    world.sold(payment, 1);
    Ticket use = Ticket.use(tickets.size(), token, payment, false);
    tickets.add(use);
    return use;
  }

  Attempt attempt(Ticket ticket) {
    Attempt attempt = new Attempt(ticket, ticket.name() + "." + ticket.attempts().size(), false);
    ticket.attempts().add(attempt);
    return attempt;
  }

  /** Somebody comes to a replica and waits for his first turn. */
  Actor come(Attempt attempt, int replica) {
    Actor actor =
        turns.start(
            attempt.name(),
            replica,
            () -> {
              Attempt.Reply reply = stage.replica(replica).answer(attempt);
              world.point("before the reply");
              attempt.replied(reply);
              if (reply.isSold()) {
                attempt.ticket().receive();
                attempt.ticket().sent().add(reply.body().at("/data/n").asInt(-1));
              }
            },
            () -> {});
    attempt.madeBy(actor);
    world.register(actor, attempt);
    return actor;
  }

  Actor reconciler(int replica) {
    return turns.start("reconciler", replica, () -> stage.replica(replica).reconcile(), () -> {});
  }

  /** Lets somebody do so many steps; says whether he then still has something to do. */
  boolean go(Actor actor, int steps) {
    for (int step = 0; step < steps && isWaiting(actor); step++) {
      turns.resume(actor);
    }
    return isWaiting(actor);
  }

  void end(Actor actor) {
    go(actor, Integer.MAX_VALUE);
  }

  /** Turn by turn, until both have ended. */
  void endBoth(Actor one, Actor other) {
    while (isWaiting(one) || isWaiting(other)) {
      go(one, 1);
      go(other, 1);
    }
  }

  void crash(Actor actor) {
    if (isWaiting(actor)) {
      turns.crash(actor);
    }
  }

  private boolean isWaiting(Actor actor) {
    return turns.waiting().contains(actor);
  }

  void pass(long seconds) {
    stage.clock().advance(seconds);
  }

  /** What is wrong once both reconcilers have had time to do all that is left. */
  List<String> audit() throws SQLException {
    for (int round = 0; round < 4; round++) {
      pass(700);
      end(reconciler(round % 2));
    }
    new Audit(world, tickets, stage.store(), book -> {})
        .check(
            (ticket, other) -> {
              Attempt attempt = attempt(ticket);
              end(come(attempt, 0));
              return attempt.reply().orElseThrow();
            });
    turns.surprises().forEach(surprise -> world.violated("surprise " + surprise));
    return world.violations();
  }
}
