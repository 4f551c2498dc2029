package io.tollroute.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.schedule.Turns.Actor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Charges whose holder is paused or dead, at every step that there is. */
class LeaseIT {

  private static final int MORE_STEPS_THAN_THERE_ARE = 40;

  @TempDir static Path folder;

  private static Stage stage;

  @BeforeAll
  static void open() throws Exception {
    stage = Stage.open(folder);
  }

  @AfterAll
  static void close() throws Exception {
    stage.close();
  }

  @ParameterizedTest(name = "{0}, a facilitator that says yes again: {1}")
  @CsvSource({"AFTER,true", "AFTER,false", "FIRST,true", "FIRST,false", "USE,true"})
  @DisplayName("who is paused at any step while his lease ends does no harm: one settlement")
  void paused(Ticket.Kind kind, boolean idempotent) throws Exception {
    int paused = 0;
    for (boolean more = true; more; paused++) {
      Scene scene = Scene.begin(stage, idempotent);
      Ticket ticket = kind == Ticket.Kind.USE ? scene.useOfNewToken() : scene.pay(kind);
      Attempt first = scene.attempt(ticket);
      Actor owner = scene.come(first, 0);
      more = scene.go(owner, paused);
      scene.pass(World.LEASE_SECONDS + 1);
      Attempt second = scene.attempt(ticket);
      scene.end(scene.come(second, 1));

      scene.end(owner);

      assertThat(scene.audit()).as("paused after %d steps", paused).isEmpty();
      assertThat(ticket.sent()).as("paused after %d steps", paused).hasSize(1);
      assertThat(scene.world().calls()).isBetween(1, 2);
      assertThat(paused).isLessThan(MORE_STEPS_THAN_THERE_ARE);
    }
    assertThat(paused).isGreaterThan(4);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"AFTER", "FIRST", "USE"})
  @DisplayName("who is paused at any step while the reconciler ends his charge does no harm")
  void pausedUnderReconciler(Ticket.Kind kind) throws Exception {
    int paused = 0;
    for (boolean more = true; more; paused++) {
      Scene scene = Scene.begin(stage, false);
      Ticket ticket = kind == Ticket.Kind.USE ? scene.useOfNewToken() : scene.pay(kind);
      Actor owner = scene.come(scene.attempt(ticket), 0);
      more = scene.go(owner, paused);
      scene.pass(World.LEASE_SECONDS + 1);
      scene.end(scene.reconciler(1));

      scene.end(owner);
      scene.end(scene.come(scene.attempt(ticket), 1));

      assertThat(scene.audit()).as("paused after %d steps", paused).isEmpty();
      assertThat(ticket.sent()).as("paused after %d steps", paused).hasSize(1);
      assertThat(scene.world().calls()).isBetween(1, 2);
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"AFTER", "FIRST", "USE"})
  @DisplayName("two reconcilers at once finish each charge of the dead once")
  void together(Ticket.Kind kind) throws Exception {
    int alive = 0;
    for (boolean more = true; more; alive++) {
      Scene scene = Scene.begin(stage, false);
      Ticket ticket = kind == Ticket.Kind.USE ? scene.useOfNewToken() : scene.pay(kind);
      Actor dead = scene.come(scene.attempt(ticket), 0);
      more = scene.go(dead, alive);
      scene.crash(dead);
      int before = scene.world().bank().settleCalls();
      scene.pass(World.LEASE_SECONDS + 1);

      scene.endBoth(scene.reconciler(0), scene.reconciler(1));

      assertThat(scene.world().bank().settleCalls() - before).isLessThanOrEqualTo(1);
      scene.end(scene.come(scene.attempt(ticket), 1));
      assertThat(ticket.sent()).as("dead after %d steps", alive).hasSize(1);
      assertThat(scene.audit()).as("dead after %d steps", alive).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"AFTER", "FIRST", "USE"})
  @DisplayName("what a reconciler leaves that is killed at any step, the next one finishes")
  void killed(Ticket.Kind kind) throws Exception {
    for (int alive : List.of(4, 5, 6, 7, 8, 9)) {
      int steps = 0;
      for (boolean more = true; more; steps++) {
        Scene scene = Scene.begin(stage, false);
        Ticket ticket = kind == Ticket.Kind.USE ? scene.useOfNewToken() : scene.pay(kind);
        Actor dead = scene.come(scene.attempt(ticket), 0);
        scene.go(dead, alive);
        scene.crash(dead);
        scene.pass(World.LEASE_SECONDS + 1);
        Actor reconciler = scene.reconciler(0);
        more = scene.go(reconciler, steps);
        scene.crash(reconciler);
        scene.pass(World.LEASE_SECONDS + 1);

        scene.end(scene.reconciler(1));

        scene.end(scene.come(scene.attempt(ticket), 1));
        assertThat(ticket.sent()).as("%d steps, then %d", alive, steps).hasSize(1);
        assertThat(scene.audit()).as("%d steps, then %d", alive, steps).isEmpty();
        assertThat(steps).isLessThan(MORE_STEPS_THAN_THERE_ARE);
      }
    }
  }
}
