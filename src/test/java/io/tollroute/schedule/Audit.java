package io.tollroute.schedule;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The invariants on the books of the bank, the provider, the buyers and the ledger. */
final class Audit {

  private static final Set<String> PAID = Set.of("SETTLED", "REFUND_DUE", "CREDITED", "REFUNDED");
  private static final Set<String> ENDED =
      Set.of("SETTLED", "REFUND_DUE", "CREDITED", "REFUNDED", "RELEASED", "ANSWERED");

  /** The ways of docs/architecture.md, each "from to". */
  private static final Set<String> LEGAL =
      Set.of(
          "NOTHING CLAIMED",
          "NOTHING SETTLING",
          "CLAIMED CLAIMED",
          "CLAIMED SETTLING",
          "CLAIMED SETTLED",
          "CLAIMED RELEASED",
          "CLAIMED REFUND_DUE",
          "CLAIMED NOTHING",
          "RELEASED CLAIMED",
          "RELEASED SETTLING",
          "RELEASED NOTHING",
          "ANSWERED SETTLING",
          "ANSWERED CLAIMED",
          "ANSWERED NOTHING",
          "SETTLING SETTLING",
          "SETTLING SETTLED",
          "SETTLING PAID",
          "SETTLING ANSWERED",
          "SETTLING RELEASED",
          "SETTLING UNKNOWN",
          "SETTLING REFUND_DUE",
          "UNKNOWN SETTLING",
          "PAID PAID",
          "PAID SETTLED",
          "PAID REFUND_DUE",
          "PAID CREDITED",
          "REFUND_DUE CREDITED",
          "REFUND_DUE REFUNDED");

  /** Asks once more for what a ticket is for. */
  @FunctionalInterface
  interface Asking {
    Attempt.Reply ask(Ticket ticket, boolean other);
  }

  private final World world;
  private final List<Ticket> tickets;
  private final Store store;
  private final Consumer<String> trace;

  Audit(World world, List<Ticket> tickets, Store store, Consumer<String> trace) {
    this.world = world;
    this.tickets = tickets;
    this.store = store;
    this.trace = trace;
  }

  /** Whether nobody has anything left to do. */
  static boolean isQuiet(Store store, World world) throws SQLException {
    return store.count(
            "charge WHERE state IN ('SETTLING', 'UNKNOWN', 'PAID') OR (state = 'CLAIMED'"
                + " AND (payment IS NOT NULL OR lease_until > "
                + world.clock().seconds()
                + "))")
        == 0;
  }

  /** Complains to the world, and says how each charge ended. */
  List<String> check(Asking asking) throws SQLException {
    List<Map<String, String>> charges =
        store.rows(
            "SELECT proof_key, state, answer IS NOT NULL AS kept, cents, rest, method, payment, buys,"
                + " identifier FROM charge ORDER BY proof_key");
    charges.forEach(charge -> trace.accept("charge " + charge));
    history();
    once(charges);
    ends(charges);
    money(charges);
    tokens(charges);
    for (Ticket ticket : List.copyOf(tickets)) {
      if (ticket.nonce().isPresent()) {
        paid(ticket, charges, asking);
      }
      answers(ticket);
    }
    return charges.stream().map(charge -> "ended " + charge.get("state")).toList();
  }

  /** Legal transitions only, and fences that only grow. */
  private void history() throws SQLException {
    for (Map<String, String> change : store.rows("SELECT * FROM history ORDER BY id")) {
      trace.accept("change " + change);
      String way = change.get("before") + " " + change.get("after");
      boolean excess = way.equals("SETTLED REFUND_DUE") && change.containsKey("buys");
      if (!LEGAL.contains(way) && !excess) {
        world.violated("illegal transition " + change);
      }
      if (Long.parseLong(change.get("fence_after")) < Long.parseLong(change.get("fence_before"))) {
        world.violated("a fence went back " + change);
      }
    }
  }

  /** One row for one proof. */
  private void once(List<Map<String, String>> charges) {
    Set<String> keys = new TreeSet<>();
    for (Map<String, String> charge : charges) {
      if (!keys.add(charge.get("proof_key"))) {
        world.violated("charged twice " + charge);
      }
    }
  }

  /** Every row reaches an end. */
  private void ends(List<Map<String, String>> charges) {
    for (Map<String, String> charge : charges) {
      boolean forgotten = charge.get("state").equals("CLAIMED") && !charge.containsKey("payment");
      if (!ENDED.contains(charge.get("state")) && !forgotten) {
        world.violated("never ends " + charge);
      }
    }
  }

