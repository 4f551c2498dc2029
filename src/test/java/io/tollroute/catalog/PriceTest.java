package io.tollroute.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceTest {

  @ParameterizedTest(name = "USD {0} is {1} cents and {3} units of {2} decimals")
  @CsvSource({
    "0.20, 20, 6, 200000",
    "0.2, 20, 2, 20",
    "0.01, 1, 18, 10000000000000000",
    "1E+1, 1000, 0, 10",
    "999999.99, 99999999, 6, 999999990000",
    "999999.999999, , 6, 999999999999",
    "0.001, , 6, 1000",
    "0.000001, , 6, 1",
    "0.0015, , 18, 1500000000000000"
  })
  void counts_exactly(BigDecimal amount, Integer cents, int decimals, BigInteger units) {
    Price price = new Price("USD", amount);

    assertThat(price.cents())
        .isEqualTo(cents == null ? OptionalInt.empty() : OptionalInt.of(cents));
    assertThat(Price.ofMicros("USD", price.micros())).isEqualTo(price);
    assertThat(price.atomicUnits(decimals)).isEqualTo(units);
  }

  @ParameterizedTest(name = "USD {0}")
  @ValueSource(strings = {"0", "0.00", "-0.01", "0.0000001", "0.2000005", "1E+13"})
  void a_price_is_a_number_of_millionths_above_zero_that_can_be_counted(BigDecimal amount) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Price("USD", amount));
  }

  @ParameterizedTest(name = "{0} is told as {1}")
  @CsvSource({"0.2, 0.20", "0.200000, 0.20", "0.0010, 0.001", "1E+1, 10.00", "3, 3.00"})
  void is_told_in_one_way(BigDecimal amount, String told) {
    assertThat(new Price("USD", amount).text()).isEqualTo(told);
  }

  @Test
  void many_cost_exactly_as_often_one() {
    assertThat(new Price("USD", new BigDecimal("0.0015")).times(3).text()).isEqualTo("0.0045");
  }

  @Test
  void a_token_too_coarse_for_the_price_is_refused_rather_than_rounded_to() {
    Price price = new Price("USD", new BigDecimal("0.25"));

    assertThatIllegalArgumentException().isThrownBy(() -> price.atomicUnits(1));
    assertThatIllegalArgumentException().isThrownBy(() -> price.atomicUnits(-1));
  }
}
