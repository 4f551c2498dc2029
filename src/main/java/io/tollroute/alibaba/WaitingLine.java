package io.tollroute.alibaba;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Whose turn it is among the calls that wait for one rate. Holders take turns, however many calls
 * each sends: somebody new waits for at most one turn of each who was there before him.
 *
 * <p>This is start-time fair queueing (Goyal, Vin, Cheng 1996) with turns of one size. A call's
 * round is the one after its holder's last, and never before the round that is going on, so nobody
 * saves up turns by staying away. Two things are added, because nobody waits long here. Who comes
 * to a full line takes the place of whoever would have been last, if that is not himself. And who
 * was refused keeps his round for the next time he comes, but for one round at most: among more
 * holders than can wait, each is let in after the others have had a turn.
 *
 * <p>It knows neither threads nor a clock; times are nanoseconds that the caller tells, compared as
 * {@link System#nanoTime} wants it.
 */
final class WaitingLine {

  /** Holders whose rounds are remembered; who is forgotten is new. */
  private static final int REMEMBERED = 1024;

  private static final Comparator<Waiter> IN_TURN =
      Comparator.comparingLong(Waiter::round).thenComparingLong(Waiter::arrival);

  /**
   * What is known of a holder who does not wait.
   *
   * @param round his next one
   * @param owed whether he was refused since his last turn
   */
  private record Standing(long round, boolean owed) {}

  private static final class Standings extends LinkedHashMap<String, Standing> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Standing> eldest) {
      return size() > REMEMBERED;
    }
  }

  private final long perCall;
  private final long patience;
  private final int mostAtOnce;
  private final List<Waiter> waiting = new ArrayList<>();
  private final Map<String, Standing> standings = new Standings();
  private OptionalLong turn = OptionalLong.empty();
  private long round;
  private long arrivals;

  /**
   * A line in which nobody waits.
   *
   * @param perCall time between two turns in the long run
   * @param mostAtOnce turns that may come at once
   * @param patience how long a call waits
   */
  WaitingLine(Duration perCall, int mostAtOnce, Duration patience) {
    this.perCall = perCall.toNanos();
    this.mostAtOnce = mostAtOnce;
    this.patience = patience.toNanos();
  }

  /** A new call, which may be refused at once, or take the place of another. */
  Waiter arrive(String holder, long now) {
    long his = waitingOf(holder);
    Waiter waiter = new Waiter(holder, nextRound(holder) + his, arrivals++, now + patience);
    int places = places(now);
    if (his >= (places + 1) / 2) {
      // he has his half of the places, and is owed nothing for wanting more
      waiter.refuse();
      return waiter;
    }
    waiting.add(waiter);
    keep(places);
    return waiter;
  }

  /** The call waits no longer; that of one who waits is refused. */
  void leave(Waiter waiter) {
    if (waiter.waits()) {
      refuse(waiter);
    }
  }

  /**
   * Gives a turn that has come to whoever is next, and refuses those who have waited long enough.
   *
   * @return whether the waiting of anybody has ended
   */
  boolean advance(long now) {
    int before = waiting.size();
    if (turn.isPresent() && now - turn.getAsLong() >= 0) {
      long due = turn.getAsLong();
      waiting.stream()
          // the clock may have gone on past the end of a patience since the turn came
          .filter(waiter -> waiter.deadline() - due >= 0)
          .min(IN_TURN)
          .ifPresent(this::pass);
    }
    List.copyOf(waiting).stream()
        .filter(waiter -> now - waiter.deadline() >= 0)
        .forEach(this::refuse);
    return waiting.size() != before;
  }

  /** Whether somebody waits and no turn is on its way. */
  boolean lacksTurn() {
    return turn.isEmpty() && !waiting.isEmpty();
  }

  /** A turn is ours from {@code due} on; who could not have one in time any more is refused. */
  void turnAt(long due, long now) {
    turn = OptionalLong.of(due);
    keep(places(now));
  }

  /** No turn will come before everybody's patience is over. */
  void noTurn() {
    List.copyOf(waiting).forEach(this::refuse);
  }

  /** Gives up a turn that nobody waits for; whether there was one. */
  boolean giveUpTurn() {
    boolean unused = turn.isPresent() && waiting.isEmpty();
    if (unused) {
      turn = OptionalLong.empty();
    }
    return unused;
  }

  /** How long nothing happens to the call unless others come and go, in nanoseconds. */
  long quietFor(Waiter waiter, long now) {
    long patient = waiter.deadline() - now;
    return turn.isPresent() ? Math.min(patient, turn.getAsLong() - now) : patient;
  }

  /** How many wait. */
  int size() {
    return waiting.size();
  }

  private void pass(Waiter waiter) {
    waiting.remove(waiter);
    waiter.pass();
    turn = OptionalLong.empty();
    round = Math.max(round, waiter.round());
    note(waiter.holder(), new Standing(waiter.round() + 1, false));
  }

  private void refuse(Waiter waiter) {
    waiting.remove(waiter);
    waiter.refuse();
    List<Waiter> behind =
        waiting.stream()
            .filter(other -> other.holder().equals(waiter.holder()))
            .filter(other -> other.round() > waiter.round())
            .toList();
    behind.forEach(Waiter::moveUp);
    if (waitingOf(waiter.holder()) == 0) {
      note(waiter.holder(), new Standing(waiter.round(), true));
    }
  }

  /** Refuses the last until no more than so many wait. */
  private void keep(int places) {
    while (waiting.size() > places) {
      waiting.stream().max(IN_TURN).ifPresent(this::refuse);
    }
  }

  /** How many can have a turn before the patience of one who comes now is over. */
  private int places(long now) {
    long next = turn.isPresent() ? turn.getAsLong() - now : 0;
    if (next > 0) {
      return 1 + bounded((patience - next) / perCall);
    }
    return mostAtOnce + bounded(patience / perCall);
  }

  private static int bounded(long places) {
    return (int) Math.max(0, Math.min(places, Short.MAX_VALUE));
  }

  private long nextRound(String holder) {
    Standing standing = standings.get(holder);
    if (standing == null) {
      return round;
    }
    return Math.max(standing.round(), standing.owed() ? round - 1 : round);
  }

  private long waitingOf(String holder) {
    return waiting.stream().filter(waiter -> waiter.holder().equals(holder)).count();
  }

  private void note(String holder, Standing standing) {
    // so that the eldest is who was heard of least lately
    standings.remove(holder);
    standings.put(holder, standing);
  }
}
