package io.tollroute.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Folders;
import io.tollroute.testing.Shop;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A shop that sells an action of Alibaba Cloud's which goes on, and a buyer of it. */
final class JobShop {

  static final String SERVICE = "video-shot-detection";
  static final String ADDRESS = "/api/tools/" + SERVICE;

  private JobShop() {}

  /** The settings of a shop with this service, in {@code home}; {@code more} come on top. */
  static Map<String, String> settings(Path home, Map<String, String> more) throws Exception {
    Path services = Files.createDirectories(home.resolve("services"));
    for (String file :
        List.of(
            "alibaba.defaults.yaml",
            "videorecog/videorecog.defaults.yaml",
            "videorecog/" + SERVICE + ".yaml")) {
      Path to = services.resolve(file);
      Files.createDirectories(to.getParent());
      Files.copy(Path.of("services").resolve(file), to, StandardCopyOption.REPLACE_EXISTING);
    }
    Folders.copy(Folders.FIRST_SERVICE, services);
    Map<String, String> settings = new HashMap<>();
    settings.put("TOLLROUTE_SERVICES", services.toString());
    settings.put("TOLLROUTE_JOBS_LOOK_MS", "100");
    settings.put("TOLLROUTE_JOBS_WAIT_POLL_MS", "20");
    settings.put("TOLLROUTE_RECONCILE_MS", "200");
    settings.put("TOLLROUTE_LIMITS_JOBS_GOING_ON", "1000");
    settings.putAll(more);
    return settings;
  }

  /** A body with a video of the sandbox's magic paths. */
  static String body(String path) {
    return "{\"VideoUrl\":\"https://videos.example.com" + path + "\"}";
  }

  static String body() {
    return body("/a.mp4");
  }

  /** A fresh payment for the service, as the header's value. */
  static String signature(Shop shop) throws Exception {
    ObjectNode demand = Shop.demand(shop.post(ADDRESS, ""));
    return Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0")));
  }

  static HttpResponse<String> buy(Shop shop, String signature, String body, String... headers)
      throws Exception {
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 2, headers.length);
    all[0] = "PAYMENT-SIGNATURE";
    all[1] = signature;
    return shop.post(ADDRESS, body, all);
  }

  /** The job that an answer tells of. */
  static JsonNode job(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return Shop.json(answer).at("/data/job");
  }

  static HttpResponse<String> look(Shop shop, JsonNode job, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(shop.base().resolve(URI.create(job.path("url").asText()).getPath()));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return shop.client().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** What the job comes to. */
  static HttpResponse<String> ended(Shop shop, JsonNode job) throws Exception {
    Shop.await(() -> look(shop, job).statusCode() != 202);
    return look(shop, job);
  }

  static void assertAnswered(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Shop.json(answer).at("/data/Action").asText()).isEqualTo("DetectVideoShot");
    assertThat(Shop.json(answer).at("/data/Result/ShotFrameIds").isArray()).isTrue();
    assertThat(Shop.json(answer).path("message").asText()).isEqualTo("success");
  }
}
