package io.tollroute.sandbox.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.SandboxServer;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.sandbox.Terms;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The route files of the sandbox over real HTTP. */
class SandboxRoutesTest {

  private static final Clock CLOCK = Clock.systemUTC();

  private static SandboxServer server;

  private final JsonMapper json = new JsonMapper();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() {
    server = new SandboxServer(CLOCK, "", Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  @DisplayName("a payment is verified and settled over HTTP, and the balances tell")
  void facilitator() throws Exception {
    SandboxWallet wallet = SandboxWallet.funded(CLOCK);
    JsonNode demand = Terms.demand("200000");
    ObjectNode request = json.createObjectNode().put("x402Version", 2);
    request.set("paymentPayload", wallet.sign(demand, demand.at("/accepts/0")));
    request.set("paymentRequirements", demand.at("/accepts/0"));

    JsonNode before = get("/sandbox/facilitator/counters");
    JsonNode supported = get("/sandbox/facilitator/supported");
    HttpResponse<String> verified = postJson("/sandbox/facilitator/verify", request.toString());
    HttpResponse<String> settled = postJson("/sandbox/facilitator/settle", request.toString());
    HttpResponse<String> again = postJson("/sandbox/facilitator/settle", request.toString());

    assertThat(supported.at("/kinds/0/network").asText()).isEqualTo(SandboxChain.NETWORK);
    assertThat(verified.statusCode()).isEqualTo(200);
    assertThat(verified.headers().firstValue("content-type")).contains("application/json");
    assertThat(json.readTree(verified.body()).path("isValid").asBoolean()).isTrue();
    assertThat(json.readTree(settled.body()).path("success").asBoolean()).isTrue();
    assertThat(again.body()).isEqualTo(settled.body());
    JsonNode after = get("/sandbox/facilitator/counters");
    assertThat(after.path("verify").asInt()).isEqualTo(before.path("verify").asInt() + 1);
    assertThat(after.path("settle").asInt()).isEqualTo(before.path("settle").asInt() + 2);
    assertThat(after.path("settled").asInt()).isEqualTo(before.path("settled").asInt() + 1);
    assertThat(after.path("balances").path(SandboxChain.PAY_TO.toLowerCase(Locale.ROOT)).asText())
        .isEqualTo("200000");
  }

  @Test
  @DisplayName("a malformed body is 400 at the facilitator")
  void malformed() throws Exception {
    assertThat(postJson("/sandbox/facilitator/verify", "{").statusCode()).isEqualTo(400);
    assertThat(postJson("/sandbox/facilitator/settle", "").statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sandbox/alibaba", "/sandbox/alibaba/"})
  @DisplayName("a signed form is answered, with and without a slash at the end of the path")
  void alibaba(String path) throws Exception {
    HttpResponse<String> response = postForm(path, new RpcRequest(CLOCK).signed().form());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type"))
        .contains("application/json;charset=utf-8");
    JsonNode body = json.readTree(response.body());
    assertThat(response.headers().firstValue("x-acs-request-id"))
        .contains(body.path("RequestId").asText());
    assertThat(body.at("/Data/Simulated").asBoolean()).isTrue();
    assertThat(response.headers().map()).doesNotContainKeys("imageurla", "ImageURLA", "signature");
  }

  @Test
  @DisplayName("a field that comes twice in the form is seen")
  void duplicate_field() throws Exception {
    String form = new RpcRequest(CLOCK).signed().form();

    HttpResponse<String> response =
        postForm("/sandbox/alibaba", form + "&ImageURLB=https%3A%2F%2Fexample.com%2Fb.jpg");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("\"Code\":\"IncompleteSignature\"");
  }

  @Test
  @DisplayName("parameters may travel in the query, and are signed all the same")
  void query() throws Exception {
    String form = new RpcRequest(CLOCK).signed().form();

    HttpResponse<String> response = postForm("/sandbox/alibaba/?" + form, "");
    HttpResponse<String> unsigned = postForm("/sandbox/alibaba/?Extra=1", form);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(unsigned.body()).contains("SignatureDoesNotMatch");
  }

  @Test
  @DisplayName("an error keeps its status and code on the wire")
  void error() throws Exception {
    HttpResponse<String> response = magic("error/InvalidImage.NotFoundFace");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(json.readTree(response.body()).path("Code").asText())
        .isEqualTo("InvalidImage.NotFoundFace");
  }

  @Test
  @DisplayName("a slow image is answered in the end")
  void slow() throws Exception {
    HttpResponse<String> response = magic("slow/300");

    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("outages with an answer reach the caller as they are")
  void outages() throws Exception {
    assertThat(magic("outage/html").statusCode()).isEqualTo(502);
    assertThat(magic("outage/html").body()).startsWith("<html>");
    assertThat(magic("outage/status-503").statusCode()).isEqualTo(503);
    assertThat(magic("outage/empty").body()).isEmpty();
    assertThat(magic("outage/huge").body()).hasSizeGreaterThan(2 << 20);
    assertThat(magic("outage/nested").body()).contains("[[[[");
    assertThat(magic("outage/no-data").body()).contains("RequestId").doesNotContain("Data");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reset", "truncated"})
  @DisplayName("a broken line is a broken line, and the next call is answered")
  void broken_line(String name) throws Exception {
    assertThatThrownBy(() -> magic("outage/" + name)).isInstanceOf(IOException.class);

    assertThat(postForm("/sandbox/alibaba", new RpcRequest(CLOCK).signed().form()).statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("a silent outage says nothing for as long as the caller waits")
  void silent() {
    assertThatThrownBy(
            () ->
                http.send(
                    form("/sandbox/alibaba", magicForm("outage/silent"))
                        .timeout(Duration.ofMillis(400))
                        .build(),
                    HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  @DisplayName("a dripping outage starts well and does not end")
  void drip() throws Exception {
    HttpResponse<InputStream> response =
        http.send(
            form("/sandbox/alibaba", magicForm("outage/drip")).build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      assertThat(response.statusCode()).isEqualTo(200);
      String start =
          new String(body.readNBytes("{\"RequestId\":\"00".length()), StandardCharsets.UTF_8);
      assertThat(start).isEqualTo("{\"RequestId\":\"00");
    }
  }

  @Test
  @DisplayName("what is asked of the stand-in is counted")
  void counters() throws Exception {
    JsonNode before = get("/sandbox/alibaba/counters");
    postForm("/sandbox/alibaba", new RpcRequest(CLOCK).signed().form());
    postForm("/sandbox/alibaba", "");
    JsonNode after = get("/sandbox/alibaba/counters");

    for (String counter : new String[] {"answered", "refused"}) {
      assertThat(after.path(counter).asInt()).isEqualTo(before.path(counter).asInt() + 1);
    }
    assertThat(after.path("calls").asInt()).isEqualTo(before.path("calls").asInt() + 2);
  }

  private String magicForm(String path) {
    return new RpcRequest(CLOCK)
        .with("ImageURLB", "https://img.example.com/sandbox/" + path)
        .signed()
        .form();
  }

  private HttpResponse<String> magic(String path) throws Exception {
    return postForm("/sandbox/alibaba/", magicForm(path));
  }

  private HttpResponse<String> postForm(String path, String form) throws Exception {
    return http.send(form(path, form).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder form(String path, String form) {
    return HttpRequest.newBuilder(uri(path))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form));
  }

  private HttpResponse<String> postJson(String path, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode get(String path) throws Exception {
    return json.readTree(
        http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString())
            .body());
  }

  private static URI uri(String path) {
    return URI.create(server.base() + path);
  }
}
