package io.tollroute.input;

import io.tollroute.call.MisplacedToken;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Tells a caller whose body holds a payment token where it goes. Most bodies are only looked over:
 * whoever asks for a price is not to cost the time to read one.
 */
public final class RefuseMisplacedToken implements Processor {

  private static final Pattern SUSPICIOUS =
      Pattern.compile("tok_|token\"", Pattern.CASE_INSENSITIVE);

  private final RequestReader reader;

  /** Reads with {@code reader}. */
  public RefuseMisplacedToken(RequestReader reader) {
    this.reader = reader;
  }

  /**
   * Lets a body pass without a token in it; one that cannot be read is judged by a later step.
   *
   * @throws Refusal {@code misplaced_token}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    byte[] body = exchange.getMessage().getBody(byte[].class);
    if (body == null || !SUSPICIOUS.matcher(new String(body, StandardCharsets.ISO_8859_1)).find()) {
      return;
    }
    Predicate<String> expected =
        CatalogueSlots.SERVICE
            .find(exchange)
            .map(service -> ParameterNames.of(service.inputSchema()))
            .<Predicate<String>>map(names -> names::has)
            .orElse(name -> false);
    boolean misplaced =
        reader.readable(body).filter(input -> MisplacedToken.isIn(input, expected)).isPresent();
    if (misplaced) {
      throw Refusal.of("misplaced_token");
    }
  }
}
