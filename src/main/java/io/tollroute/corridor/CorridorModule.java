package io.tollroute.corridor;

import io.tollroute.answer.Envelope;
import io.tollroute.answer.ErrorWords;
import io.tollroute.ledger.Lease;
import io.tollroute.ledger.Ledger;
import io.tollroute.log.SparseLog;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.seal.AnswerSeal;
import io.tollroute.seal.SettlementSeal;
import io.tollroute.settings.Settings;
import java.time.Clock;
import java.util.List;

/**
 * Makes the steps of a paid call, for the payment methods that earlier modules have contributed.
 */
public final class CorridorModule implements Module {

  @Override
  public void assemble(Assembly assembly) {
    List<PaymentMethod> methods = assembly.contributions(PaymentMethod.class);
    Settings settings = assembly.settings();
    Clock clock = assembly.clock();
    Ledger ledger = assembly.require(Ledger.class);
    AnswerSeal seal = assembly.require(AnswerSeal.class);
    SettlementSeal settlements = assembly.require(SettlementSeal.class);
    Lease lease = assembly.require(Lease.class);
    long keepSeconds = settings.whole("tollroute.keep-answer-seconds");
    assembly.bean("identifyProof", new IdentifyProof(readers(methods)));
    assembly.bean(
        "identifySignature",
        new IdentifyProof(readers(methods.stream().filter(method -> !method.prepaid()).toList())));
    assembly.bean(
        "demandPayment",
        new DemandPayment(
            assembly.require(Envelope.class), methods.stream().map(PaymentMethod::terms).toList()));
    assembly.bean("checkProof", new CheckProof(assembly.contributions(ProofCheck.class)));
    ClaimProof claimProof = new ClaimProof(ledger, seal, settlements, lease);
    assembly.bean("claimProof", claimProof);
    assembly.bean("claimRecognized", claimProof.ofRecognized());
    assembly.bean("nameShare", new NameShare(assembly.random()));
    assembly.bean(
        "keepAnswer",
        KeepAnswer.ofProvider(
            ledger, seal, settlements, assembly.require(Envelope.class), clock, keepSeconds));
    assembly.bean("keepPayment", KeepAnswer.ofOurs(ledger, seal, settlements, clock, keepSeconds));
    assembly.bean("recordSettlement", new RecordSettlement(ledger, clock, keepSeconds, lease));
    assembly.bean("giveAnswer", new GiveAnswer());
    assembly.bean(
        "noteSale",
        new NoteSale(
            settings.text("tollroute.log.sales").equals("on"), assembly.require(SparseLog.class)));
    assembly.bean("endCharge", new EndCharge(ledger, assembly.require(ErrorWords.class)));
    assembly.bean(
        "beginRecovery",
        new BeginRecovery(
            settlements, methods.stream().flatMap(method -> method.restorer().stream()).toList()));
  }

  private static List<ProofReader> readers(List<PaymentMethod> methods) {
    return methods.stream().flatMap(method -> method.readers().stream()).toList();
  }
}
