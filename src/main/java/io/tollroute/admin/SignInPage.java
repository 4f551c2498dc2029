package io.tollroute.admin;

import io.tollroute.call.Refusal;
import io.tollroute.operator.Actor;
import io.tollroute.operator.OperatorActions;
import io.tollroute.web.OperatorRequest;
import io.tollroute.web.OperatorSessions;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The page on which an operator shows his token; the only one that is open. */
final class SignInPage implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(SignInPage.class);

  private final OperatorSessions sessions;
  private final OperatorActions actions;
  private final Templates templates;

  SignInPage(OperatorSessions sessions, OperatorActions actions, Templates templates) {
    this.sessions = sessions;
    this.actions = actions;
    this.templates = templates;
  }

  @Override
  public void process(Exchange exchange) {
    OperatorRequest request =
        OperatorRequest.of(exchange)
            .orElseThrow(() -> new IllegalStateException("only the management port asks for it"));
    PageStep.leave(
        exchange, request.isPost() ? enter(request) : page("done", "", sessions.takeToken()));
  }

  private Answer enter(OperatorRequest request) {
    return switch (request.enter(sessions)) {
      case DONE -> entered(request);
      case WRONG -> {
        LOG.warn("operator sign-in with a wrong token, from {}", request.address());
        yield page("forbidden", "That is not the token.", true);
      }
      case TOO_MANY ->
          page("too_many", "Too many wrong tokens; nothing is looked at for a minute.", true);
    };
  }

  private Answer entered(OperatorRequest request) {
    try {
      actions.moved(new Actor("token", "page"), "sign_in", request.address());
      return Answer.seeOther("/admin");
    } catch (Refusal unavailable) {
      // looking is what helps then, and actions are written down themselves
      LOG.warn("an operator signed in while the ledger does not answer");
      return Answer.seeOther("/admin/state");
    }
  }

  private Answer page(String outcome, String sentence, boolean takesToken) {
    return Answer.page(
        outcome,
        templates.openPage(
            "login", "Sign in", Map.of("sentence", sentence, "takesToken", takesToken)));
  }
}
