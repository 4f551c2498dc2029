package io.tollroute.admin;

import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;
import io.tollroute.ledger.Objection;
import io.tollroute.web.OperatorRequest;
import io.tollroute.web.OperatorSession;
import io.tollroute.web.OperatorSessions;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One page for whoever has come in. Nothing is done for a form that was not made for his session.
 * It never throws: why there is no page is a page, too.
 */
final class PageStep implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(PageStep.class);

  private static final Slot<String> OUTCOME = new Slot<>("outcome", String.class);
  private static final Slot<String> FORM = new Slot<>("adminForm", String.class);
  private static final Slot<String> LOCATION = new Slot<>("adminLocation", String.class);

  private final OperatorSessions sessions;
  private final Templates templates;
  private final Page page;

  /** What makes the page. */
  @FunctionalInterface
  interface Page {
    Answer answer(PageRequest request) throws Objection, Refusal;
  }

  PageStep(OperatorSessions sessions, Templates templates, Page page) {
    this.sessions = sessions;
    this.templates = templates;
    this.page = page;
  }

  @Override
  public void process(Exchange exchange) {
    OperatorRequest request =
        OperatorRequest.of(exchange)
            .orElseThrow(() -> new IllegalStateException("only the management port asks for it"));
    Optional<OperatorSession> session = request.sender(sessions);
    if (session.isEmpty()) {
      // it has ended since the gate let it through
      leave(exchange, Answer.seeOther("/admin/login"));
    } else if (request.isPost() && !request.isFormOf(session.get())) {
      leave(
          exchange,
          message(
              session.get(),
              "forbidden",
              "Nothing was done: the form is not one of this session. Open the page again."));
    } else {
      leave(exchange, answer(PageRequest.of(exchange, request, session.get())));
    }
  }

  private Answer answer(PageRequest request) {
    try {
      return page.answer(request);
    } catch (Objection objection) {
      String word = objection.kind().name().toLowerCase(Locale.ROOT);
      return message(request.session(), word, objection.getMessage());
    } catch (Refusal refusal) {
      LOG.warn("management word={} cause={}", refusal.word(), String.valueOf(refusal.getCause()));
      return message(
          request.session(),
          "unavailable",
          "The ledger does not answer at the moment; look again before you repeat anything.");
    } catch (RuntimeException defect) {
      LOG.error("alert=management_failed", defect);
      return message(
          request.session(), "failed", "Something went wrong on our side; the log says what.");
    }
  }

  private Answer message(OperatorSession session, String outcome, String sentence) {
    String title = outcome.substring(0, 1).toUpperCase(Locale.ROOT) + outcome.substring(1);
    return Answer.page(
        outcome,
        templates.page("message", title.replace('_', ' '), session, Map.of("sentence", sentence)));
  }

  /** Leaves an answer for the route. */
  static void leave(Exchange exchange, Answer answer) {
    OUTCOME.put(exchange, answer.outcome());
    FORM.put(exchange, answer.form());
    LOCATION.put(exchange, answer.location());
    exchange.getMessage().setBody(answer.body());
  }
}
