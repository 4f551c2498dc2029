package io.tollroute.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

  /** The test cases of EIP-55, and the USDC of Base. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"
      })
  @DisplayName("An address is right with its checksum, all small, or all capital")
  void right(String address) {
    String digits = address.substring(2);

    assertThat(Address.of(address).orElseThrow().isMistyped()).isFalse();
    assertThat(Address.of("0x" + digits.toLowerCase(Locale.ROOT)).orElseThrow().isMistyped())
        .isFalse();
    Address capital = Address.of("0x" + digits.toUpperCase(Locale.ROOT)).orElseThrow();
    assertThat(capital.isMistyped()).isFalse();
    assertThat(capital.withChecksum()).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // a digit, two digits exchanged, the case of one letter, the case of every letter
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAec",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeaEd",
        "0x5aeAb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0x5AaEB6053f3e94c9B9a09F33669435e7eF1bEaED"
      })
  @DisplayName("Mixed letters that are not the checksum's say that something is mistyped")
  void mistyped(String address) {
    assertThat(Address.of(address).orElseThrow().isMistyped()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0x",
        "0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg",
        "0x5aAeb6053F3E94C9b9A0 9f33669435E7Ef1BeAe",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe\uFF11",
        "alice.eth"
      })
  @DisplayName("What is not 0x and 40 hexadecimal digits is no address")
  void none(String text) {
    assertThat(Address.of(text)).isEmpty();
  }
}
