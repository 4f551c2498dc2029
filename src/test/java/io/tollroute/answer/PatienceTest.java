package io.tollroute.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class PatienceTest {

  private final SecureRandom random = new SecureRandom();

  @Test
  @DisplayName("Many who are sent away at once are asked to come back at different times")
  void spread() {
    List<String> told =
        Stream.generate(() -> new Patience(1, 10).retryAfter(random)).limit(1000).toList();

    assertThat(told).containsOnly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
    for (String second : told.stream().distinct().toList()) {
      assertThat(told.stream().filter(second::equals).count())
          .as("of a thousand, those told " + second)
          .isBetween(30L, 250L);
    }
  }

  @Test
  @DisplayName("A time that is not a span is told as it is")
  void exact() {
    assertThat(Stream.generate(() -> new Patience(5, 5).retryAfter(random)).limit(50))
        .containsOnly("5");
  }

  @Test
  @DisplayName("A span that ends before it begins is refused")
  void backwards() {
    assertThatThrownBy(() -> new Patience(3, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Patience(-1, 2)).isInstanceOf(IllegalArgumentException.class);
  }
}
