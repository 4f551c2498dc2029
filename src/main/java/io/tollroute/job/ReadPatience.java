package io.tollroute.job;

import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * How long a buyer would wait for work that goes on: {@code Prefer: wait=20} (RFC 7240 section
 * 4.3). What cannot be read is no preference, as that RFC has it.
 */
public final class ReadPatience implements Processor {

  private static final String HEADER = "Prefer";
  private static final Pattern WAIT =
      Pattern.compile("(?i)(?:^|[,;\\s])wait\\s*=\\s*\"?([0-9]{1,9})\"?\\s*(?=$|[,;\\s])");

  private final int longest;

  /** Nobody waits longer than {@code longest} seconds. */
  public ReadPatience(int longest) {
    this.longest = longest;
  }

  @Override
  public void process(Exchange exchange) {
    Object said = exchange.getMessage().getHeader(HEADER);
    Collection<?> lines =
        said instanceof Collection<?> several ? several : said == null ? List.of() : List.of(said);
    for (Object line : lines) {
      OptionalInt wait = wait(String.valueOf(line));
      if (wait.isPresent()) {
        JobSlots.PATIENCE.put(exchange, Math.min(longest, wait.getAsInt()));
        return;
      }
    }
  }

  private static OptionalInt wait(String line) {
    Matcher found = WAIT.matcher(line);
    return found.find() ? OptionalInt.of(Integer.parseInt(found.group(1))) : OptionalInt.empty();
  }
}
