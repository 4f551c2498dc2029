package bench;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.UUID;

/**
 * A facilitator that accepts every payment and an upstream that always answers, both at once unless
 * told to be slow (GET /delay) or to keep settlements waiting (GET /hold, until GET /release).
 *
 * <p>They check nothing: they must stay so cheap that they are never what is measured. GET /counts tells
 * what they saw, so that the caller can prove that every paid answer was verified, worked and settled.
 *
 * <p>Arguments: facilitator port, upstream port, network.
 */
public final class StandIns {

  private static final String RESULT =
      """
      {"RequestId":"%s","Data":{"Confidence":72.85,"Thresholds":[61.0,69.0,75.0],"IsMaskA":0,"IsMaskB":1,\
      "QualityScoreA":97.42,"QualityScoreB":95.1,"RectAList":[162,118,211,274],"RectBList":[94,77,183,240],\
      "LandmarksAList":[221,223,315,220,270,281,231,332,311,330],\
      "LandmarksBList":[139,166,224,163,183,214,148,261,220,259],"MessageTips":""}}""";

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
  private final String network;
  private long verified;
  private long settled;
  private long worked;
  private int working;
  private int mostWorking;
  private long delayMillis;
  private long facilitatorMillis;
  private boolean holding;
  private final Queue<Settlement> waiting = new ArrayDeque<>();

  private record Settlement(HttpServerRequest request, String answer) {}

  private StandIns(String network) {
    this.network = network;
  }

  public static void main(String[] args) {
    StandIns standIns = new StandIns(args[2]);
    standIns.listen(Integer.parseInt(args[0]), standIns::facilitator);
    standIns.listen(Integer.parseInt(args[1]), standIns::upstream);
  }

  private void listen(int port, Handler<HttpServerRequest> handler) {
    HttpServer server = vertx.createHttpServer();
    server.requestHandler(handler).listen(port, "127.0.0.1").onFailure(failure -> System.exit(1));
  }

  private void facilitator(HttpServerRequest request) {
    switch (request.path()) {
      case "/verify" -> request.bodyHandler(body -> slowly(request, verify(body)));
      case "/settle" -> request.bodyHandler(body -> settled(request, settle(body)));
      case "/supported" -> json(request, supported());
      case "/counts" -> json(request, counts());
      case "/delay" -> {
        delayMillis = Long.parseLong(request.getParam("upstream"));
        facilitatorMillis = Long.parseLong(request.getParam("facilitator"));
        mostWorking = working;
        json(request, counts());
      }
      case "/hold" -> {
        holding = true;
        json(request, counts());
      }
      case "/release" -> {
        holding = false;
        waiting.forEach(settlement -> json(settlement.request(), settlement.answer()));
        waiting.clear();
        json(request, counts());
      }
      default -> request.response().setStatusCode(404).end();
    }
  }

  private String verify(Buffer body) {
    verified++;
    return "{\"isValid\":true,\"payer\":\"" + payer(body) + "\"}";
  }

  private String settle(Buffer body) {
    settled++;
    String transaction = "0x%064x".formatted(settled);
    return "{\"success\":true,\"payer\":\"%s\",\"transaction\":\"%s\",\"network\":\"%s\"}"
        .formatted(payer(body), transaction, network);
  }

  private void settled(HttpServerRequest request, String answer) {
    if (holding) {
      waiting.add(new Settlement(request, answer));
    } else {
      slowly(request, answer);
    }
  }

  private void slowly(HttpServerRequest request, String answer) {
    if (facilitatorMillis == 0) {
      json(request, answer);
    } else {
      vertx.setTimer(facilitatorMillis, timer -> json(request, answer));
    }
  }

  private static String payer(Buffer body) {
    String json = body.toString();
    int start = json.indexOf("0x", json.indexOf("\"from\""));
    return json.substring(start, start + 42);
  }

  private String supported() {
    return "{\"kinds\":[{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"%s\"}],\"extensions\":[],\"signers\":{}}"
        .formatted(network);
  }

  private String counts() {
    return "{\"verified\":%d,\"settled\":%d,\"worked\":%d,\"mostWorking\":%d,\"waiting\":%d}"
        .formatted(verified, settled, worked, mostWorking, waiting.size());
  }

  private void upstream(HttpServerRequest request) {
    request.bodyHandler(
        body -> {
          worked++;
          mostWorking = Math.max(mostWorking, ++working);
          if (delayMillis == 0) {
            work(request);
          } else {
            vertx.setTimer(delayMillis, timer -> work(request));
          }
        });
  }

  private void work(HttpServerRequest request) {
    working--;
    json(request, RESULT.formatted(UUID.randomUUID()));
  }

  private static void json(HttpServerRequest request, String body) {
    HttpServerResponse response = request.response();
    if (!response.closed()) {
      response.putHeader("Content-Type", "application/json;charset=utf-8").end(body);
    }
  }
}
