package io.tollroute.sandbox.standin;

import io.tollroute.sandbox.standin.Alibaba.Call;
import io.tollroute.sandbox.standin.Alibaba.Parameter;
import io.tollroute.sandbox.standin.Alibaba.Reaction;
import io.tollroute.sandbox.standin.Alibaba.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * Puts the Alibaba stand-in on the wire. It talks to Vert.x below Camel, because Camel folds form
 * fields into a map and cannot break a connection. A slow answer holds its worker thread.
 */
final class AlibabaProcessor implements Processor {

  private static final Duration DRIP_INTERVAL = Duration.ofMillis(250);

  private final Alibaba alibaba;

  AlibabaProcessor(Alibaba alibaba) {
    this.alibaba = alibaba;
  }

  @Override
  public void process(Exchange exchange) throws InterruptedException {
    HttpMessage message = exchange.getIn(HttpMessage.class);
    HttpServerRequest request = message.getRequest();
    HttpServerResponse response = message.getResponse();
    Reaction reaction = alibaba.handle(call(request));
    if (reaction instanceof Reply reply) {
      waitUnlessGone(response, reply.delay());
      if (!reply.requestId().isEmpty()) {
        // Straight to the response: these names are not among those the product lets out.
        response.putHeader("x-acs-request-id", reply.requestId());
        response.putHeader("x-acs-trace-id", reply.requestId().replace("-", ""));
      }
      StandInReply.write(exchange, reply.status(), reply.contentType(), reply.body());
    } else if (reaction instanceof Alibaba.Wreck wreck) {
      wreck(wreck, request, response);
    }
  }

  /** The bytes of a form are gone when Camel has it, so they are written again as it has them. */
  private static Call call(HttpServerRequest request) {
    Map<String, String> headers = new HashMap<>();
    request
        .headers()
        .forEach(
            header -> headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
    List<Parameter> form = new ArrayList<>();
    request
        .formAttributes()
        .forEach(field -> form.add(new Parameter(field.getKey(), field.getValue())));
    return Call.of(headers, query(request), form);
  }

  private static List<Parameter> query(HttpServerRequest request) {
    List<Parameter> parameters = new ArrayList<>();
    String query = Optional.ofNullable(request.query()).orElse("");
    for (String pair : query.isEmpty() ? new String[0] : query.split("&")) {
      String[] halves = pair.split("=", 2);
      parameters.add(new Parameter(decode(halves[0]), halves.length == 1 ? "" : decode(halves[1])));
    }
    return parameters;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException brokenEscape) {
      return text;
    }
  }

  private static void wreck(
      Alibaba.Wreck wreck, HttpServerRequest request, HttpServerResponse response)
      throws InterruptedException {
    switch (wreck) {
      case RESET -> hangUp(request);
      case SILENT -> {
        waitUnlessGone(response, MagicImage.LONGEST);
        hangUp(request);
      }
      case TRUNCATED -> {
        response.putHeader("Content-Type", "application/json;charset=utf-8");
        response.putHeader("Content-Length", "4096");
        response
            .end("{\"RequestId\":\"00000000-0000-0000-0000-000000000000\",\"Data\":{\"Confi")
            .onComplete(sent -> request.connection().close());
      }
      case DRIP -> drip(request, response);
    }
  }

  /** Returns when the line is closed: before that, Camel could still write an answer on it. */
  private static void hangUp(HttpServerRequest request) throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    request.connection().close().onComplete(done -> closed.countDown());
    closed.await();
  }

  private static void drip(HttpServerRequest request, HttpServerResponse response)
      throws InterruptedException {
    response.putHeader("Content-Type", "application/json;charset=utf-8");
    response.setChunked(true);
    response.write("{\"RequestId\":\"");
    CountDownLatch gone = goneFrom(response);
    for (long drops = MagicImage.LONGEST.dividedBy(DRIP_INTERVAL); drops > 0; drops--) {
      if (gone.await(DRIP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        break;
      }
      response.write(Buffer.buffer("0"));
    }
    response.end().onComplete(ended -> request.connection().close());
  }

  private static void waitUnlessGone(HttpServerResponse response, Duration delay)
      throws InterruptedException {
    if (!delay.isZero()) {
      goneFrom(response).await(delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static CountDownLatch goneFrom(HttpServerResponse response) {
    CountDownLatch gone = new CountDownLatch(1);
    response.closeHandler(closed -> gone.countDown());
    if (response.closed()) {
      gone.countDown();
    }
    return gone;
  }
}
