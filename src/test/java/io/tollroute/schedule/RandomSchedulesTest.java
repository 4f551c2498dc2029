package io.tollroute.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand histories. One that fails names its seed; {@code -Dtollroute.schedule.seed=<seed>}
 * plays that one alone and prints its steps.
 */
class RandomSchedulesTest {

  private static final String SEED = "tollroute.schedule.seed";
  private static final int SCHEDULES = Integer.getInteger("tollroute.schedules", 1000);

  @TempDir static Path folder;

  @Test
  @DisplayName("L01 L02 the invariants hold after each of a thousand random schedules")
  void holds() throws Exception {
    Map<String, Integer> seen = new TreeMap<>();
    try (Stage stage = Stage.open(folder)) {
      for (long seed : seeds()) {
        if (Boolean.getBoolean("trace")) System.out.println("seed " + seed);
        Schedule.Outcome outcome = stage.play(seed);
        outcome.seen().forEach((what, times) -> seen.merge(what, times, Integer::sum));
        assertThat(outcome.violations())
            .as("-D%s=%d%n%s", SEED, seed, String.join("\n", outcome.trace()))
            .isEmpty();
      }
    }
    System.out.println(seen);
  }

  private static long[] seeds() {
    Long one = Long.getLong(SEED);
    return one == null ? LongStream.range(0, SCHEDULES).toArray() : new long[] {one};
  }
}
