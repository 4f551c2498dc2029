package io.tollroute.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.schedule.Turns.Actor;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One history of buyers, two replicas and what can happen to them, drawn from a seed: a storm, then
 * calm weather in which every buyer comes back until he knows, then time until nobody has anything
 * left to do, and the audit.
 */
final class Schedule {

  private static final int STORM_STEPS = 220;
  private static final int TRIES_IN_THE_STORM = 5;
  private static final int ROUNDS = 60;
  private static final int QUIET_ROUNDS = 12;

  private final long seed;
  private final Stage stage;
  private final SplittableRandom random;
  private final Turns turns;
  private final World world;
  private final List<Ticket> tickets = new ArrayList<>();
  private final List<Attempt> pending = new ArrayList<>();
  private final Map<Actor, Attempt> running = new LinkedHashMap<>();
  private final List<String> trace = new ArrayList<>();
  private final Map<String, Integer> seen = new TreeMap<>();
  private int names;

  /**
   * What came of a schedule.
   *
   * @param steps every step in order
   * @param books what was found in the ledger at the end
   * @param seen how often what happened, for checking that the schedules are worth something
   */
  record Outcome(
      long seed,
      List<String> violations,
      List<String> steps,
      List<String> books,
      Map<String, Integer> seen) {

    /** What happened, and what was found in the ledger after it. */
    List<String> trace() {
      return Stream.concat(steps.stream(), books.stream()).toList();
    }
  }

  Schedule(long seed, Stage stage) {
    this.seed = seed;
    this.stage = stage;
    this.random = new SplittableRandom(seed);
    this.turns = new Turns();
    this.world =
        new World(stage.clock(), random.split(), Optional.of(turns), Weather.drawn(random));
  }

  Outcome play() throws SQLException, IOException, Refusal {
    stage.clock().reset();
    stage.store().empty();
    stage.offerAnew();
    Optional<ObjectNode> order =
        random.nextInt(3) == 0
            ? Optional.of(stage.replica(0).order(1 + random.nextInt(3)))
            : Optional.empty();
    stage.set(world);
    trace.add("weather " + world.weather());
    draw();
    order.ifPresent(this::payLater);
    for (int step = 0; step < STORM_STEPS && isBusy(); step++) {
      step();
    }
    world.become(world.weather().calm());
    trace.add("calm");
    comeBack();
    rest();
    List<String> books = new ArrayList<>();
    new Audit(world, tickets, stage.store(), books::add).check(this::ask).forEach(this::count);
    turns.surprises().forEach(surprise -> world.violated("surprise " + surprise));
    seen.merge("settled and called failed", world.bank().calledFailed(), Integer::sum);
    stage.set(stage.quiet());
    return new Outcome(seed, List.copyOf(world.violations()), trace, books, seen);
  }

