package io.tollroute.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BoundedNamesTest {

  @Test
  @DisplayName("however many values come, a label has so many and one more")
  void bounded() {
    BoundedNames services = new BoundedNames(CallCounts.SERVICES);

    List<String> labels =
        IntStream.range(0, 2_000)
            .parallel()
            .mapToObj(number -> services.of("service-" + number))
            .toList();

    assertThat(new TreeSet<>(labels)).hasSize(501).contains("other");
  }

  @Test
  @DisplayName("who has a value keeps it when there are enough")
  void kept() {
    BoundedNames two = new BoundedNames(2);

    assertThat(List.of("a", "b", "c", "a", "d", "b").stream().map(two::of))
        .containsExactly("a", "b", "other", "a", "other", "b");
  }
}
