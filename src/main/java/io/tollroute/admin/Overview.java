package io.tollroute.admin;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.BackofficeFilter;
import io.tollroute.ledger.BackofficePage;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.OpenCharges;
import io.tollroute.ledger.TokenView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The first page: what comes in, what goes wrong, what is open. */
final class Overview implements PageStep.Page {

  private final Templates templates;
  private final Sales sales;
  private final CallFigures figures;
  private final StateFacts state;
  private final OpenCharges open;
  private final Backoffice backoffice;

  Overview(
      Templates templates,
      Sales sales,
      CallFigures figures,
      StateFacts state,
      OpenCharges open,
      Backoffice backoffice) {
    this.templates = templates;
    this.sales = sales;
    this.figures = figures;
    this.state = state;
    this.open = open;
    this.backoffice = backoffice;
  }

  @Override
  public Answer answer(PageRequest request) throws Objection, Refusal {
    Map<String, Object> facts = new HashMap<>(figures.facts());
    List<Map<String, Object>> charts = SalesChart.of(sales.days());
    facts.put("charts", charts);
    facts.put("nothingSold", charts.isEmpty());
    facts.put("days", Sales.DAYS);
    List<Map<String, Object>> rows = open();
    facts.put("open", rows);
    facts.put("nothingOpen", rows.isEmpty());
    facts.put("warnings", state.warnings());
    return Answer.page("done", templates.page("overview", "Overview", request.session(), facts));
  }

  private List<Map<String, Object>> open() throws Objection, Refusal {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (OpenCharges.Sum sum : open.sums()) {
      if (sum.state() == Charge.State.UNKNOWN) {
        rows.add(row("Charges: not known whether they were paid", "unknown", "charges", sum));
      } else if (sum.state() == Charge.State.REFUND_DUE) {
        rows.add(row("Charges: to be paid back", "refund_due", "charges", sum));
      }
    }
    BackofficePage<TokenView> owed =
        backoffice.payments(
            new BackofficeFilter(
                Optional.of("refund_due"),
                Optional.empty(),
                Optional.empty(),
                0,
                Long.MAX_VALUE,
                BackofficeFilter.MAX_LIMIT,
                Optional.empty()));
    Map<String, Long> micros = new TreeMap<>();
    owed.rows().forEach(each -> micros.merge(each.currency(), each.openMicros(), Long::sum));
    micros.forEach(
        (currency, sum) ->
            rows.add(
                row(
                    "Payments: to be paid back",
                    Long.toString(
                            owed.rows().stream()
                                .filter(each -> each.currency().equals(currency))
                                .count())
                        + (owed.next().isPresent() ? " and more" : ""),
                    Texts.money(sum, currency),
                    "/admin/payments?state=refund_due")));
    return rows;
  }

  private static Map<String, Object> row(
      String what, String state, String list, OpenCharges.Sum sum) {
    return row(
        what,
        Long.toString(sum.count()),
        Texts.money(sum.micros(), sum.currency()),
        "/admin/" + list + "?state=" + state);
  }

  private static Map<String, Object> row(String what, String count, String sum, String link) {
    return Map.of("what", what, "count", count, "sum", sum, "link", link);
  }
}
