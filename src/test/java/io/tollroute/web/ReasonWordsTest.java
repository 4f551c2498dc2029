package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * docs/errors.md explains every reason that we give, and every one that facilitators are known for.
 */
class ReasonWordsTest {

  private static final Pattern GIVEN =
      Pattern.compile(
          "(?:because|(?<!Objection\\.)\\brefused|notPayable|new LimitRate)\\(\\s*\"([^\"]+)\"");
  private static final Pattern CONSTANT =
      Pattern.compile("(?:IN_DOUBT|OTHER_[A-Z]+) =\\s*\"([a-z0-9_]+)\"");
  private static final Pattern LITERAL = Pattern.compile("\"([A-Za-z0-9_]+)\"");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (`[^|]+) \\| ([^|]+) \\| ([^|]+) \\|$");
  private static final Pattern WORD = Pattern.compile("`([^`]+)`");

  /** Reasons that are made of a status ({@code TokenBook}). */
  private static final List<String> OF_STATUSES =
      List.of(
          "token_pending",
          "token_expired",
          "token_exhausted",
          "token_refund_due",
          "token_refunded",
          "payment_pending",
          "payment_paid",
          "payment_expired",
          "payment_exhausted",
          "payment_refund_due",
          "payment_refunded",
          "payment_credited",
          "paid_through_manual",
          "paid_through_credit");

  private record Row(Set<String> reasons, String meaning, String remedy) {}

  private static List<Row> rows() throws IOException {
    String page = Files.readString(Path.of("docs", "errors.md"));
    return ROW.matcher(page.substring(page.indexOf("## The reasons")))
        .results()
        .map(
            row ->
                new Row(
                    WORD.matcher(row.group(1))
                        .results()
                        .map(word -> word.group(1))
                        .collect(LinkedHashSet::new, Set::add, Set::addAll),
                    row.group(2).strip(),
                    row.group(3).strip()))
        .toList();
  }

  private static Set<String> given() throws IOException {
    Set<String> given = new TreeSet<>(OF_STATUSES);
    try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(source);
        for (Pattern pattern : List.of(GIVEN, CONSTANT)) {
          pattern.matcher(text).results().map(found -> found.group(1)).forEach(given::add);
        }
        if (source.endsWith("FacilitatorReasons.java")
            || source.endsWith("SettlementReading.java")) {
          LITERAL
              .matcher(text)
              .results()
              .map(found -> found.group(1))
              .filter(word -> word.contains("_"))
              .forEach(given::add);
        }
      }
    }
    // a sentence for the operator is no reason, and what ends in _ is the beginning of one
    given.removeIf(reason -> reason.endsWith(".") || reason.endsWith("_") || reason.endsWith(" "));
    return given;
  }

  @Test
  @DisplayName("Every reason that a caller can be given is explained, with what to do about it")
  void documented() throws Exception {
    Set<String> explained = new TreeSet<>();
    for (Row row : rows()) {
      assertThat(row.meaning()).as(row.reasons().toString()).hasSizeGreaterThan(10);
      assertThat(row.remedy()).as(row.reasons().toString()).hasSizeGreaterThan(10);
      row.reasons().forEach(reason -> assertThat(explained.add(reason)).as(reason).isTrue());
    }

    assertThat(given()).hasSizeGreaterThan(40);
    assertThat(explained).containsAll(given());
  }

  @Test
  @DisplayName("Wrong network, asset and amount are explained apart")
  void apart() throws Exception {
    List<Row> rows = rows();
    for (String reason :
        List.of(
            "invalid_network",
            "invalid_asset",
            "invalid_exact_evm_payload_authorization_value_mismatch",
            "invalid_exact_evm_recipient_mismatch")) {
      assertThat(rows.stream().filter(row -> row.reasons().contains(reason))).hasSize(1);
    }
    assertThat(
            rows.stream()
                .filter(row -> row.reasons().contains("invalid_network"))
                .noneMatch(row -> row.reasons().contains("invalid_asset")))
        .isTrue();
  }
}
