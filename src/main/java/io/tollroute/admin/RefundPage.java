package io.tollroute.admin;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.Cents;
import io.tollroute.ledger.Objection;
import io.tollroute.operator.OperatorActions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Asks once more what is to be noted as paid back and to whom, and then notes it. */
final class RefundPage implements PageStep.Page {

  private final Templates templates;
  private final Backoffice backoffice;
  private final OperatorActions actions;

  RefundPage(Templates templates, Backoffice backoffice, OperatorActions actions) {
    this.templates = templates;
    this.backoffice = backoffice;
    this.actions = actions;
  }

  @Override
  public Answer answer(PageRequest request) throws Objection, Refusal {
    Back back = Back.of(request, backoffice);
    return request.sent() ? noted(request, back) : asked(request, back);
  }

  private Answer asked(PageRequest request, Back back) {
    Map<String, Object> facts = new HashMap<>();
    facts.put("back", back.isCharge() ? Texts.ofCharge(back.object()) : link(back));
    facts.put("charge", back.isCharge() ? back.object() : "");
    facts.put("payment", back.isCharge() ? "" : back.object());
    facts.put("excess", back.excess());
    facts.put("sum", Texts.money(back.micros(), back.currency()));
    facts.put("sumCents", new Cents(back.micros()).toString());
    facts.put("shown", Long.toString(back.micros()));
    facts.put("payer", back.payer().orElse("whoever paid: the ledger does not know a wallet"));
    facts.put("cents", request.text("cents"));
    facts.put("note", request.text("note"));
    facts.put("transaction", request.text("transaction"));
    facts.put("endsToken", !back.isCharge() && !back.excess());
    return Answer.page("done", templates.page("refund", "Refund", request.session(), facts));
  }

  private Answer noted(PageRequest request, Back back) throws Objection, Refusal {
    OperatorActions.Back noted =
        new OperatorActions.Back(
            back.excess() ? Optional.empty() : Back.cents(request.field("cents")),
            request.text("note"),
            request.field("transaction"));
    boolean isOpen =
        back.isCharge() || backoffice.payment(back.object()).filter(Back::isPossible).isPresent();
    // where nothing is left the ledger says why
    if (isOpen && !request.text("shown").equals(Long.toString(back.micros()))) {
      throw Objection.refused(
          "Nothing was noted: it is "
              + Texts.money(back.micros(), back.currency())
              + " by now. Open the page again.");
    }
    if (back.isCharge()) {
      actions.refundCharge(request.actor(), back.object(), noted);
      return Answer.seeOther(Texts.ofCharge(back.object()) + "&done=refunded");
    }
    if (back.excess()) {
      actions.refundExcess(request.actor(), back.object(), noted);
    } else {
      actions.refundPayment(request.actor(), back.object(), noted);
    }
    return Answer.seeOther(link(back) + "&done=refunded");
  }

  private static String link(Back back) {
    return Texts.ofPayment(back.object());
  }
}
