package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.Ledger;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Folders;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.RawHttp.Answer;
import io.tollroute.testing.Shop;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.direct.DirectComponent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Camel 4.18.0 would do to a seller who did not design around it. */
class CamelTrapsTest {

  private static final String UNCONNECTED = "/api/tools/unconnected";

  @TempDir private static Path services;
  @TempDir private static Path folder;
  private static Set<Path> before;
  private static Set<Thread> writers;
  private static Set<Thread> eventLoops;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    // a test of the stand-ins without our edge may have left one
    Files.deleteIfExists(Path.of("file-uploads"));
    before = here();
    writers = threads("ledger-writer");
    eventLoops = threads("vert.x-eventloop-thread-0");
    String service =
        Files.readString(Path.of("services", "facebody", "masked-face-comparison.yaml"));
    Files.writeString(services.resolve("sold.yaml"), service);
    Files.writeString(
        services.resolve("unconnected.yaml"),
        service
            .replace("id: masked-face-comparison", "id: unconnected")
            .replace("aliyun-facebody-compare-face-with-mask", "unconnected-too")
            .replace("toolName: masked_face_comparison", "toolName: unconnected")
            .replace("route: direct:alibaba-rpc", "route: direct:nobody-is-here"));
    Path routes = Folders.copy(Path.of("routes"), folder.resolve("routes"));
    Files.writeString(
        routes.resolve("provider").resolve("unconnected.camel.yaml"),
        """
        - route:
            id: unconnected
            description: A provider that is taken away while the server runs
            from:
              uri: direct:nobody-is-here
              steps:
                - setBody:
                    expression:
                      constant:
                        expression: "{}"
        """);
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES", services.toString(), "TOLLROUTE_ROUTES", routes.toString()));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static Set<Path> here() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("").toAbsolutePath())) {
      return files.collect(Collectors.toCollection(HashSet::new));
    }
  }

  @Test
  @DisplayName("CVE-2026-85254 credentials in lower-case headers are not echoed in the answer")
  void noEcho() throws Exception {
    String[] headers = {
      "authorization: Bearer secret-1",
      "Authorization: Bearer secret-1",
      "cookie: session=secret-1",
      "proxy-authorization: Basic secret-1",
      "x-api-key: secret-1",
      "x-payment-token-x: secret-1",
      "accept: application/json; q=secret-1",
      "accept-language: secret-1",
      "user-agent: secret-1",
      "origin: https://secret-1",
      "x-custom: secret-1"
    };
    Answer unpaid = shop.raw().send(RawHttp.post(Shop.SERVICE, "", headers));
    Answer paid =
        shop.raw()
            .send(
                RawHttp.post(
                    Shop.SERVICE,
                    Shop.BODY,
                    Stream.concat(
                            Stream.of(headers), Stream.of("payment-signature: " + shop.signature()))
                        .toArray(String[]::new)));
    Answer page =
        shop.raw().send(RawHttp.post("/docs/errors", "", headers).replaceFirst("POST", "GET"));

    assertThat(unpaid.status()).isEqualTo(402);
    assertThat(paid.status()).as(paid.body()).isEqualTo(200);
    assertThat(page.status()).isEqualTo(200);
    for (Answer answer : List.of(unpaid, paid, page)) {
      assertThat(answer.headers().toString() + answer.body()).doesNotContain("secret-1");
      assertThat(answer.headers())
          .doesNotContainKeys(
              "authorization", "cookie", "set-cookie", "x-api-key", "user-agent", "origin", "host");
    }
  }

  @Test
  @DisplayName("CVE-2025-29891 a payment in the query is no payment, and a name there no service")
  void parametersAreNotHeaders() throws Exception {
    int upstream = shop.upstreamCalls();
    String payment = shop.signature();
    String query =
        Stream.of("PAYMENT-SIGNATURE", "payment-signature", "X-PAYMENT", "X-Payment-Token")
            .map(name -> name + "=" + URLEncoder.encode(payment, StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));

    // the address has a limit of its own, so one name at a time
    for (String parameter : query.split("&")) {
      HttpResponse<String> answer = shop.post(Shop.SERVICE + "?" + parameter, Shop.BODY);
      assertThat(answer.statusCode()).isIn(400, 402, 414);
      if (answer.statusCode() != 414) {
        assertThat(Shop.json(answer).path("error").asText())
            .isEqualTo(
                parameter.startsWith("X-Payment-Token") ? "misplaced_token" : "payment_required");
      }
    }
    HttpResponse<String> small = shop.post(Shop.SERVICE + "?PAYMENT-SIGNATURE=e30%3D", Shop.BODY);
    assertThat(Shop.json(small).path("error").asText()).isEqualTo("payment_required");
    HttpResponse<String> renamed = shop.post(Shop.SERVICE + "?service=unconnected", Shop.BODY);
    assertThat(Shop.demand(renamed).at("/resource/url").asText()).endsWith(Shop.SERVICE);
    HttpResponse<String> found =
        shop.post("/api/tools/nothing?service=masked-face-comparison", Shop.BODY);
    assertThat(found.statusCode()).isEqualTo(404);
    assertThat(shop.upstreamCalls()).isEqualTo(upstream);
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("A query parameter beside the same header makes neither two payments nor none")
  void parameterBesideHeader() throws Exception {
    HttpResponse<String> answer =
        shop.post(
            Shop.SERVICE + "?PAYMENT-SIGNATURE=e30%3D&X-PAYMENT=e30%3D",
            Shop.BODY,
            "PAYMENT-SIGNATURE",
            shop.signature());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/application.properties",
        "/conf/application.properties",
        "/pom.xml",
        "/routes/tool-call.camel.yaml",
        "/routes/",
        "/services/facebody/masked-face-comparison.yaml",
        "/errors.yaml",
        "/settings.yaml",
        "/log4j2.properties",
        "/db/migration/V1__charge.sql",
        "/io/tollroute/Tollroute.class",
        "/META-INF/MANIFEST.MF",
        "/data/tollroute.db",
        "/docs/architecture.md",
        "/docs/errors.md",
        "/docs/../pom.xml",
        "/docs/errors/../../pom.xml",
        "/docs/%2e%2e/pom.xml",
        "/docs/..%2fpom.xml",
        "/static/application.properties",
        "/.git/config",
        "/q/dev",
        "/q/info",
        "/observe/metrics"
      })
  @DisplayName("CAMEL-24438 no file of the folder or the class path is served")
  void noStaticFiles(String path) throws Exception {
    Answer answer = shop.raw().send("GET " + path + " HTTP/1.1\r\nHost: shop\r\n\r\n");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.error()).isEqualTo("not_found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Shop.SERVICE,
        "/docs/errors",
        "/nothing",
        "/sandbox/alibaba",
        "/sandbox/facilitator/verify"
      })
  @DisplayName("A multipart body is written nowhere")
  void noUploads(String path) throws Exception {
    String file =
        "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n"
            + "Content-Type: text/plain\r\n\r\nhello\r\n--b--\r\n";
    for (String type :
        List.of(
            "multipart/form-data; boundary=b",
            "MULTIPART/form-data; boundary=b",
            "application/x-www-form-urlencoded")) {
      Answer answer =
          shop.raw()
              .send(
                  RawHttp.post(path, file, "PAYMENT-SIGNATURE: e30=")
                      .replace("Content-Type: application/json", "Content-Type: " + type));
      assertThat(answer.status()).isBetween(400, 499);
    }
    assertThat(Path.of("file-uploads")).doesNotExist();
    assertThat(here()).isEqualTo(before);
  }

  @Test
  @DisplayName("A route that is not there any more fails, and holds no worker for 30 s")
  void unknownDirect() throws Exception {
    assertThat(context().getComponent("direct", DirectComponent.class).isBlock()).isFalse();
    ObjectNode demand = Shop.demand(shop.post(UNCONNECTED, ""));
    String payment = Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0")));
    int settled = shop.settled();
    context().getRouteController().stopRoute("unconnected");

    HttpResponse<String> answer = shop.post(UNCONNECTED, Shop.BODY, "PAYMENT-SIGNATURE", payment);

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("provider_failed");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(shop.settled()).isEqualTo(settled);
  }

  @Test
  @DisplayName("Objects with state are made once: one ledger, one writer, one of each bean")
  void madeOnce() {
    assertThat(shop.bean("ledger", Ledger.class)).isSameAs(shop.bean("ledger", Ledger.class));
    assertThat(context().getRegistry().findByType(Ledger.class)).hasSize(1);
    assertThat(context().getRegistry().findByType(RouteServer.class)).hasSize(2);
    assertThat(newThreads("ledger-writer", writers)).isEqualTo(1);
    // Vert.x numbers its event loops by instance: a second instance would begin again at 0
    assertThat(newThreads("vert.x-eventloop-thread-0", eventLoops)).isEqualTo(1);
  }

  private static Set<Thread> threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .collect(Collectors.toSet());
  }

  private static long newThreads(String name, Set<Thread> known) {
    return threads(name).stream().filter(thread -> !known.contains(thread)).count();
  }

  private static CamelContext context() {
    return shop.application().main().getCamelContext();
  }

  @Test
  @DisplayName("Inbound headers do not reach the provider or the facilitator")
  void nothingGoesOut() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>("");
    shop.facilitator()
        .on(
            "verify",
            1,
            (exchange, passing) -> {
              seen.set(exchange.getRequestHeaders().entrySet().toString());
              FaultyFacilitator.answering(500, "").apply(exchange, passing);
            });

    HttpResponse<String> answer =
        shop.post(
            Shop.SERVICE,
            Shop.BODY,
            "PAYMENT-SIGNATURE",
            shop.signature(),
            "Authorization",
            "Bearer secret-2",
            "Cookie",
            "secret-2",
            "X-Custom",
            "secret-2",
            "Accept",
            "application/secret-2");
    shop.facilitator().behave();

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(seen.get()).contains("application/json").doesNotContain("secret-2");
    assertThat(seen.get().toLowerCase(Locale.ROOT))
        .doesNotContain("authorization", "cookie", "payment-signature", "breadcrumb");
  }
}
