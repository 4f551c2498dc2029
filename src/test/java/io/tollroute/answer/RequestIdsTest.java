package io.tollroute.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tollroute.call.CallSlots;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RequestIdsTest {

  private static final int DRAWN = 20_000;
  private static final int BITS = 96;

  private final RequestIds ids = new RequestIds(new SecureRandom());

  @Test
  void an_id_is_ours_and_24_hexadecimal_digits() throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      DefaultExchange exchange = new DefaultExchange(context);

      ids.process(exchange);

      assertThat(CallSlots.REQUEST_ID.of(exchange)).matches("req_[0-9a-f]{24}");
    }
  }

  @Test
  void no_id_is_given_twice_by_whatever_thread_or_process() {
    RequestIds other = new RequestIds(new SecureRandom());

    Set<String> given = new HashSet<>();
    List<String> all =
        IntStream.range(0, DRAWN)
            .parallel()
            .boxed()
            .flatMap(i -> Stream.of(ids.next(), other.next()))
            .toList();
    given.addAll(all);

    assertThat(given).hasSize(2 * DRAWN);
  }

  @Test
  @DisplayName("of two ids nobody can tell which came first")
  void no_order() {
    List<BigInteger> drawn = drawn();

    long rising =
        IntStream.range(1, DRAWN).filter(i -> drawn.get(i).compareTo(drawn.get(i - 1)) > 0).count();

    assertThat((double) rising / DRAWN).isCloseTo(0.5, within(0.05));
  }

  @Test
  @DisplayName("every digit of an id changes from one to the next as a coin falls, none stays")
  void no_prefix_and_no_counter() {
    List<BigInteger> drawn = drawn();

    for (int bit = 0; bit < BITS; bit++) {
      int place = bit;
      long set = drawn.stream().filter(id -> id.testBit(place)).count();
      long changed =
          IntStream.range(1, DRAWN)
              .filter(i -> drawn.get(i).testBit(place) != drawn.get(i - 1).testBit(place))
              .count();
      assertThat((double) set / DRAWN).as("bit %d", bit).isCloseTo(0.5, within(0.05));
      assertThat((double) changed / DRAWN).as("bit %d", bit).isCloseTo(0.5, within(0.05));
    }
  }

  private List<BigInteger> drawn() {
    return IntStream.range(0, DRAWN)
        .mapToObj(i -> new BigInteger(ids.next().substring(4), 16))
        .toList();
  }
}
