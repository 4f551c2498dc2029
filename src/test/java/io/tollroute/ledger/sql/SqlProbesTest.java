package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.ledger.Probes.Last;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(LedgerPlace.Kind.class)
@DisplayName("The turn to probe a service")
class SqlProbesTest {

  private static final long PAUSE = 600;
  private static final long LEASE = 900;

  @Parameter private LedgerPlace.Kind kind;
  private SqlProbes probes;

  @BeforeEach
  void open() throws Exception {
    probes = new SqlProbes(LedgerPlace.emptied(kind));
  }

  private boolean take(long at) throws Exception {
    return probes.take("service", at, PAUSE, LEASE);
  }

  @Test
  @DisplayName("is one process's of many that come at once")
  void once() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Callable<Boolean>> processes =
        IntStream.range(0, 8).<Callable<Boolean>>mapToObj(i -> () -> take(1000)).toList();
    int taken = 0;
    for (Future<Boolean> each : threads.invokeAll(processes)) {
      taken += each.get() ? 1 : 0;
    }
    threads.shutdown();

    assertThat(taken).isEqualTo(1);
  }

  @Test
  @DisplayName("comes again when the last one has ended and the pause is over")
  void again() throws Exception {
    assertThat(take(1000)).isTrue();
    assertThat(take(1000 + PAUSE)).as("it goes on").isFalse();

    probes.ended("service", 1000, new Last(1010, "answered", 10));

    assertThat(take(1000 + PAUSE - 1)).isFalse();
    assertThat(take(1000 + PAUSE)).isTrue();
    assertThat(probes.last()).isEqualTo(Map.of("service", new Last(1010, "answered", 10)));
  }

  @Test
  @DisplayName("of a process that has died comes again when its time is over")
  void dead() throws Exception {
    assertThat(take(1000)).isTrue();

    assertThat(take(1000 + LEASE - 1)).isFalse();
    assertThat(take(1000 + LEASE)).isTrue();
    assertThat(probes.last()).isEmpty();
  }
}
