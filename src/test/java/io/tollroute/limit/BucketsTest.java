package io.tollroute.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BucketsTest {

  private static Buckets remembering(int keys) {
    return new Buckets(Rate.perMinute(1), Clock.systemUTC(), keys);
  }

  @Test
  @DisplayName("a million addresses take no more room than is meant for them")
  void bounded() {
    Buckets buckets = remembering(100);

    for (int i = 0; i < 1_000_000; i++) {
      assertThat(buckets.of("address " + i).tryConsume(1)).isTrue();
    }

    assertThat(buckets.size()).isLessThanOrEqualTo(201);
  }

  @Test
  @DisplayName("who keeps coming is remembered, however many others come")
  void remembered() {
    Buckets buckets = remembering(100);
    assertThat(buckets.of("insistent").tryConsume(1)).isTrue();

    for (int i = 0; i < 10_000; i++) {
      buckets.of("address " + i);
      if (i % 50 == 0) {
        assertThat(buckets.of("insistent").tryConsume(1)).isFalse();
      }
    }
  }

  @Test
  @DisplayName("of a hundred at the same time as many pass as may")
  void together() {
    Buckets buckets = new Buckets(Rate.perMinute(7), Clock.systemUTC(), 100);
    AtomicInteger passed = new AtomicInteger();

    CompletableFuture.allOf(
            IntStream.range(0, 100)
                .mapToObj(
                    i ->
                        CompletableFuture.runAsync(
                            () -> {
                              if (buckets.of("one").tryConsume(1)) {
                                passed.incrementAndGet();
                              }
                            }))
                .toArray(CompletableFuture[]::new))
        .join();

    assertThat(passed).hasValue(7);
  }
}