  /** The ledger's sum is the bank's. */
  private void money(List<Map<String, String>> charges) {
    long micros =
        charges.stream()
            .filter(charge -> charge.get("method").equals("x402"))
            .filter(charge -> PAID.contains(charge.get("state")))
            .mapToLong(
                charge ->
                    10_000 * Long.parseLong(charge.get("cents"))
                        + Long.parseLong(charge.get("rest")))
            .sum();
    long moved =
        tickets.stream()
            .flatMap(ticket -> ticket.nonce().stream())
            .filter(nonce -> !world.bank().isPreempted(nonce) || says(nonce, charges))
            .mapToLong(world.bank()::moved)
            .sum();
    if (micros != moved) {
      world.violated("the ledger says " + micros + ", the bank " + moved);
    }
  }

  /** No use more than was bought, and uses and charges add up. */
  private void tokens(List<Map<String, String>> charges) throws SQLException {
    long bought = 0;
    for (Map<String, String> payment : store.rows("SELECT id, calls, used, state FROM payment")) {
      long settled =
          charges.stream()
              .filter(charge -> payment.get("id").equals(charge.get("payment")))
              .filter(charge -> charge.get("state").equals("SETTLED"))
              .count();
      long used = Long.parseLong(payment.get("used"));
      long calls = Long.parseLong(payment.get("calls"));
      if (used != settled || used > calls) {
        world.violated(settled + " charges for " + payment);
      }
      long answers =
          tickets.stream()
              .filter(ticket -> ticket.paymentId().equals(Optional.of(payment.get("id"))))
              .flatMap(ticket -> ticket.sent().stream())
              .distinct()
              .count();
      if (answers > settled) {
        world.violated(answers + " answers for " + settled + " uses of " + payment);
      }
      bought += payment.get("state").equals("PAID") ? 1 : 0;
    }
    long paid =
        charges.stream()
            .filter(
                charge ->
                    charge.get("state").equals("CREDITED")
                        || (charge.containsKey("buys") && charge.get("state").equals("SETTLED")))
            .count();
    if (bought != paid) {
      world.violated(bought + " tokens for " + paid + " charges that bought one");
    }
  }

  /** Whether the ledger says that the money has come. */
  private static boolean says(String nonce, List<Map<String, String>> charges) {
    return charges.stream()
        .filter(charge -> charge.get("proof_key").endsWith(nonce))
        .anyMatch(charge -> PAID.contains(charge.get("state")));
  }

  private void paid(Ticket ticket, List<Map<String, String>> charges, Asking asking) {
    String nonce = ticket.nonce().orElseThrow();
    boolean moved = world.bank().hasMoved(nonce);
    List<Map<String, String>> own =
        charges.stream()
            .filter(charge -> charge.get("proof_key").endsWith(nonce))
            .collect(Collectors.toList());
    boolean says = says(nonce, charges);
    boolean preempted = world.bank().isPreempted(nonce);
    // what somebody else moved is known once the buyer shows it, and not before
    if (moved && preempted && !says) {
      return;
    }
    if (says != moved) {
      world.violated(
          "money of " + ticket.name() + (moved ? " moved" : " stayed") + ", the ledger: " + own);
      return;
    }
    if (!moved) {
      return;
    }
    boolean owed = own.stream().anyMatch(charge -> !charge.get("state").equals("SETTLED"));
    if (!ticket.hasReceived() && !owed && own.get(0).get("kept").equals("t")) {
      boolean given =
          asking.ask(ticket, false).isSold()
              || (ticket.kind() != Ticket.Kind.TOKEN && asking.ask(ticket, true).isSold());
      if (!given) {
        world.violated(ticket.name() + " has paid and gets nothing: " + own);
      }
    } else if (!ticket.hasReceived() && !owed) {
      world.violated("the answer of " + ticket.name() + " is gone before it was had: " + own);
    }
    if (owed && (ticket.hasReceived() || !ticket.sent().isEmpty())) {
      world.violated(ticket.name() + " has its answer and is owed its money: " + own);
    }
    boolean answered = own.stream().anyMatch(c -> world.wasAnswered(c.get("proof_key")));
    if (ticket.kind() == Ticket.Kind.AFTER && !answered && !preempted) {
      world.violated(ticket.name() + " has paid for a call that failed: " + own);
    }
    boolean toldNo =
        ticket.attempts().stream().allMatch(attempt -> attempt.isOver() && attempt.wasToldNo());
    if (toldNo && !preempted) {
      world.violated(ticket.name() + " was told every time that nothing was charged");
    }
  }

  /** One answer for one request that is paid once, and with one token while it is kept. */
  private void answers(Ticket ticket) {
    boolean once = ticket.nonce().isPresent() || ticket.isNamed();
    if (once && ticket.sent().size() > 1) {
      world.violated(ticket.name() + " got several answers: " + ticket.sent());
    }
    int earlier = -1;
    for (int number : ticket.sentForItself()) {
      if (earlier > 0 && world.begun(number) - world.begun(earlier) < Replica.KEEP_SECONDS) {
        world.violated(ticket.name() + " spent two uses: " + ticket.sentForItself());
      }
      earlier = number;
    }
  }
}
