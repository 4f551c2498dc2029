package io.tollroute.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Asks a running Tollroute on its management port. */
final class ManagementClient {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(180);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final JsonMapper json =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private final URI base;
  private final String token;

  ManagementClient(URI base, String token) {
    this.base = base;
    this.token = token;
  }

  /** GETs {@code path} below /manage; parameters without a value are left out. */
  JsonNode get(String path, Map<String, String> parameters) throws CommandFault {
    String query =
        parameters.entrySet().stream()
            .filter(parameter -> !parameter.getValue().isEmpty())
            .map(parameter -> parameter.getKey() + "=" + encode(parameter.getValue()))
            .collect(Collectors.joining("&"));
    return ask(request(path + (query.isEmpty() ? "" : "?" + query)).GET());
  }

  /** POSTs a document to {@code path} below /manage. */
  JsonNode post(String path, JsonNode document) throws CommandFault {
    return ask(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(document.toString())));
  }

  /** One part of a path. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder request(String path) throws CommandFault {
    try {
      return HttpRequest.newBuilder(
              URI.create(base.toString().replaceAll("/+$", "") + "/manage/" + path))
          .timeout(ANSWER)
          .header("User-Agent", "tollroute-cli")
          .header("Authorization", "Bearer " + token);
    } catch (IllegalArgumentException e) {
      throw new CommandFault(Exit.USAGE, "--url must be an HTTP URL and --token one word.");
    }
  }

  private JsonNode ask(HttpRequest.Builder request) throws CommandFault {
    JsonNode answer;
    try {
      answer = json.readTree(http.send(request.build(), BodyHandlers.ofByteArray()).body());
    } catch (JsonProcessingException e) {
      throw new CommandFault(
          Exit.UNREACHABLE, base + " is not the management port of a Tollroute.");
    } catch (IOException e) {
      throw new CommandFault(
          Exit.UNREACHABLE,
          base + " does not answer (" + e.getClass().getSimpleName() + "); is it running?");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFault(Exit.FAILED, "interrupted");
    }
    if (!answer.isObject()) {
      throw new CommandFault(
          Exit.UNREACHABLE, base + " is not the management port of a Tollroute.");
    }
    if (answer.has("error")) {
      throw new CommandFault(
          Exit.of(answer.path("error").asText()), answer.path("message").asText("It failed."));
    }
    return answer;
  }
}
