package io.tollroute.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskedUrlTest {

  @ParameterizedTest
  @CsvSource({
    "https://node.example.com, https://node.example.com",
    "https://node.example.com/, https://node.example.com/",
    "https://node.example.com/v3/hush, https://node.example.com/\u2026",
    "https://node.example.com:8443?key=hush, https://node.example.com:8443/\u2026",
    "https://node.example.com#hush, https://node.example.com/\u2026",
    "https://me:hush@node.example.com/rpc, https://node.example.com/\u2026",
    "https://hush@node.example.com, https://node.example.com",
    "https://me:hu@sh@node.example.com, https://node.example.com",
    "https://me:hu/sh@node.example.com/x, \u2026",
    "http://[::1]:8545/hush, http://[::1]:8545/\u2026",
    "wss://node.example.com/ws/hush, wss://node.example.com/\u2026",
    "hush, \u2026",
    "jdbc:sqlite:/var/lib/shop.db, jdbc:sqlite:/var/lib/shop.db",
    "jdbc:sqlite:/var/lib/shop.db?key=hush, jdbc:sqlite:/var/lib/shop.db",
    "jdbc:postgresql://db:5432/shop, jdbc:postgresql://db:5432/shop",
    "jdbc:postgresql://db/shop?user=me&password=hush, jdbc:postgresql://db/shop",
    "jdbc:postgresql://me:hush@db/shop, jdbc:postgresql://db/shop"
  })
  @DisplayName("A URL is shown without anything that may be a secret")
  void masked(String url, String shown) {
    assertThat(MaskedUrl.of(url)).isEqualTo(shown).doesNotContain("hush");
  }

  @Test
  @DisplayName("In a text every URL is shown so, and files by their names")
  void inText() {
    assertThat(
            MaskedUrl.in(
                "no endpoint 'https://me:hush@node.example.com/v3/hush', but"
                    + " (http://a/hush?x=1) in file:/etc/x.camel.yaml:3: jdbc:postgresql://db/shop?a=hush"))
        .isEqualTo(
            "no endpoint 'https://node.example.com/\u2026', but"
                + " (http://a/\u2026) in file:/etc/x.camel.yaml:3: jdbc:postgresql://db/shop");
  }
}
