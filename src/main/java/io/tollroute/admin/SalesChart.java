package io.tollroute.admin;

import io.tollroute.ledger.Journal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bars of the days' sales in one currency: where they stand in a picture, and the same as rows. */
final class SalesChart {

  private static final int WIDTH = 1100;
  private static final int LEFT = 56;
  private static final int TOP = 12;
  private static final int HEIGHT = 140;
  private static final int LINES = 4;
  private static final int DAYS_BETWEEN_NAMES = 7;

  private SalesChart() {}

  /** The chart of each currency in which something came in or went back. */
  static List<Map<String, Object>> of(List<Sales.Day> days) {
    return days.stream()
        .flatMap(day -> day.sums().stream())
        .map(Journal.Sum::currency)
        .distinct()
        .sorted()
        .map(currency -> chart(days, currency))
        .toList();
  }

  private static Map<String, Object> chart(List<Sales.Day> days, String currency) {
    long most = days.stream().mapToLong(day -> day.received(currency)).max().orElse(0);
    long top = roundedUp(most);
    double step = (double) (WIDTH - LEFT) / days.size();
    List<Map<String, Object>> bars = new ArrayList<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < days.size(); i++) {
      Sales.Day day = days.get(i);
      bars.add(bar(day, currency, LEFT + i * step, step, top, (days.size() - 1 - i)));
      rows.add(0, row(day, currency));
    }
    Map<String, Object> chart = new LinkedHashMap<>();
    chart.put("currency", currency);
    chart.put("width", WIDTH);
    chart.put("height", TOP + HEIGHT + 26);
    chart.put("left", LEFT);
    chart.put("base", TOP + HEIGHT);
    chart.put("names", TOP + HEIGHT + 18);
    chart.put("bars", bars);
    chart.put("rows", rows);
    chart.put("lines", lines(top));
    chart.put("today", Texts.money(sum(days, currency, 1), currency));
    chart.put("week", Texts.money(sum(days, currency, 7), currency));
    chart.put("month", Texts.money(sum(days, currency, Sales.DAYS), currency));
    return chart;
  }

  private static long sum(List<Sales.Day> days, String currency, int last) {
    return days.subList(Math.max(0, days.size() - last), days.size()).stream()
        .mapToLong(day -> day.received(currency))
        .sum();
  }

  private static Map<String, Object> bar(
      Sales.Day day, String currency, double x, double step, long top, int daysAgo) {
    long micros = day.received(currency);
    long tall = micros == 0 ? 0 : Math.max(1, Math.round((double) micros * HEIGHT / top));
    Map<String, Object> bar = new LinkedHashMap<>();
    bar.put("x", rounded(x + step * 0.12));
    bar.put("y", TOP + HEIGHT - tall);
    bar.put("width", rounded(step * 0.76));
    bar.put("height", tall);
    bar.put("right", rounded(x + step * 0.88));
    bar.put("name", daysAgo % DAYS_BETWEEN_NAMES == 0 ? day.date().toString().substring(5) : "");
    bar.put("says", day.date() + ": " + Texts.money(micros, currency));
    return bar;
  }

  private static Map<String, Object> row(Sales.Day day, String currency) {
    Journal.Sum none = new Journal.Sum(currency, 0, 0, 0);
    Journal.Sum sum =
        day.sums().stream()
            .filter(each -> each.currency().equals(currency))
            .findFirst()
            .orElse(none);
    return Map.of(
        "date", day.date().toString(),
        "sales", Long.toString(sum.sales()),
        "received", Texts.amount(sum.receivedMicros()),
        "refunded", Texts.amount(sum.refundedMicros()));
  }

  private static List<Map<String, Object>> lines(long top) {
    List<Map<String, Object>> lines = new ArrayList<>();
    for (int i = 0; i <= LINES; i++) {
      lines.add(
          Map.of(
              "y",
              TOP + HEIGHT - HEIGHT * i / LINES,
              "from",
              LEFT,
              "to",
              WIDTH,
              "says",
              Texts.amount(top * i / LINES)));
    }
    return lines;
  }

  /** The next of 1, 2, 4 or 8 and zeros, so that the lines stand at sums that can be read. */
  private static long roundedUp(long micros) {
    long top = 40_000;
    while (top < micros) {
      top *= 2;
      if (Long.toString(top).startsWith("16")) {
        top = top / 16 * 10;
      }
    }
    return top;
  }

  private static String rounded(double number) {
    return BigDecimal.valueOf(Math.round(number * 10), 1).toPlainString();
  }
}
