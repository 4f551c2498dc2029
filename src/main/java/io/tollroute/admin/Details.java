package io.tollroute.admin;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.AuditLog;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.Cents;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.TokenView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A charge or a payment with all that is known of it, and what can be done. */
final class Details {

  private static final int ACTIONS = 20;

  /** What is said after something was done; other words of a link say nothing. */
  private static final Map<String, String> DONE =
      Map.of(
          "refunded", "Noted: it is paid back.",
          "paid", "Noted: the money has come in.");

  private final Templates templates;
  private final Backoffice backoffice;
  private final AuditLog log;

  Details(Templates templates, Backoffice backoffice, AuditLog log) {
    this.templates = templates;
    this.backoffice = backoffice;
    this.log = log;
  }

  Answer charge(PageRequest request) throws Objection, Refusal {
    ChargeView charge =
        backoffice
            .charge(request.text("key"))
            .orElseThrow(() -> Objection.notFound("There is no charge of this key."));
    Map<String, Object> facts = facts(request, charge.key());
    facts.put("key", charge.key());
    facts.put("state", charge.state());
    facts.put("stateWords", Texts.words(charge.state()));
    facts.put("sum", Texts.money(charge.micros(), charge.currency()));
    facts.put("sumCents", new Cents(charge.micros()).toString());
    facts.put("canRefund", Back.isPossible(charge));
    facts.put("isUnknown", charge.state().equals("unknown"));
    facts.put(
        "ofPayment", charge.payment().or(charge::buys).map(id -> Texts.ofPayment(id)).orElse(""));
    facts.put("fields", fields(charge));
    return Answer.page("done", templates.page("charge", "Charge", request.session(), facts));
  }

  Answer payment(PageRequest request) throws Objection, Refusal {
    TokenView payment =
        backoffice
            .payment(request.text("id"))
            .orElseThrow(() -> Objection.notFound("There is no payment of this id."));
    List<ChargeView> charges = backoffice.chargesOf(payment.id());
    Map<String, Object> facts = facts(request, payment.id());
    facts.put("id", payment.id());
    facts.put("state", payment.state());
    facts.put("stateWords", Texts.words(payment.state()));
    facts.put("sum", Texts.money(payment.micros() * payment.calls(), payment.currency()));
    facts.put("canRefund", Back.isPossible(payment));
    facts.put("openCents", new Cents(payment.openMicros()).toString());
    facts.put("canRefundExcess", Back.hasExcess(payment));
    facts.put(
        "excess",
        Texts.money(
            Math.max(0, payment.excessMicros() - payment.refundedMicros()), payment.currency()));
    facts.put(
        "canBePaid",
        payment.provider().equals("manual")
            && payment.paidAt().isEmpty()
            && !payment.state().equals("refunded"));
    facts.put("priceCents", new Cents(payment.micros() * payment.calls()).toString());
    facts.put("fields", fields(payment));
    facts.put("charges", Rows.charges(charges));
    facts.put("hasCharges", !charges.isEmpty());
    return Answer.page("done", templates.page("payment", "Payment", request.session(), facts));
  }

  private Map<String, Object> facts(PageRequest request, String object) throws Objection, Refusal {
    List<Map<String, Object>> actions =
        Rows.actions(log.entries(AuditLog.Filter.of(object, ACTIONS)).rows());
    Map<String, Object> facts = new HashMap<>();
    facts.put("done", DONE.getOrDefault(request.text("done"), ""));
    facts.put("actions", actions);
    facts.put("hasActions", !actions.isEmpty());
    return facts;
  }

  private static List<Map<String, String>> fields(ChargeView charge) {
    Fields fields = new Fields();
    fields.add("Service", charge.service());
    fields.add("Kind", charge.kind());
    fields.add("Method", charge.method());
    fields.add("Price", Texts.money(charge.micros(), charge.currency()));
    fields.add("Came in", Texts.money(charge.paidMicros(), charge.currency()));
    fields.add("Paid back", Texts.money(charge.refundedMicros(), charge.currency()));
    fields.add("Amount of the token moved", charge.amount());
    fields.add("Payer", charge.payer());
    fields.add("Token used", charge.payment());
    fields.add("Token bought", charge.buys());
    fields.add("Request id", charge.requestId());
    fields.add("Provider's id", charge.upstreamId());
    fields.add("Receipt", charge.receipt());
    fields.add("Answer kept", charge.answerKept() ? "yes" : "no");
    fields.add("Began (UTC)", Texts.time(charge.createdAt()));
    fields.add("Paid (UTC)", Texts.time(charge.settledAt()));
    fields.add("Not known since (UTC)", charge.unknownAt().map(Texts::time));
    charge
        .decision()
        .ifPresent(
            decided ->
                fields.add(
                    "Decided (UTC)",
                    Texts.time(decided.at())
                        + " by "
                        + decided.how()
                        + decided.by().map(who -> ", " + who).orElse("")
                        + decided.reason().map(why -> ": " + why).orElse("")));
    charge.refund().ifPresent(back -> fields.add("Paid back (UTC)", Texts.time(back.at())));
    fields.add("Paid back by", charge.refund().flatMap(back -> back.transaction()));
    fields.add("Note", charge.note());
    fields.add("Key", charge.key());
    return fields.list();
  }

  private static List<Map<String, String>> fields(TokenView payment) {
    Fields fields = new Fields();
    fields.add("Service", payment.service());
    fields.add("Paid through", payment.provider());
    fields.add("Price of a call", Texts.money(payment.micros(), payment.currency()));
    fields.add("Calls", payment.used() + " used of " + payment.calls());
    fields.add("Price", Texts.money(payment.micros() * payment.calls(), payment.currency()));
    fields.add("Beyond the price", Texts.money(payment.excessMicros(), payment.currency()));
    fields.add("Paid back", Texts.money(payment.refundedMicros(), payment.currency()));
    fields.add("Payer", payment.payer());
    fields.add("Reference", payment.reference());
    fields.add("Makes good", payment.creditOf());
    fields.add("Receipt", payment.receipt());
    fields.add("Ordered (UTC)", Texts.time(payment.createdAt()));
    fields.add("Paid (UTC)", Texts.time(payment.paidAt()));
    fields.add("Good until (UTC)", Texts.time(payment.expiresAt()));
    payment.refund().ifPresent(back -> fields.add("Paid back (UTC)", Texts.time(back.at())));
    fields.add("Paid back by", payment.refund().flatMap(back -> back.transaction()));
    fields.add("Note", payment.note());
    fields.add("Id", payment.id());
    return fields.list();
  }

  /** Names and values, of those that there are. */
  private static final class Fields {

    private final List<Map<String, String>> list = new ArrayList<>();

    void add(String name, String value) {
      if (!value.isEmpty()) {
        list.add(Map.of("name", name, "value", value));
      }
    }

    void add(String name, Optional<String> value) {
      value.ifPresent(text -> add(name, text));
    }

    List<Map<String, String>> list() {
      return list;
    }
  }
}
