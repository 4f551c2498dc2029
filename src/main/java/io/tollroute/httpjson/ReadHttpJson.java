package io.tollroute.httpjson;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Provider;
import io.tollroute.log.HttpAnswer;
import io.tollroute.log.SparseLog;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what an API's answer means, and makes of it what is sold. */
public final class ReadHttpJson implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(ReadHttpJson.class);

  private static final String JSON = "application/json";
  private static final String ALSO_JSON = "+json";
  private static final String RETRY_AFTER = "Retry-After";
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,4}");
  private static final int MAX_DEPTH = 200;

  private final JsonMapper trees =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final Recipes recipes;
  private final SparseLog log;

  /** Says in {@code log} what was no answer. */
  ReadHttpJson(Recipes recipes, SparseLog log) {
    this.recipes = recipes;
    this.log = log;
  }

  /**
   * Makes what is sold the message body.
   *
   * @throws Refusal {@code provider_rejected} or {@code provider_busy} where the service says that
   *     the status means this, {@code provider_failed} for an answer that is none
   * @throws HttpOperationFailedException for any other status
   */
  @Override
  public void process(Exchange exchange) throws Exception {
    Recipe recipe = recipes.of(CatalogueSlots.SERVICE.of(exchange));
    HttpAnswer answer = HttpAnswer.of(exchange);
    switch (recipe.statuses().of(answer.status())) {
      case ANSWER -> {
        if (!answer.type().isEmpty() && !isTaken(answer.type(), recipe.mediaTypes())) {
          throw unusable(exchange, answer, "answer_not_json");
        }
        if (recipe.data().isPresent()) {
          exchange.getMessage().setBody(data(recipe.data().get(), exchange, answer));
        }
      }
      case CALLER ->
          throw refused(
              Refusal.of("provider_rejected").because("http_" + answer.status()), exchange);
      case BUSY -> throw refused(busy(exchange.getMessage()), exchange);
      case PROVIDER -> throw failed(exchange.getMessage(), answer.status());
    }
  }

  private static boolean isTaken(String type, List<String> taken) {
    return taken.contains(type) || taken.contains(JSON) && type.endsWith(ALSO_JSON);
  }

  private JsonNode data(Origin wanted, Exchange exchange, HttpAnswer answer)
      throws Refusal, IOException {
    Provider provider = CatalogueSlots.SERVICE.of(exchange).provider();
    byte[] body = body(exchange, provider.bounds().maxAnswerBytes(), answer);
    JsonNode all;
    try {
      all = trees.readTree(body);
    } catch (IOException | NumberFormatException e) {
      throw unusable(exchange, answer, "answer_not_json");
    }
    Optional<JsonNode> found =
        all.isMissingNode() ? Optional.empty() : wanted.in(all, secret -> Optional.empty());
    return found.orElseThrow(() -> unusable(exchange, answer, "answer_missing"));
  }

  private byte[] body(Exchange exchange, int maxBytes, HttpAnswer answer)
      throws Refusal, IOException {
    InputStream body = exchange.getMessage().getBody(InputStream.class);
    if (body == null) {
      return new byte[0];
    }
    byte[] bytes = body.readNBytes(maxBytes + 1);
    if (bytes.length > maxBytes) {
      throw unusable(exchange, answer, "answer_too_large");
    }
    return bytes;
  }

  private static Refusal busy(Message message) {
    Refusal busy = Refusal.of("provider_busy");
    String wait = message.getHeader(RETRY_AFTER, "", String.class).strip();
    return SECONDS.matcher(wait).matches() ? busy.retryAfter(Integer.parseInt(wait)) : busy;
  }

  private Refusal refused(Refusal refusal, Exchange exchange) {
    String what = what(exchange, HttpAnswer.of(exchange));
    log.warn(
        LOG,
        what,
        "refused requestId="
            + CallSlots.REQUEST_ID.of(exchange)
            + " word="
            + refusal.word()
            + " "
            + what);
    exchange.getMessage().removeHeaders("*");
    return refusal.told();
  }

  private Refusal unusable(Exchange exchange, HttpAnswer answer, String reason) {
    String what = what(exchange, answer) + " reason=" + reason;
    log.error(
        LOG,
        what,
        "alert=provider_unusable requestId=" + CallSlots.REQUEST_ID.of(exchange) + " " + what);
    exchange.getMessage().removeHeaders("*");
    return Refusal.of("provider_failed").because(reason).told();
  }

  private static String what(Exchange exchange, HttpAnswer answer) {
    return "service=" + CatalogueSlots.SERVICE.of(exchange).id() + " " + answer;
  }

  /** Without the address, which may hold a key, and with the headers that say what to do. */
  private static HttpOperationFailedException failed(Message message, int status) {
    Map<String, String> headers = new HashMap<>();
    for (String name : List.of(RETRY_AFTER, "Location", Exchange.CONTENT_TYPE)) {
      String value = message.getHeader(name, "", String.class);
      if (!value.isEmpty()) {
        headers.put(name, value);
      }
    }
    message.removeHeaders("*");
    return new HttpOperationFailedException("", status, "", "", headers, "");
  }
}
