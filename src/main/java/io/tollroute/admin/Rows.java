package io.tollroute.admin;

import io.tollroute.ledger.AuditLog;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.TokenView;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows of tables. */
final class Rows {

  private Rows() {}

  static List<Map<String, Object>> charges(List<ChargeView> charges) {
    return charges.stream().map(Rows::charge).toList();
  }

  private static Map<String, Object> charge(ChargeView charge) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("link", Texts.ofCharge(charge.key()));
    row.put("request", charge.requestId());
    row.put("at", Texts.time(charge.createdAt()));
    row.put("state", charge.state());
    row.put("stateWords", Texts.words(charge.state()));
    row.put("kind", charge.kind());
    row.put("service", charge.service());
    row.put("price", Texts.money(charge.micros(), charge.currency()));
    row.put("payer", charge.payer().orElse(""));
    row.put("payerBrief", charge.payer().map(Texts::brief).orElse("–"));
    return row;
  }

  static List<Map<String, Object>> payments(List<TokenView> payments) {
    return payments.stream().map(Rows::payment).toList();
  }

  private static Map<String, Object> payment(TokenView payment) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("link", Texts.ofPayment(payment.id()));
    row.put("id", payment.id());
    row.put("at", Texts.time(payment.createdAt()));
    row.put("state", payment.state());
    row.put("stateWords", Texts.words(payment.state()));
    row.put("service", payment.service());
    row.put("provider", payment.provider());
    row.put("price", Texts.money(payment.micros() * payment.calls(), payment.currency()));
    row.put("used", payment.used() + " of " + payment.calls());
    row.put("payer", payment.payer().orElse(""));
    row.put("payerBrief", payment.payer().map(Texts::brief).orElse("–"));
    return row;
  }

  static List<Map<String, Object>> actions(List<AuditLog.Entry> entries) {
    return entries.stream().map(Rows::action).toList();
  }

  private static Map<String, Object> action(AuditLog.Entry entry) {
    String object = entry.intent().object();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("at", Texts.time(Instant.ofEpochMilli(entry.atMillis()).getEpochSecond()));
    row.put("who", entry.intent().who());
    row.put("surface", entry.intent().surface());
    row.put("action", Texts.words(entry.intent().action()));
    row.put("object", object);
    row.put("objectBrief", Texts.brief(object));
    row.put("link", object.isEmpty() ? "" : Texts.ofObject(object));
    row.put("detail", entry.intent().detail());
    row.put("outcome", entry.outcome().map(Texts::words).orElse("not known"));
    row.put("state", entry.outcome().orElse("unknown"));
    row.put("said", entry.said());
    return row;
  }
}
