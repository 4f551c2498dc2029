package io.tollroute.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Threads of which one at a time runs, from one point to the next. Who goes on is decided from
 * outside, so the same decisions make the same history again.
 */
final class Turns {

  /** The end of everything that an actor would still have done. */
  static final class Crash extends Error {

    private static final long serialVersionUID = 1L;

    Crash() {
      super("crash", null, false, false);
    }
  }

  /** Somebody who does one thing, step by step. */
  static final class Actor {

    private final Semaphore go = new Semaphore(0);
    private final String name;
    private final int replica;
    private final Runnable onCrash;
    private boolean dead;
    private boolean ended;
    private String place = "start";

    private Actor(String name, int replica, Runnable onCrash) {
      this.name = name;
      this.replica = replica;
      this.onCrash = onCrash;
    }

    String name() {
      return name;
    }

    int replica() {
      return replica;
    }

    boolean isDead() {
      return dead;
    }

    /** Where it stands. */
    String place() {
      return place;
    }
  }

  private final Semaphore back = new Semaphore(0);
  private final List<Actor> actors = new ArrayList<>();
  private final List<Throwable> surprises = new ArrayList<>();
  private Actor running;

  /** Somebody new, who waits for a first turn. */
  Actor start(String name, int replica, Runnable work, Runnable onCrash) {
    Actor actor = new Actor(name, replica, onCrash);
    actors.add(actor);
    // a thread of his own: Camel keeps on a thread what is left to do, also of who has crashed
    Thread thread = new Thread(() -> live(actor, work), name);
    thread.setDaemon(true);
    thread.start();
    return actor;
  }

  private void live(Actor actor, Runnable work) {
    actor.go.acquireUninterruptibly();
    try {
      if (!actor.dead) {
        work.run();
      }
    } catch (Crash expected) {
      // as it was meant
    } catch (RuntimeException | Error surprise) {
      surprises.add(surprise);
    } finally {
      actor.ended = true;
      back.release();
    }
  }

  /** Those who have not ended, in the order in which they came. */
  List<Actor> waiting() {
    return List.copyOf(actors);
  }

  /** Who has the turn. */
  Actor running() {
    return running;
  }

  /** What actors threw that nobody had meant. */
  List<Throwable> surprises() {
    return surprises;
  }

  /** Gives the turn to somebody, up to his next point or his end. */
  void resume(Actor actor) {
    running = actor;
    actor.go.release();
    back.acquireUninterruptibly();
    running = null;
    if (actor.ended) {
      actors.remove(actor);
    }
  }

  /** Nothing more that the actor would do is done. */
  void crash(Actor actor) {
    actor.dead = true;
    resume(actor);
    actor.onCrash.run();
  }

  /** Called by who has the turn: gives it back and waits for the next one. */
  void point(String place) {
    Actor me = running;
    if (!me.dead) {
      me.place = place;
      back.release();
      me.go.acquireUninterruptibly();
    }
    if (me.dead) {
      throw new Crash();
    }
  }
}
