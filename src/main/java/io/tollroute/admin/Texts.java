package io.tollroute.admin;

import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How sums, times and links are written on the pages. */
final class Texts {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int MICRO_DECIMALS = 6;
  private static final int LEAST_DECIMALS = 2;

  private Texts() {}

  /** A sum with its currency, for example {@code 0.20 USD}. */
  static String money(long micros, String currency) {
    return amount(micros) + " " + currency;
  }

  /** A sum in whole units, with two decimals at least. */
  static String amount(long micros) {
    BigDecimal sum = BigDecimal.valueOf(micros, MICRO_DECIMALS).stripTrailingZeros();
    return sum.setScale(Math.max(LEAST_DECIMALS, sum.scale())).toPlainString();
  }

  /** A time in UTC. */
  static String time(long seconds) {
    return TIME.format(Instant.ofEpochSecond(seconds));
  }

  /** A time in UTC, or a dash. */
  static String time(Optional<Long> seconds) {
    return seconds.map(Texts::time).orElse("–");
  }

  /** A word of the program's for people: {@code refund_due} is {@code refund due}. */
  static String words(String word) {
    return word.replace('_', ' ');
  }

  /**
   * A path with a query, in the order of {@code parameters}; those without a value are left out.
   */
  static String link(String path, Map<String, String> parameters) {
    StringBuilder link = new StringBuilder(path);
    char before = '?';
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      if (!parameter.getValue().isEmpty()) {
        link.append(before)
            .append(parameter.getKey())
            .append('=')
            .append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
        before = '&';
      }
    }
    return link.toString();
  }

  /** The page of a charge. */
  static String ofCharge(String key) {
    return link("/admin/charge", Map.of("key", key));
  }

  /** The page of a payment. */
  static String ofPayment(String id) {
    return link("/admin/payment", Map.of("id", id));
  }

  /** The page of whatever the log of actions names. */
  static String ofObject(String object) {
    return object.contains(":") ? ofCharge(object) : ofPayment(object);
  }

  /** The ends of a long name, as its middle tells nobody anything. */
  static String brief(String name) {
    return name.length() <= 20
        ? name
        : name.substring(0, 10) + "…" + name.substring(name.length() - 6);
  }
}
