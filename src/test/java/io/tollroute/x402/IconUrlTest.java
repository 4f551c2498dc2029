package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The picture of a shop")
class IconUrlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://shop.example/favicon.ico",
        "http://shop.example:8080/favicon.ico",
        "https://xn--bcher-kva.example/a.png?size=64",
        "https://0.example/a.png"
      })
  @DisplayName("is told to marketplaces where they take it, as it is written")
  void taken(String url) {
    assertThat(IconUrl.of(url)).contains(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8080/favicon.ico",
        "http://192.0.2.1/favicon.ico",
        "http://[::1]/favicon.ico",
        "http://localhost:8080/favicon.ico",
        "http://LOCALHOST/favicon.ico",
        "http://2130706433/favicon.ico",
        "http://0x7f000001/favicon.ico",
        "https://user:secret@shop.example/favicon.ico",
        "ftp://shop.example/favicon.ico",
        "data:image/png;base64,AAAA",
        "https://shop.example/a b.png",
        "/favicon.ico",
        "https:///favicon.ico",
        ""
      })
  @DisplayName("is not told where they would drop it")
  void dropped(String url) {
    assertThat(IconUrl.of(url)).isEmpty();
  }

  @Test
  @DisplayName("is no longer than they take it")
  void length() {
    String begin = "https://shop.example/";
    assertThat(IconUrl.of(begin + "a".repeat(2048 - begin.length()))).isPresent();
    assertThat(IconUrl.of(begin + "a".repeat(2049 - begin.length()))).isEmpty();
  }
}
