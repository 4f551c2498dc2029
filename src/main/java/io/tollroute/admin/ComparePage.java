package io.tollroute.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.Objection;
import io.tollroute.operator.CompareBooks;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Whether everybody's books agree: what was found last, and a button to look again. */
final class ComparePage implements PageStep.Page {

  private static final int MOST = 200;

  private final AtomicBoolean atWork = new AtomicBoolean();
  private final Templates templates;
  private final CompareBooks books;
  private final Clock clock;
  private volatile Optional<Result> latest = Optional.empty();

  /** What was found, some of it, and when and for whom. */
  private record Result(
      String at, String who, String compared, int differences, List<Map<String, String>> rows) {}

  ComparePage(Templates templates, CompareBooks books, Clock clock) {
    this.templates = templates;
    this.books = books;
    this.clock = clock;
  }

  @Override
  public Answer answer(PageRequest request) throws Objection, Refusal {
    if (request.sent()) {
      compare(request);
      return Answer.seeOther("/admin/reconcile");
    }
    Optional<Result> result = latest;
    Map<String, Object> facts = new HashMap<>();
    facts.put("compared", result.isPresent());
    facts.put("at", result.map(Result::at).orElse(""));
    facts.put("by", result.map(Result::who).orElse(""));
    facts.put("what", result.map(Result::compared).orElse(""));
    facts.put("count", result.map(Result::differences).orElse(0));
    facts.put("agrees", result.filter(found -> found.differences() == 0).isPresent());
    facts.put("rows", result.map(Result::rows).orElse(List.of()));
    facts.put("hasRows", result.filter(found -> !found.rows().isEmpty()).isPresent());
    facts.put("cut", result.filter(found -> found.differences() > MOST).isPresent());
    facts.put("most", MOST);
    return Answer.page(
        "done", templates.page("reconcile", "Reconciliation", request.session(), facts));
  }

  /** One at a time, as each goes through the whole ledger. */
  private void compare(PageRequest request) throws Objection, Refusal {
    if (!atWork.compareAndSet(false, true)) {
      throw Objection.refused("The books are being compared already; look again in a moment.");
    }
    try {
      JsonNode report = books.report(request.context(), Optional.empty(), "");
      latest = Optional.of(result(report, request.session().who()));
    } finally {
      atWork.set(false);
    }
  }

  private Result result(JsonNode report, String who) {
    List<String> compared = new ArrayList<>();
    report
        .path("compared")
        .properties()
        .forEach(each -> compared.add(each.getValue().asText() + " of " + each.getKey()));
    List<Map<String, String>> rows = new ArrayList<>();
    for (JsonNode difference : report.path("differences")) {
      if (rows.size() < MOST) {
        rows.add(row(difference));
      }
    }
    return new Result(
        Texts.time(clock.instant().getEpochSecond()),
        who,
        String.join(", ", compared),
        report.path("differences").size(),
        List.copyOf(rows));
  }

  private static Map<String, String> row(JsonNode difference) {
    String charge = difference.path("charge").asText("");
    String payment = difference.path("paymentId").asText("");
    boolean ofCharge = difference.hasNonNull("charge");
    boolean ofPayment = difference.hasNonNull("paymentId");
    Map<String, String> row = new LinkedHashMap<>();
    row.put("kind", Texts.words(difference.path("kind").asText()));
    row.put("source", difference.path("source").asText());
    row.put("name", ofCharge ? Texts.brief(charge) : ofPayment ? payment : "–");
    row.put("link", link(ofCharge, charge, ofPayment, payment));
    row.put("ledger", difference.path("ledger").asText());
    row.put("found", difference.path("found").asText());
    row.put("text", difference.path("text").asText());
    return row;
  }

  private static String link(boolean ofCharge, String charge, boolean ofPayment, String payment) {
    if (ofCharge) {
      return Texts.ofCharge(charge);
    }
    return ofPayment ? Texts.ofPayment(payment) : "";
  }
}
