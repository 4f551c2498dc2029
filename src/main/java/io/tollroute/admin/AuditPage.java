package io.tollroute.admin;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.AuditLog;
import io.tollroute.ledger.BackofficePage;
import io.tollroute.ledger.Objection;
import io.tollroute.operator.AuditCsv;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What operators did, newest first, and the same as a file. */
final class AuditPage {

  private static final int ROWS = 50;
  private static final int ROWS_OF_FILE = 500;

  private final Templates templates;
  private final AuditLog log;
  private final AuditCsv csv;

  AuditPage(Templates templates, AuditLog log, AuditCsv csv) {
    this.templates = templates;
    this.log = log;
    this.csv = csv;
  }

  Answer page(PageRequest request) throws Objection, Refusal {
    BackofficePage<AuditLog.Entry> page =
        log.entries(filter(request, ROWS, request.field("cursor")));
    Map<String, Object> facts = new HashMap<>();
    facts.put("object", request.text("object"));
    facts.put("from", request.text("from"));
    facts.put("before", request.text("before"));
    facts.put("actions", Rows.actions(page.rows()));
    facts.put("none", page.rows().isEmpty());
    facts.put("file", link(request, "/admin/audit.csv", ""));
    facts.put("most", AuditCsv.MOST);
    facts.put("next", page.next().map(next -> link(request, "/admin/audit", next)).orElse(""));
    facts.put("first", request.text("cursor").isEmpty() ? "" : link(request, "/admin/audit", ""));
    return Answer.page("done", templates.page("audit", "Audit log", request.session(), facts));
  }

  Answer file(PageRequest request) throws Objection, Refusal {
    return Answer.file("csv", csv.of(filter(request, ROWS_OF_FILE, Optional.empty())));
  }

  private static AuditLog.Filter filter(PageRequest request, int limit, Optional<String> cursor)
      throws Objection {
    return new AuditLog.Filter(
        request.field("object"),
        ListFilter.seconds("From", request.text("from"), 0),
        ListFilter.seconds("Before", request.text("before"), Long.MAX_VALUE),
        limit,
        cursor);
  }

  private static String link(PageRequest request, String path, String cursor) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("object", request.text("object"));
    parameters.put("from", request.text("from"));
    parameters.put("before", request.text("before"));
    parameters.put("cursor", cursor);
    return Texts.link(path, parameters);
  }
}
