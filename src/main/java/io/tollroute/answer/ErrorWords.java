package io.tollroute.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table of error words, {@code errors.yaml}: the only place that knows their statuses. */
public final class ErrorWords {

  private final SecureRandom random = new SecureRandom();
  private final Map<String, ErrorWord> words;

  private ErrorWords(Map<String, ErrorWord> words) {
    this.words = words;
  }

  /** Reads the table that ships with the program. */
  public static ErrorWords read() throws IOException {
    try (InputStream table = ErrorWords.class.getResourceAsStream("/errors.yaml")) {
      Map<String, ErrorWord> words = new LinkedHashMap<>();
      new YAMLMapper()
          .readTree(table)
          .properties()
          .forEach(entry -> words.put(entry.getKey(), word(entry.getKey(), entry.getValue())));
      return new ErrorWords(words);
    }
  }

  private static ErrorWord word(String word, JsonNode row) {
    return new ErrorWord(
        word,
        row.required("status").intValue(),
        row.required("message").textValue(),
        row.required("charged").textValue(),
        row.required("retryable").booleanValue(),
        Optional.ofNullable(row.get("retryAfter")).map(ErrorWords::patience));
  }

  private static Patience patience(JsonNode seconds) {
    return seconds.isArray()
        ? new Patience(seconds.required(0).intValue(), seconds.required(1).intValue())
        : new Patience(seconds.intValue(), seconds.intValue());
  }

  /** The row of a word; a word outside the table is a defect of the program. */
  public ErrorWord of(String word) {
    ErrorWord found = words.get(word);
    if (found == null) {
      throw new IllegalArgumentException("error word without a row in errors.yaml: " + word);
    }
    return found;
  }

  /** What {@code Retry-After} says beside this word: seconds; empty where waiting does not help. */
  public Optional<String> retryAfter(ErrorWord word) {
    return word.patience().map(patience -> patience.retryAfter(random));
  }

  /** The first word of a status, for errors that the HTTP server itself finds. */
  public Optional<ErrorWord> ofStatus(int status) {
    return words.values().stream().filter(word -> word.status() == status).findFirst();
  }

  /** All words in the order of the table. */
  public List<ErrorWord> all() {
    return List.copyOf(words.values());
  }
}
