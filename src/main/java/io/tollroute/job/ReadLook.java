package io.tollroute.job;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Reads what a look at a job has brought: {@code {"state": "working"}}, {@code {"state": "done",
 * "data": ...}} or {@code {"state": "failed", "word": ..., "reason": ...}}.
 */
final class ReadLook implements Processor {

  private static final Set<String> WORDS =
      Set.of("provider_rejected", "provider_failed", "provider_timeout");
  private static final Pattern REASON = Pattern.compile("[A-Za-z0-9._-]{1,80}");

  private final JsonFactory json = new JsonFactory();

  /** What it says, and the bytes of its data as they came. */
  private record Look(String state, Optional<byte[]> data, String word, String reason) {}

  /**
   * Says what is to be done next; where it is done its data is the body.
   *
   * @throws Refusal {@code provider_failed} when it says none of that
   */
  @Override
  public void process(Exchange exchange) throws Refusal, IOException {
    Look look = read(exchange.getMessage().getBody(byte[].class));
    switch (look.state()) {
      case "working" -> JobSlots.STEP.put(exchange, "wait");
      case "done" -> {
        exchange
            .getMessage()
            .setBody(look.data().orElseThrow(() -> unusable().because("answer_missing")));
        CallSlots.UPSTREAM_ID.put(exchange, JobSlots.WORK.of(exchange).upstream());
        JobSlots.STEP.put(exchange, "keep");
      }
      case "failed" -> {
        Refusal refusal = Refusal.of(WORDS.contains(look.word()) ? look.word() : "provider_failed");
        boolean told = REASON.matcher(look.reason()).matches();
        JobSlots.FAILURE.put(exchange, told ? refusal.because(look.reason()) : refusal);
        JobSlots.STEP.put(exchange, "fail");
      }
      default -> throw unusable().because("job_state_unknown");
    }
  }

  private static Refusal unusable() {
    return Refusal.of("provider_failed");
  }

  /** Its data is given to the buyer as it came, digit for digit. */
  private Look read(byte[] body) throws IOException {
    String state = "";
    String word = "";
    String reason = "";
    Optional<byte[]> data = Optional.empty();
    try (JsonParser parser = json.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new Look("", data, "", "");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("data") && value.isStructStart()) {
          int start = (int) parser.currentTokenLocation().getByteOffset();
          parser.skipChildren();
          data =
              Optional.of(
                  Arrays.copyOfRange(body, start, (int) parser.currentLocation().getByteOffset()));
        } else if (value.isStructStart()) {
          parser.skipChildren();
        } else if (name.equals("state")) {
          state = parser.getText();
        } else if (name.equals("word")) {
          word = parser.getText();
        } else if (name.equals("reason")) {
          reason = parser.getText();
        }
      }
    }
    return new Look(state, data, word, reason);
  }
}
