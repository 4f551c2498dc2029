package io.tollroute.log;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.layout.AbstractStringLayout;
import org.apache.logging.log4j.core.layout.PatternLayout;

/**
 * An event as a JSON object on one line: time, level, logger and message. What a line of ours says
 * as {@code name=value} is a member of its own too, so that whoever collects lines need not take
 * them apart. Lines of others, and of routes, are their message and nothing else: what looks like a
 * name and a value in them may be somebody's text.
 */
public final class JsonLines extends AbstractStringLayout {

  private static final String OURS = "io.tollroute.";

  /** Names as our lines have them, and a value without a blank. */
  private static final Pattern WORD =
      Pattern.compile("(?<=^|\\s)([a-zA-Z][a-zA-Z0-9]{0,39})=([^\\s]{1,400})");

  private static final Pattern NOT_PLAIN =
      Pattern.compile("[\\s\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]+");

  private static final String MESSAGE = "message";

  private static final Set<String> RESERVED = Set.of("time", "level", "logger", MESSAGE, "thrown");

  /** What is a number wherever it is said. */
  private static final Set<String> NUMBERS = Set.of("millis", "status");

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");

  private final ObjectMapper json = JsonMapper.builder().build();
  private final PatternLayout time = pattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}");
  private final PatternLayout thrown = pattern("%xEx{filters(io.netty,io.vertx)}");

  private JsonLines() {
    super(StandardCharsets.UTF_8);
  }

  /** Lines whose texts hold no control character: each run of them is a blank, as in text. */
  public static JsonLines withPlainTexts() {
    return new JsonLines();
  }

  private static PatternLayout pattern(String pattern) {
    return PatternLayout.newBuilder().setPattern(pattern).setAlwaysWriteExceptions(false).build();
  }

  @Override
  public String toSerializable(LogEvent event) {
    String message = plain(event.getMessage().getFormattedMessage());
    ObjectNode line = json.createObjectNode();
    line.put("time", time.toSerializable(event));
    line.put("level", event.getLevel().name());
    line.put("logger", event.getLoggerName());
    line.put(MESSAGE, message);
    if (event.getThrown() != null) {
      line.put("thrown", plain(thrown.toSerializable(event)));
    }
    if (event.getLoggerName().startsWith(OURS)) {
      take(message, line);
    }
    return line + "\n";
  }

  private static String plain(String text) {
    return NOT_PLAIN.matcher(text).replaceAll(" ").strip();
  }

  private static void take(String message, ObjectNode line) {
    Matcher words = WORD.matcher(message);
    while (words.find()) {
      String name = words.group(1);
      String value = words.group(2);
      if (RESERVED.contains(name) || line.has(name)) {
        continue;
      }
      if (NUMBERS.contains(name) && NUMBER.matcher(value).matches()) {
        line.put(name, Long.parseLong(value));
      } else {
        line.put(name, value);
      }
    }
  }

  @Override
  public String getContentType() {
    return "application/x-ndjson";
  }
}
