package io.tollroute.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
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
    "999999.99, 99999999, 6, 999999990000"
  })
  void counts_exactly(BigDecimal amount, int cents, int decimals, BigInteger units) {
    Price price = new Price("USD", amount);

    assertThat(price.cents()).isEqualTo(cents);
    assertThat(price.atomicUnits(decimals)).isEqualTo(units);
  }

  @ParameterizedTest(name = "USD {0}")
  @ValueSource(strings = {"0", "0.00", "-0.01", "0.001", "0.205"})
  void a_price_is_a_number_of_cents_above_zero(BigDecimal amount) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Price("USD", amount));
  }

  @Test
  void a_token_too_coarse_for_the_price_is_refused_rather_than_rounded_to() {
    Price price = new Price("USD", new BigDecimal("0.25"));

    assertThatIllegalArgumentException().isThrownBy(() -> price.atomicUnits(1));
    assertThatIllegalArgumentException().isThrownBy(() -> price.atomicUnits(-1));
  }
}
