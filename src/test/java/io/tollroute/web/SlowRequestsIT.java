package io.tollroute.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.Shop;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A shop that gives heads and bodies a second or two, and silence an hour. */
@DisplayName("A request that comes byte by byte")
@Timeout(120)
class SlowRequestsIT {

  private static final String HEAD =
      "POST /api/tools/masked-face-comparison HTTP/1.1\r\nHost: a\r\n";

  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_HTTP_HEAD_SECONDS", "1",
                "TOLLROUTE_HTTP_BODY_SECONDS", "2",
                "TOLLROUTE_HTTP_IDLE_SECONDS", "3600"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static Socket connect(URI address) throws IOException {
    return new Socket(address.getHost(), address.getPort());
  }

  /** Everything that is said on a connection on which a byte comes now and then. */
  private static String heard(Socket socket, String first) throws Exception {
    socket.getOutputStream().write(first.getBytes(US_ASCII));
    try {
      while (socket.getInputStream().available() == 0) {
        Thread.sleep(50);
        socket.getOutputStream().write('a');
      }
    } catch (SocketException closed) {
      // between the look and the write; what was said before that can be read still
    }
    StringBuilder all = new StringBuilder();
    try {
      for (int next = socket.getInputStream().read();
          next >= 0;
          next = socket.getInputStream().read()) {
        all.append((char) next);
      }
    } catch (SocketException reset) {
      // what was still on its way to a closed connection
    }
    return all.toString();
  }

  static Stream<Arguments> unfinished() {
    return Stream.of(
        Arguments.of("head", HEAD + "X: a"),
        Arguments.of("first line", "P"),
        Arguments.of("body", HEAD + "X-Payment-Token: x\r\nContent-Length: 60000\r\n\r\n{"),
        Arguments.of("chunked body", HEAD + "Transfer-Encoding: chunked\r\n\r\nffff\r\n{"));
  }

  @ParameterizedTest(name = "in its {0} is told 408 in the envelope, and its connection closed")
  @MethodSource("unfinished")
  void late(String part, String sent) throws Exception {
    try (Socket socket = connect(shop.base())) {
      String answer = heard(socket, sent);

      assertThat(answer)
          .startsWith("HTTP/1.1 408 ")
          .containsIgnoringCase("connection: close")
          .contains("\"error\":\"request_timeout\"", "\"charged\":\"no\"");
    }
  }

  @ParameterizedTest(name = "on the management port too: {0}")
  @ValueSource(strings = {"GET /observe/health HTTP/1.1\r\nX: ", "P"})
  void management(String sent) throws Exception {
    try (Socket socket = connect(shop.management())) {
      assertThat(heard(socket, sent)).startsWith("HTTP/1.1 408 ").contains("request_timeout");
    }
  }

  @ParameterizedTest(name = "is told so behind another one that was answered: {0}")
  @ValueSource(strings = {"GET /docs/errors HTTP/1.1\r\nHost: a\r\n\r\n"})
  void second(String first) throws Exception {
    try (Socket socket = connect(shop.base())) {
      socket.getOutputStream().write((first + "GET /doc").getBytes(US_ASCII));
      String answers = new String(socket.getInputStream().readAllBytes(), US_ASCII);

      assertThat(answers).startsWith("HTTP/1.1 200 ").contains("HTTP/1.1 408 ");
    }
  }
}
