package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.OwnProvider;
import io.tollroute.testing.Shop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections of a shop that lets them be silent for a second. */
@DisplayName("A connection that may be silent for a second")
@Timeout(120)
class IdleConnectionsIT {

  private static final String HEAD = "POST /api/tools/slow HTTP/1.1\r\nHost: a\r\n";
  private static final String JSON = "Content-Type: application/json\r\nContent-Length: 12\r\n\r\n";

  @TempDir private static Path home;

  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    OwnProvider own =
        new OwnProvider(home)
            .route(
                "slow",
                """
                - route:
                    id: slow
                    description: Works for longer than a connection may be silent
                    from:
                      uri: direct:slow
                      steps:
                        - delay: {expression: {constant: {expression: "4000"}}}
                        - setBody: {expression: {constant: {expression: '{"done":true}'}}}
                """)
            .service("slow", "direct:slow");
    shop = Shop.open(own.settings("TOLLROUTE_HTTP_IDLE_SECONDS", "1"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @Test
  @DisplayName("stays for as long as the work for its buyer takes")
  void worked() throws Exception {
    ObjectNode demand = Shop.demand(shop.post("/api/tools/slow", ""));
    String signature = Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0")));

    HttpResponse<String> answer =
        shop.post("/api/tools/slow", "{\"text\":\"a\"}", "PAYMENT-SIGNATURE", signature);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Shop.json(answer).at("/data/done").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "POST /api/too", HEAD, HEAD + JSON, HEAD + JSON + "{\"text\""})
  @DisplayName("is closed where the caller has stopped before his request was whole")
  void silent(String sent) throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));

      assertThat(isClosed(socket)).isTrue();
    }
  }

  @Test
  @DisplayName("is closed after its last answer, and not before the next request in time")
  void kept() throws Exception {
    try (Socket socket = connect()) {
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String request = "HEAD /docs/errors HTTP/1.1\r\nHost: a\r\n\r\n";
      for (int i = 0; i < 2; i++) {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        assertThat(answers.readLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(answers.lines().takeWhile(line -> !line.isEmpty())).isNotEmpty();
      }

      assertThat(isClosed(socket)).isTrue();
    }
  }

  @Test
  @DisplayName("stays where a request comes slowly, a byte after the other")
  void slowly() throws Exception {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write((HEAD + JSON).getBytes(StandardCharsets.US_ASCII));
      for (byte one : "{\"text\":\"a\"}".getBytes(StandardCharsets.US_ASCII)) {
        Thread.sleep(300);
        out.write(one);
        out.flush();
      }

      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 402");
    }
  }

  private static Socket connect() throws IOException {
    URI address = shop.base();
    return new Socket(address.getHost(), address.getPort());
  }

  private static boolean isClosed(Socket socket) throws IOException {
    try {
      byte[] rest = new byte[1 << 16];
      int read = socket.getInputStream().read(rest);
      while (read > 0) {
        read = socket.getInputStream().read(rest);
      }
      return true;
    } catch (SocketException reset) {
      return true;
    }
  }
}
