package io.tollroute.operator;

import io.tollroute.ledger.AuditLog;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.Decisions;
import io.tollroute.ledger.Journal;
import io.tollroute.ledger.Listings;
import io.tollroute.ledger.StillFile;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.module.RouteState;
import io.tollroute.settings.Settings;
import io.tollroute.x402.SignedPayments;
import io.tollroute.x402.X402Module;
import io.tollroute.x402.X402Settings;

/** Makes the operator's side of the server: the gate before his port, and what is behind it. */
public final class OperatorModule implements Module {

  @Override
  public void assemble(Assembly assembly) {
    Settings settings = assembly.settings();
    Backoffice backoffice = assembly.require(Backoffice.class);
    X402Settings x402 = assembly.require(X402Settings.class);
    boolean node = X402Module.asksNode(settings);
    MonthlyBooks books =
        new MonthlyBooks(
            assembly.require(Journal.class), settings.text("tollroute.seller"), assembly.clock());
    assembly.bean("manageBooks", new ManageStep((question, at) -> books.answer(question)));
    HoldFile hold = new HoldFile(assembly.require(StillFile.class), settings.ledgerKeyFile());
    assembly.bean("manageBackup", new ManageStep((question, at) -> hold.answer(question)));
    AuditLog log = assembly.require(AuditLog.class);
    OperatorActions actions =
        assembly.provide(OperatorActions.class, new OperatorActions(backoffice, log));
    Audit audit = new Audit(log, assembly.provide(AuditCsv.class, new AuditCsv(log)));
    DecideCharge decide =
        new DecideCharge(
            backoffice,
            assembly.require(Decisions.class),
            assembly.require(SignedPayments.class),
            node,
            assembly.clock());
    CompareBooks compare =
        assembly.provide(
            CompareBooks.class,
            new CompareBooks(
                backoffice,
                x402,
                new CompareBooks.Others(
                    settings.optional("tollroute.x402.facilitator.record-url").isPresent(), node),
                assembly.clock()));
    assembly.bean("manageAudit", new ManageStep((question, at) -> audit.answer(question)));
    assembly.bean("manageAuditFile", new ManageStep((question, at) -> audit.file(question)));
    assembly.bean(
        "manageDecideCharge",
        new ManageStep(
            (question, at) ->
                actions.noted(
                    decide.intent(question, Actor.of(at)), () -> decide.answer(question, at))));
    assembly.beans(Management.with(backoffice, assembly.require(Listings.class), actions, compare));
    RouteReport routes = new RouteReport(assembly.find(RouteState.class));
    assembly.bean("manageRoutes", new ManageStep((question, at) -> routes.tell()));
  }
}
