package io.tollroute.metrics;

import io.tollroute.testing.Shop;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a shop says of itself, as Prometheus would read it. */
record MetricsText(String text, Map<String, Double> samples, Set<String> names) {

  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^([a-z_]+)(\\{[^}]*})? ([-+0-9.eEInfNa]+)$");
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE ([a-z_]+) ");

  static HttpResponse<String> ask(Shop shop) throws IOException, InterruptedException {
    return shop.client()
        .send(
            HttpRequest.newBuilder(shop.management().resolve("/observe/metrics")).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  static MetricsText of(Shop shop) throws IOException, InterruptedException {
    HttpResponse<String> answer = ask(shop);
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    return of(answer.body());
  }

  static MetricsText of(String text) {
    Map<String, Double> samples = new HashMap<>();
    Matcher sample = SAMPLE.matcher(text);
    while (sample.find()) {
      String labels = Optional.ofNullable(sample.group(2)).orElse("");
      samples.put(
          sample.group(1) + labels, Double.valueOf(sample.group(3).replace("+Inf", "Infinity")));
    }
    Set<String> names = new TreeSet<>();
    TYPE.matcher(text).results().forEach(type -> names.add(type.group(1)));
    return new MetricsText(text, samples, names);
  }

  /** The sum of all samples of a name that have every one of {@code labels}, as name=value. */
  double sum(String name, String... labels) {
    return samples.entrySet().stream()
        .filter(sample -> sample.getKey().replaceFirst("\\{.*", "").equals(name))
        .filter(
            sample -> {
              for (String label : labels) {
                if (!sample.getKey().contains(label.replaceFirst("=(.*)", "=\"$1\""))) {
                  return false;
                }
              }
              return true;
            })
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }
}
