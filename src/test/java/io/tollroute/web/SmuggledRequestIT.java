package io.tollroute.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tollroute.testing.Balancer;
import io.tollroute.testing.Books;
import io.tollroute.testing.FreePorts;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.Shop;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A paid request in the body of another one, with lengths on which two servers could disagree: sent
 * to the shop itself, and through nginx and haproxy where they are installed.
 */
@DisplayName("A request within a request")
class SmuggledRequestIT {

  private static final int PATIENCE_MILLIS = 1_500;
  private static final String HEAD =
      "POST " + Shop.SERVICE + " HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n";
  private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.[01] (\\d{3})");

  /** Lines about the length; N is that of all that follows the empty line. */
  private static final List<String> LENGTHS =
      List.of(
          "Content-Length: N\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: N\r\n",
          "Content-Length: N\r\nTransfer-Encoding : chunked\r\n",
          "Content-Length: N\r\nTransfer-Encoding: xchunked\r\n",
          "Content-Length: N\r\nTransfer-Encoding: chunked, identity\r\n",
          "Content-Length: N\r\nTransfer-Encoding: identity, chunked\r\n",
          "Content-Length: N\r\nTransfer-Encoding:\r\n chunked\r\n",
          "Content-Length: N\r\nX: x\nTransfer-Encoding: chunked\r\n",
          "Content-Length: N\r\nTransfer-Encoding: chunked\0\r\n",
          "Content-Length: 0\r\nContent-Length: N\r\n",
          "Content-Length: N\r\nContent-Length: 0\r\n",
          "Content-Length: 0, N\r\n",
          "Content-Length: +0\r\n",
          "Content-Length: -1\r\n",
          "Content-Length: 0x0\r\n",
          "Content-Length:\r\n 0\r\n",
          "Content-Length : 0\r\n",
          "\0Content-Length: 0\r\n");

  @TempDir private static Path folder;
  private static Shop shop;
  private static final Map<String, URI> PLACES = new LinkedHashMap<>();
  private static final List<AutoCloseable> TO_CLOSE = new ArrayList<>();

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(Map.of("TOLLROUTE_HTTP_TRUSTED_PROXIES", "127.0.0.1"));
    PLACES.put("itself", shop.base());
    if (Balancer.program().isPresent()) {
      Balancer nginx =
          Balancer.keeping(Files.createDirectories(folder.resolve("nginx")), List.of(shop.base()));
      TO_CLOSE.add(nginx);
      PLACES.put("nginx", nginx.base());
    }
    Optional<Path> haproxy =
        Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
            .map(place -> Path.of(place, "haproxy"))
            .filter(Files::isExecutable)
            .findFirst();
    if (haproxy.isPresent()) {
      PLACES.put("haproxy", haproxy(haproxy.get()));
    }
  }

  private static URI haproxy(Path program) throws Exception {
    int port = FreePorts.draw().port();
    Path file = folder.resolve("haproxy.cfg");
    Files.writeString(
        file,
        """
        defaults
          mode http
          http-reuse always
          timeout connect 5s
          timeout client 30s
          timeout server 30s
        frontend buyers
          bind 127.0.0.1:%d
          option forwardfor
          default_backend shop
        backend shop
          server shop %s
        """
            .formatted(port, shop.base().getAuthority()));
    Process process =
        new ProcessBuilder(program.toString(), "-db", "-f", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("haproxy.log").toFile())
            .start();
    TO_CLOSE.add(() -> process.destroyForcibly().waitFor(10, TimeUnit.SECONDS));
    Shop.await(() -> isUp(port) || !process.isAlive());
    assertThat(process.isAlive()).as(Files.readString(folder.resolve("haproxy.log"))).isTrue();
    return URI.create("http://127.0.0.1:" + port);
  }

  private static boolean isUp(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  @AfterAll
  static void close() throws Exception {
    for (AutoCloseable each : TO_CLOSE) {
      each.close();
    }
    shop.close();
  }

  static Stream<String> lengths() {
    return LENGTHS.stream();
  }

  private static String attack(String lengths) throws Exception {
    String hidden = RawHttp.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE: " + shop.signature());
    String body = "0\r\n\r\n" + hidden;
    return HEAD + lengths.replace("N", Integer.toString(body.length())) + "\r\n" + body;
  }

  /** All that comes back until the line is closed, or silent for long. */
  private static String answers(URI place, String bytes) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (Socket socket = new Socket(place.getHost(), place.getPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
      byte[] part = new byte[8192];
      for (int read = socket.getInputStream().read(part);
          read >= 0;
          read = socket.getInputStream().read(part)) {
        all.write(part, 0, read);
      }
    } catch (SocketTimeoutException | SocketException over) {
      // nothing more comes
    }
    return all.toString(ISO_8859_1);
  }

  private static List<String> statuses(String answers) {
    return ANSWER.matcher(answers).results().map(found -> found.group(1)).toList();
  }

  @ParameterizedTest
  @MethodSource("lengths")
  @DisplayName("is not bought: the shop answers once, with what is wrong, and closes")
  void direct(String lengths) throws Exception {
    Books before = shop.takeStock();

    String answers = answers(PLACES.get("itself"), attack(lengths));

    assertThat(statuses(answers)).as(answers).hasSize(1).allMatch(status -> status.startsWith("4"));
    assertThat(shop.since(before).settled()).isZero();
    assertThat(shop.since(before).verified()).isZero();
  }

  @ParameterizedTest
  @MethodSource("lengths")
  @DisplayName("behind nginx or haproxy gives nobody an answer that is not his own")
  void behind(String lengths) throws Exception {
    assumeTrue(PLACES.size() > 1, "neither nginx nor haproxy is installed");
    for (String proxy : List.of("nginx", "haproxy")) {
      URI place = PLACES.getOrDefault(proxy, shop.base());
      Books before = shop.takeStock();

      List<String> seen = statuses(answers(place, attack(lengths)));

      // one who sends two requests and gets two answers has bought one of them himself
      long sold = seen.stream().filter("200"::equals).count();
      assertThat(shop.since(before).settled()).as("%s: %s", proxy, seen).isEqualTo((int) sold);
      for (int next = 0; next < 4; next++) {
        String own =
            answers(place, "GET /robots.txt HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
        assertThat(statuses(own)).as("%s: %s", proxy, own).containsExactly("200");
        assertThat(own).contains("User-agent");
      }
    }
  }
}
