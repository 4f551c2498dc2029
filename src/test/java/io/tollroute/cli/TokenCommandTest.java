package io.tollroute.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.Books;
import io.tollroute.testing.Shop;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TokenCommandTest {

  private static Shop shop;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @Test
  @DisplayName("a token for three calls is ordered, paid, shown, and good for a call")
  void buys() throws Exception {
    Books before = shop.takeStock();

    int exit = token("masked-face-comparison", "--calls", "3", "--url", shop.base().toString());

    assertThat(exit).as(out + "" + err).isZero();
    assertThat(out.toString())
        .contains("price: 0.60 USD", "\"status\" : \"paid\"", "charged: 0.60");
    Matcher token = Pattern.compile("token: (tok_[A-Za-z0-9_-]{43})").matcher(out.toString());
    assertThat(token.find()).isTrue();
    assertThat(shop.post(Shop.SERVICE, Shop.BODY, "X-Payment-Token", token.group(1)).statusCode())
        .isEqualTo(200);
    assertThat(shop.since(before).income()).isEqualTo(600_000);
  }

  @Test
  @DisplayName("a service that is not sold costs nothing: exit 3")
  void unknownService() {
    int exit = token("none-such", "--url", shop.base().toString());

    assertThat(exit).isEqualTo(3);
    assertThat(out.toString()).contains("unknown_service");
  }

  @Test
  @DisplayName("nobody there: exit 1 and a hint; no HTTP address: exit 2")
  void nobody() {
    assertThat(token("masked-face-comparison", "--url", "http://127.0.0.1:1")).isEqualTo(1);
    assertThat(err.toString()).contains("Is `tollroute sandbox` running?");
    assertThat(token("masked-face-comparison", "--url", "file:///x")).isEqualTo(2);
  }

  private int token(String... arguments) {
    return new CommandLine(new TokenCommand(Clock.systemUTC()))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
