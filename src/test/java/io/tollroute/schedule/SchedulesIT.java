package io.tollroute.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first few of the histories that {@link RandomSchedulesIT} plays. */
class SchedulesIT {

  private static final int SCHEDULES = 20;

  @TempDir Path folder;

  @Test
  @DisplayName("the invariants hold after each of the first schedules")
  void holds() throws Exception {
    try (Stage stage = Stage.open(folder)) {
      for (long seed = 0; seed < SCHEDULES; seed++) {
        Schedule.Outcome outcome = stage.play(seed);
        assertThat(outcome.violations())
            .as("seed %d%n%s", seed, String.join("\n", outcome.trace()))
            .isEmpty();
      }
    }
  }

  @Test
  @DisplayName("a seed plays the same schedule again, step by step")
  void replays() throws Exception {
    try (Stage stage = Stage.open(folder)) {
      for (long seed = 0; seed < 5; seed++) {
        assertThat(stage.play(seed).steps()).isEqualTo(stage.play(seed).steps());
      }
    }
  }
}
