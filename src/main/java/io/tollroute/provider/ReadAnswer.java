package io.tollroute.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Provider;
import io.tollroute.json.JsonText;
import io.tollroute.log.HttpAnswer;
import io.tollroute.log.SparseLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.StreamCache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a provider's route has left, as far as the service allows: one JSON object or array,
 * as bytes, a stream, a text, a tree, a map or a list. Nothing else is an answer.
 */
public final class ReadAnswer implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(ReadAnswer.class);

  private final ObjectMapper mapper = new ObjectMapper();
  private final SparseLog log;

  /** Says in {@code log} what was no answer. */
  public ReadAnswer(SparseLog log) {
    this.log = log;
  }

  /**
   * Makes the answer's bytes the message body.
   *
   * @throws Refusal {@code provider_failed} because of {@code answer_missing}, {@code
   *     answer_too_large} or {@code answer_not_json}
   * @throws IOException when the provider's stream breaks
   */
  @Override
  public void process(Exchange exchange) throws Refusal, IOException {
    Provider provider = CatalogueSlots.SERVICE.of(exchange).provider();
    Object left = exchange.getMessage().getBody();
    try {
      exchange.getMessage().setBody(read(left, provider.bounds().maxAnswerBytes()).bytes());
    } catch (Refusal refusal) {
      String why =
          "route="
              + provider.route()
              + " reason="
              + refusal.reason().orElse("none")
              + " body="
              + (left == null ? "none" : left.getClass().getName())
              + " "
              + HttpAnswer.of(exchange);
      log.error(
          LOG,
          why,
          "alert=provider_unusable requestId="
              + CallSlots.REQUEST_ID.find(exchange).orElse("none")
              + " "
              + why);
      // said here, so not again by whoever takes the refusal over
      exchange.getMessage().removeHeaders("*");
      throw refusal;
    }
  }

  private JsonText read(Object left, int maxBytes) throws Refusal, IOException {
    if (left instanceof JsonText written) {
      within(written.bytes().length, maxBytes);
      return written;
    }
    if (left instanceof JsonNode || left instanceof Map<?, ?> || left instanceof Collection<?>) {
      return written(left, maxBytes);
    }
    byte[] bytes = bytes(left, maxBytes);
    if (isBlank(bytes)) {
      throw unusable().because("answer_missing");
    }
    return JsonText.read(bytes).orElseThrow(() -> unusable().because("answer_not_json"));
  }

  private static byte[] bytes(Object left, int maxBytes) throws Refusal, IOException {
    if (left == null) {
      return new byte[0];
    }
    if (left instanceof byte[] bytes) {
      within(bytes.length, maxBytes);
      return bytes;
    }
    if (left instanceof String text) {
      // before a copy is made of what is too large
      within(text.length(), maxBytes);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      within(bytes.length, maxBytes);
      return bytes;
    }
    if (left instanceof ByteBuffer buffer) {
      within(buffer.remaining(), maxBytes);
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes;
    }
    if (left instanceof InputStream stream) {
      if (stream instanceof StreamCache cache) {
        // the route may have looked into it
        cache.reset();
      }
      try (stream) {
        byte[] bytes = stream.readNBytes(maxBytes + 1);
        within(bytes.length, maxBytes);
        return bytes;
      }
    }
    throw unusable().because("answer_not_json");
  }

  private JsonText written(Object tree, int maxBytes) throws Refusal {
    if (tree instanceof JsonNode node && !node.isContainerNode()) {
      throw unusable().because(node.isMissingNode() ? "answer_missing" : "answer_not_json");
    }
    Bounded out = new Bounded(maxBytes);
    try {
      mapper.writeValue(out, tree);
    } catch (IOException e) {
      throw unusable().because(out.isFull() ? "answer_too_large" : "answer_not_json");
    }
    return JsonText.written(out.toByteArray());
  }

  private static void within(int length, int maxBytes) throws Refusal {
    if (length > maxBytes) {
      throw unusable().because("answer_too_large");
    }
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  private static Refusal unusable() {
    return Refusal.of("provider_failed");
  }

  /** Memory that takes no more than it may. */
  private static final class Bounded extends OutputStream {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int maxBytes;
    private boolean full;

    Bounded(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] more, int from, int length) throws IOException {
      if (length > maxBytes - bytes.size()) {
        full = true;
        throw new IOException("full");
      }
      bytes.write(more, from, length);
    }

    boolean isFull() {
      return full;
    }

    byte[] toByteArray() {
      return bytes.toByteArray();
    }
  }
}
