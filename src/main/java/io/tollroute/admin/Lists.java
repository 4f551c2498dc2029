package io.tollroute.admin;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.BackofficePage;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.TokenView;
import java.util.List;
import java.util.Map;

/** Payments and charges, newest first, a page at a time. */
final class Lists {

  private static final List<String> CHARGE_STATES =
      List.of(
          "claimed",
          "answered",
          "settling",
          "unknown",
          "paid",
          "settled",
          "released",
          "refund_due",
          "refunded",
          "credited");
  private static final List<String> PAYMENT_STATES =
      List.of("pending", "paid", "exhausted", "expired", "refund_due", "refunded");

  private final Templates templates;
  private final Backoffice backoffice;

  Lists(Templates templates, Backoffice backoffice) {
    this.templates = templates;
    this.backoffice = backoffice;
  }

  Answer charges(PageRequest request) throws Objection, Refusal {
    ListFilter filter = ListFilter.of(request);
    BackofficePage<ChargeView> page = backoffice.charges(filter.backoffice());
    Map<String, Object> facts = filter.facts("/admin/charges", CHARGE_STATES, page.next());
    facts.put("charges", Rows.charges(page.rows()));
    facts.put("none", page.rows().isEmpty());
    return Answer.page("done", templates.page("charges", "Charges", request.session(), facts));
  }

  Answer payments(PageRequest request) throws Objection, Refusal {
    ListFilter filter = ListFilter.of(request);
    BackofficePage<TokenView> page = backoffice.payments(filter.backoffice());
    Map<String, Object> facts = filter.facts("/admin/payments", PAYMENT_STATES, page.next());
    facts.put("payments", Rows.payments(page.rows()));
    facts.put("none", page.rows().isEmpty());
    return Answer.page("done", templates.page("payments", "Payments", request.session(), facts));
  }
}
