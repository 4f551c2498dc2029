package io.tollroute.admin;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tollroute.breaker.Breakers;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.ledger.AuditLog;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.Journal;
import io.tollroute.ledger.Listings;
import io.tollroute.ledger.OpenCharges;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.operator.AuditCsv;
import io.tollroute.operator.CompareBooks;
import io.tollroute.operator.OperatorActions;
import io.tollroute.web.OperatorSessions;
import java.util.Map;
import org.apache.camel.Processor;

/** Makes the operator's pages. */
public final class AdminModule implements Module {

  @Override
  public void assemble(Assembly assembly) {
    Templates templates =
        new Templates(assembly.settings().text("tollroute.seller"), assembly.version());
    OperatorSessions sessions = assembly.require(OperatorSessions.class);
    OperatorActions actions = assembly.require(OperatorActions.class);
    assembly.bean("adminSignIn", new SignInPage(sessions, actions, templates));
    assembly.bean("adminStyle", file("style", "style.css"));
    assembly.bean("adminIcon", file("icon", "icon.svg"));
    pages(assembly, templates, actions)
        .forEach((name, page) -> assembly.bean(name, new PageStep(sessions, templates, page)));
  }

  private static Processor file(String form, String name) {
    byte[] bytes = Templates.bytes(name);
    return exchange -> PageStep.leave(exchange, Answer.file(form, bytes));
  }

  private static Map<String, PageStep.Page> pages(
      Assembly assembly, Templates templates, OperatorActions actions) {
    Backoffice backoffice = assembly.require(Backoffice.class);
    AuditLog log = assembly.require(AuditLog.class);
    LiveCatalogue catalogue = assembly.require(LiveCatalogue.class);
    Breakers breakers = assembly.require(Breakers.class);
    StateFacts state = new StateFacts(assembly::readiness, breakers, catalogue);
    Lists lists = new Lists(templates, backoffice);
    Details details = new Details(templates, backoffice, log);
    AuditPage audit = new AuditPage(templates, log, assembly.require(AuditCsv.class));
    return Map.ofEntries(
        Map.entry("adminOverview", overview(assembly, templates, state)),
        Map.entry("adminCharges", lists::charges),
        Map.entry("adminPayments", lists::payments),
        Map.entry("adminCharge", details::charge),
        Map.entry("adminPayment", details::payment),
        Map.entry("adminSearch", new Search(templates, backoffice)::answer),
        Map.entry("adminRefund", new RefundPage(templates, backoffice, actions)),
        Map.entry("adminPaid", new PaidPage(templates, backoffice, actions)),
        Map.entry(
            "adminCatalogue",
            new CataloguePage(templates, catalogue, assembly.require(Listings.class), breakers)),
        Map.entry(
            "adminReconcile",
            new ComparePage(templates, assembly.require(CompareBooks.class), assembly.clock())),
        Map.entry(
            "adminState",
            request ->
                Answer.page(
                    "done", templates.page("state", "State", request.session(), state.facts()))),
        Map.entry("adminAudit", audit::page),
        Map.entry("adminAuditFile", audit::file),
        Map.entry("adminSignOut", request -> signOut(assembly, actions, request)));
  }

  private static Overview overview(Assembly assembly, Templates templates, StateFacts state) {
    return new Overview(
        templates,
        new Sales(assembly.require(Journal.class), assembly.clock()),
        new CallFigures(
            assembly.find(PrometheusMeterRegistry.class).map(MeterRegistry.class::cast)),
        state,
        assembly.require(OpenCharges.class),
        assembly.require(Backoffice.class));
  }

  private static Answer signOut(Assembly assembly, OperatorActions actions, PageRequest request) {
    request.request().leave(assembly.require(OperatorSessions.class));
    try {
      actions.moved(request.actor(), "sign_out", request.request().address());
    } catch (Refusal unavailable) {
      // he has left all the same
      return Answer.seeOther("/admin/login");
    }
    return Answer.seeOther("/admin/login");
  }
}
