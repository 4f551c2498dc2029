package io.tollroute.admin;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.TokenView;
import io.tollroute.operator.OperatorActions;
import java.util.HashMap;
import java.util.Map;

/** Asks once more which transfer pays an invoice, and then notes it. */
final class PaidPage implements PageStep.Page {

  private final Templates templates;
  private final Backoffice backoffice;
  private final OperatorActions actions;

  PaidPage(Templates templates, Backoffice backoffice, OperatorActions actions) {
    this.templates = templates;
    this.backoffice = backoffice;
    this.actions = actions;
  }

  @Override
  public Answer answer(PageRequest request) throws Objection, Refusal {
    String id = request.text("payment");
    TokenView payment =
        backoffice
            .payment(id)
            .orElseThrow(() -> Objection.notFound("There is no payment of this id."));
    long micros =
        Back.cents(request.field("cents"))
            .orElseThrow(() -> Objection.invalid("Cents says how much came in; it is needed."));
    String reference = request.text("reference");
    if (request.sent()) {
      actions.markPaid(request.actor(), id, micros, reference);
      return Answer.seeOther(Texts.ofPayment(id) + "&done=paid");
    }
    Map<String, Object> facts = new HashMap<>();
    facts.put("back", Texts.ofPayment(id));
    facts.put("payment", id);
    facts.put("cents", request.text("cents"));
    facts.put("sum", Texts.money(micros, payment.currency()));
    facts.put("price", Texts.money(payment.micros() * payment.calls(), payment.currency()));
    facts.put("reference", reference);
    return Answer.page("done", templates.page("paid", "Mark paid", request.session(), facts));
  }
}
