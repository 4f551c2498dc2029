package io.tollroute.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.lang.reflect.Proxy;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerAddressTest {

  private static final String PROXIES = "10.0.0.0/8, 192.0.2.7, 2001:db8:ffff::/48";

  private final CamelContext context = new DefaultCamelContext();

  private Exchange from(String socket, String... forwarded) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (String value : forwarded) {
      headers.add("X-Forwarded-For", value);
    }
    HttpServerRequest request =
        (HttpServerRequest)
            Proxy.newProxyInstance(
                CallerAddressTest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "remoteAddress" -> SocketAddress.inetSocketAddress(1234, socket);
                      case "headers" -> headers;
                      default -> throw new UnsupportedOperationException(method.getName());
                    });
    Exchange exchange = new DefaultExchange(context);
    exchange.setIn(new HttpMessage(exchange, request, null));
    return exchange;
  }

  @ParameterizedTest
  @ValueSource(strings = {"198.51.100.1", "127.0.0.1", "10.0.0.1"})
  @DisplayName("without trusted proxies nothing is believed but the socket")
  void spoofed(String claimed) {
    assertThat(new CallerAddress("").of(from("203.0.113.9", claimed))).isEqualTo("203.0.113.9");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          203.0.113.9      | 198.51.100.1                              | 203.0.113.9
          10.1.2.3         | 198.51.100.1                              | 198.51.100.1
          192.0.2.7        | 198.51.100.1                              | 198.51.100.1
          192.0.2.8        | 198.51.100.1                              | 192.0.2.8
          10.1.2.3         | 8.8.8.8, 198.51.100.1                     | 198.51.100.1
          10.1.2.3         | 8.8.8.8, 198.51.100.1, 10.9.9.9           | 198.51.100.1
          10.1.2.3         | 10.4.4.4, 10.5.5.5                        | 10.4.4.4
          10.1.2.3         | 8.8.8.8, unknown                          | 10.1.2.3
          10.1.2.3         | 8.8.8.8, nonsense, 10.5.5.5               | 10.5.5.5
          10.1.2.3         | 8.8.8.8, 1                                | 10.1.2.3
          10.1.2.3         | 8.8.8.8, 198.51.100.0/24                  | 10.1.2.3
          10.1.2.3         | 8.8.8.8, *                                | 10.1.2.3
          10.1.2.3         | 8.8.8.8,                                  | 8.8.8.8
          10.1.2.3         | 198.51.100.1:4711                         | 198.51.100.1
          10.1.2.3         | [2001:db8:1:2:3:4:5:6]:4711               | 2001:db8:1:2::/64
          10.1.2.3         | ::ffff:198.51.100.1                       | 198.51.100.1
          10.1.2.3         | 2001:db8:1:2::77                          | 2001:db8:1:2::/64
          2001:db8:ffff::1 | 198.51.100.1                              | 198.51.100.1
          ::ffff:10.1.2.3  | 198.51.100.1                              | 198.51.100.1
          """)
  @DisplayName("behind trusted proxies it is the last hop that none of them is")
  void proxied(String socket, String forwarded, String expected) {
    assertThat(new CallerAddress(PROXIES).of(from(socket, forwarded))).isEqualTo(expected);
  }

  @Test
  @DisplayName("several headers are one list")
  void headers() {
    Exchange exchange = from("10.1.2.3", "8.8.8.8, 9.9.9.9", "198.51.100.1, 10.7.7.7");

    assertThat(new CallerAddress(PROXIES).of(exchange)).isEqualTo("198.51.100.1");
  }

  @Test
  @DisplayName("a list that no proxies wrote is not read to its end")
  void longList() {
    String address =
        new CallerAddress(PROXIES).of(from("10.1.2.3", "8.8.8.8" + ",10.1.1.1".repeat(2000)));

    assertThat(address).isEqualTo("10.1.1.1");
  }

  @Test
  @DisplayName("addresses of one IPv6 network count as one, those of two as two")
  void networks() {
    CallerAddress address = new CallerAddress("");

    assertThat(address.of(from("2001:db8:1:2::1")))
        .isEqualTo(address.of(from("2001:db8:1:2:ffff:ffff:ffff:ffff")))
        .isNotEqualTo(address.of(from("2001:db8:1:3::1")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"proxy.example.com", "10.0.0.0/33", "10.0.0", "*", "/8", "10.0.0.1-10.0.0.9"})
  @DisplayName("What is no address and no block is no proxy that could be trusted")
  void wrong(String networks) {
    assertThatThrownBy(() -> new CallerAddress("10.0.0.0/8, " + networks))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(networks);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,false",
    "0.0.0.0/0,true",
    "0.0.0.0/0.0.0.0,true",
    "*.*.*.*,true",
    "::/0,true"
  })
  @DisplayName("Whether everybody would be a trusted proxy is known however it is written")
  void everybody(String network, boolean everybody) {
    assertThat(new CallerAddress("192.0.2.7, " + network).trustsEverybody()).isEqualTo(everybody);
  }
}