  private void draw() {
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      Ticket.Kind kind =
          switch (random.nextInt(7)) {
            case 0, 1 -> Ticket.Kind.AFTER;
            case 2 -> Ticket.Kind.FIRST;
            case 3, 4 -> Ticket.Kind.JOB;
            default -> Ticket.Kind.TOKEN;
          };
      int calls = kind == Ticket.Kind.TOKEN ? 1 + random.nextInt(3) : 1;
      long validBefore =
          stage.clock().seconds() + 60 + random.nextInt(Replica.TIMEOUT_SECONDS - 60);
      Ticket ticket =
          Ticket.signed(
              kind,
              i,
              calls,
              stage.replica(0).terms(Ticket.service(kind)),
              validBefore,
              random.nextInt(4) == 0);
      add(ticket);
      for (int copy = random.nextInt(3); copy > 0; copy--) {
        pending.add(attempt(ticket, false));
      }
      if (kind != Ticket.Kind.TOKEN && random.nextInt(4) == 0) {
        pending.add(attempt(ticket, true));
      }
    }
  }

  /** A token that was ordered is paid, whatever its calls cost by then. */
  private void payLater(ObjectNode order) {
    long validBefore = stage.clock().seconds() + Replica.TIMEOUT_SECONDS;
    Ticket ticket = Ticket.ordered(tickets.size(), order, validBefore);
    add(ticket);
    for (int copy = random.nextInt(3); copy > 0; copy--) {
      pending.add(attempt(ticket, false));
    }
  }

  private void add(Ticket ticket) {
    tickets.add(ticket);
    pending.add(attempt(ticket, false));
  }

  private Attempt attempt(Ticket ticket, boolean other) {
    Attempt attempt =
        new Attempt(
            ticket, ticket.name() + "." + ticket.attempts().size() + (other ? "x" : ""), other);
    ticket.attempts().add(attempt);
    return attempt;
  }

  private boolean isBusy() {
    return !pending.isEmpty() || !turns.waiting().isEmpty();
  }

  private void step() throws IOException {
    if (world.happens(world.weather().crash())) {
      crash(random.nextInt(2));
      return;
    }
    if (world.happens(world.weather().lapse())) {
      advance(World.LEASE_SECONDS + 1);
      return;
    }
    if (world.happens(world.weather().price())) {
      price();
      return;
    }
    if (world.happens(world.weather().preempted())) {
      preempt(tickets.get(random.nextInt(tickets.size())));
      return;
    }
    int choice = random.nextInt(100);
    if (choice < 10 && !pending.isEmpty()) {
      start(pending.remove(random.nextInt(pending.size())));
    } else if (choice < 14) {
      advance(1 + random.nextInt(4));
    } else if (choice < 17) {
      trace.add("mine");
      world.bank().mine();
    } else if (choice < 19) {
      reconcile(random.nextInt(2));
    } else if (choice < 20) {
      erase(random.nextInt(2));
    } else {
      goOn();
    }
  }

  /** The price changes, or a replica sees that it has. */
  private void price() throws IOException {
    int replica = random.nextInt(3);
    if (replica < 2) {
      trace.add(replica + " reads its services");
      try {
        stage.replica(replica).reload();
      } catch (Refusal unwritten) {
        count("an offer that could not be written");
      }
    } else {
      trace.add("the price is " + stage.changePrice(random));
      count("price change");
    }
  }

  private void preempt(Ticket ticket) {
    if (ticket.nonce().isPresent()) {
      trace.add(ticket.name() + " is settled by somebody else");
      count("preempted");
      world.bank().preempt(ticket.payment(), ticket.payment().path("accepted"));
    }
  }

  private void goOn() {
    List<Actor> waiting = turns.waiting();
    if (waiting.isEmpty()) {
      if (!pending.isEmpty()) {
        start(pending.remove(random.nextInt(pending.size())));
      }
      return;
    }
    Actor next = waiting.get(random.nextInt(waiting.size()));
    trace.add(next.name() + "@" + next.replica() + " goes on from: " + next.place());
    turns.resume(next);
    ended(next);
  }

  private void start(Attempt attempt) {
    int replica = random.nextInt(2);
    trace.add(attempt.name() + " comes to " + replica);
    Actor actor =
        turns.start(
            attempt.name(),
            replica,
            () -> {
              Attempt.Reply reply = stage.replica(replica).answer(attempt);
              world.point("before the reply");
              attempt.replied(reply);
            },
            () -> count("crash"));
    attempt.madeBy(actor);
    running.put(actor, attempt);
    world.register(actor, attempt);
  }

  private void reconcile(int replica) {
    turns.start(
        "reconciler" + names++,
        replica,
        () -> {
          stage.replica(replica).lookAtJobs();
          stage.replica(replica).reconcile();
        },
        () -> count("reconciler crash"));
  }

  private void erase(int replica) {
    turns.start("eraser" + names++, replica, () -> stage.replica(replica).eraseExpired(), () -> {});
  }

  private void crash(int replica) {
    trace.add("crash of " + replica);
    for (Actor actor : turns.waiting()) {
      if (actor.replica() == replica) {
        turns.crash(actor);
        ended(actor);
      }
    }
  }

  private void advance(long seconds) {
    trace.add(seconds + " s pass");
    if (seconds > World.LEASE_SECONDS && !running.isEmpty()) {
      count("lapse");
    }
    stage.clock().advance(seconds);
  }

  private void ended(Actor actor) {
    if (turns.waiting().contains(actor) || !running.containsKey(actor)) {
      return;
    }
    Attempt attempt = running.remove(actor);
    attempt.end();
    Ticket ticket = attempt.ticket();
    Optional<Attempt.Reply> reply = attempt.reply();
    if (reply.isEmpty()) {
      again(ticket);
      return;
    }
    if (reply.get().isSold() && ticket.orderedToken().isPresent()) {
      count("sold what was ordered");
    }
    count(
        reply.get().isSold()
            ? "sold " + ticket.kind()
            : reply.get().goesOn() ? "goes on" : reply.get().word());
    trace.add(
        attempt.name()
            + " is told "
            + reply.get().status()
            + " "
            + reply.get().word()
            + " "
            + reply.get().body().path("reason").asText());
    if (reply.get().isSold()) {
      sold(attempt, reply.get());
    }
    boolean otherPrice = reply.get().body().path("reason").asText().endsWith("value_mismatch");
    if (otherPrice && !attempt.isOther() && ticket.validBefore() > stage.clock().seconds()) {
      world.violated(ticket.name() + " is refused at the price that it was offered");
    }
    if (world.happens(world.weather().reply())) {
      trace.add(attempt.name() + " does not hear it");
      count("lost reply");
      again(ticket);
    } else {
      heard(attempt, reply.get());
    }
  }

  private void heard(Attempt attempt, Attempt.Reply reply) {
    Ticket ticket = attempt.ticket();
    if (reply.isSold()) {
      if (ticket.kind() == Ticket.Kind.TOKEN && !ticket.hasReceived()) {
        spend(ticket, reply.body());
      }
      ticket.receive();
      ticket.finish();
    } else if (attempt.isOther()) {
      return;
    } else if (reply.goesOn()) {
      again(ticket);
    } else if (reply.word().equals("answer_owed") && random.nextInt(3) == 0) {
      takeCredit(ticket);
    } else if (reply.retryable() && !(ticket.givesUp() && reply.charged().equals("no"))) {
      again(ticket);
    } else {
      ticket.finish();
    }
  }

  /** A token instead of the answer; whoever does not get it comes back for the answer. */
  private void takeCredit(Ticket ticket) {
    int replica = random.nextInt(2);
    String name = "credit" + names++;
    turns.start(
        name,
        replica,
        () -> {
          try {
            stage.replica(replica).credit(ticket.chargeKey(), name, stage.clock());
            count("credit");
            ticket.finish();
          } catch (Refusal refusal) {
            count("no credit: " + refusal.word());
            again(ticket);
          }
        },
        () -> again(ticket));
  }

  private void again(Ticket ticket) {
    boolean coming = pending.stream().anyMatch(next -> next.ticket() == ticket);
    if (!coming && !ticket.isDone() && ticket.attempts().size() < TRIES_IN_THE_STORM) {
      pending.add(attempt(ticket, false));
    }
  }

  /** Nothing goes out before it is paid. */
  private void sold(Attempt attempt, Attempt.Reply reply) {
    Ticket ticket = attempt.ticket();
    if (ticket.nonce().isPresent() && !world.bank().hasMoved(ticket.nonce().get())) {
      world.violated(ticket.name() + " was answered and has not paid");
    }
    if (ticket.kind() != Ticket.Kind.TOKEN) {
      ticket.send(reply.body().at("/data/n").asInt(-1), attempt.isOther());
    }
  }

  /** More uses than were bought, some of them twice the same. */
  private void spend(Ticket ticket, JsonNode bought) {
    String payment = bought.path("paymentId").asText();
    world.sold(payment, ticket.calls());
    for (int use = 0; use <= ticket.calls(); use++) {
      Ticket next =
          Ticket.use(
              tickets.size(),
              ticket.orderedToken().orElse(bought.path("token").asText()),
              payment,
              random.nextBoolean());
      add(next);
      if (random.nextInt(3) == 0) {
        pending.add(attempt(next, false));
      }
      if (random.nextInt(6) == 0) {
        pending.add(attempt(next, true));
      }
    }
  }

  /** Every buyer comes back until he knows. */
  private void comeBack() {
    for (int round = 0; round < ROUNDS && !isKnown(); round++) {
      for (Ticket ticket : List.copyOf(tickets)) {
        if (!ticket.isDone() && pending.stream().noneMatch(next -> next.ticket() == ticket)) {
          pending.add(attempt(ticket, false));
        }
      }
      reconcile(0);
      reconcile(1);
      runAll();
      world.bank().mine();
      advance(5 + 5 * round);
    }
    for (Ticket ticket : tickets) {
      if (!ticket.isDone()) {
        world.violated(ticket.name() + " is never told how it ended");
      }
    }
  }

  private boolean isKnown() {
    return !isBusy() && tickets.stream().allMatch(Ticket::isDone);
  }

  private void runAll() {
    while (isBusy()) {
      if (!pending.isEmpty() && random.nextInt(3) == 0) {
        start(pending.remove(random.nextInt(pending.size())));
      } else {
        goOn();
      }
    }
  }

  private void rest() throws SQLException {
    for (int round = 0; round < QUIET_ROUNDS && !Audit.isQuiet(stage.store(), world); round++) {
      advance(700);
      reconcile(0);
      reconcile(1);
      runAll();
    }
  }

  /** One more request after everything, for what the audit wants to know. */
  private Attempt.Reply ask(Ticket ticket, boolean other) {
    Attempt attempt = attempt(ticket, other);
    start(attempt);
    runAll();
    return attempt.reply().orElseThrow();
  }

  private void count(String what) {
    seen.merge(what, 1, Integer::sum);
  }
}
