package io.tollroute.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;
import io.tollroute.ledger.Objection;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question of an operator. It never throws, because how a buyer's call ends is not how an
 * operator is answered: it leaves the JSON in the body and a word in the slot {@code outcome}
 * (done, not_found, refused, invalid, unavailable, failed), of which the route makes a status.
 */
final class ManageStep implements Processor {

  static final Slot<String> OUTCOME = new Slot<>("outcome", String.class);

  private static final Logger LOG = LoggerFactory.getLogger(ManageStep.class);
  private static final JsonMapper JSON = new JsonMapper();

  private final Work work;

  /** What answers the question: with a JSON document, or with the bytes of a file. */
  @FunctionalInterface
  interface Work {
    Object answer(Question question, Exchange exchange) throws Objection, Refusal;
  }

  ManageStep(Work work) {
    this.work = work;
  }

  @Override
  public void process(Exchange exchange) {
    try {
      answer(exchange, "done", work.answer(new Question(exchange), exchange));
    } catch (Objection objection) {
      fail(exchange, objection.kind().name().toLowerCase(Locale.ROOT), objection.getMessage());
    } catch (Refusal refusal) {
      LOG.warn("management word={} cause={}", refusal.word(), String.valueOf(refusal.getCause()));
      fail(exchange, "unavailable", "The ledger does not answer at the moment; ask again.");
    } catch (RuntimeException defect) {
      LOG.error("alert=management_failed", defect);
      fail(exchange, "failed", "Something went wrong on our side; the log says what.");
    }
  }

  private static void fail(Exchange exchange, String word, String sentence) {
    answer(exchange, word, JSON.createObjectNode().put("error", word).put("message", sentence));
  }

  private static void answer(Exchange exchange, String word, Object document) {
    OUTCOME.put(exchange, word);
    try {
      exchange
          .getMessage()
          .setBody(document instanceof byte[] file ? file : JSON.writeValueAsBytes(document));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }
}
