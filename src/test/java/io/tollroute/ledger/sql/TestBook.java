package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.ChargeTerms;
import io.tollroute.ledger.Claim;
import io.tollroute.ledger.ClaimRequest;
import io.tollroute.ledger.KeptAnswer;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.SpentUse;
import java.time.Clock;
import java.util.Optional;

/** The ledger, its payments and its recovery over one database, with short words for tests. */
record TestBook(SqlLedger ledger, SqlTokens tokens, SqlRecovery recovery) {

  static final long OWE_SECONDS = 900;

  /** As long as the leases of the tests that count on one. */
  static final long WORK_SECONDS = 60;

  private static final ChargeTerms CALL = ChargeTerms.call(200_000, "USD");

  static final long VALID_SECONDS = 30L * 24 * 3600;

  static TestBook over(Transactions transactions, Clock clock, long leaseSeconds) {
    return over(transactions, clock, leaseSeconds, EventBook.NONE);
  }

  /** The same, which tells {@code events} what becomes of charges. */
  static TestBook over(
      Transactions transactions, Clock clock, long leaseSeconds, EventBook events) {
    SqlTokens tokens = new SqlTokens(transactions, clock, VALID_SECONDS, events);
    return new TestBook(
        new SqlLedger(transactions, clock, leaseSeconds, tokens, events),
        tokens,
        new SqlRecovery(transactions, clock, leaseSeconds, OWE_SECONDS, events));
  }

  Claim claim(PaymentProof by, String fingerprint) throws Refusal {
    return claim(by, fingerprint, CALL);
  }

  Claim claim(PaymentProof by, String fingerprint, ChargeTerms terms) throws Refusal {
    return claim(by, fingerprint, terms, false, false, Optional.empty());
  }

  /** For a payer who has to be alone. */
  Claim claimAlone(PaymentProof by, String fingerprint) throws Refusal {
    return claim(by, fingerprint, CALL, false, true, Optional.empty());
  }

  /** With a request that has something against it. */
  Claim claimObjected(PaymentProof by, String fingerprint, Refusal objection) throws Refusal {
    return claim(by, fingerprint, CALL, false, false, Optional.of(objection));
  }

  Claim claimRecognized(PaymentProof by, String fingerprint) throws Refusal {
    return claim(by, fingerprint, CALL, true, false, Optional.empty());
  }

  private Claim claim(
      PaymentProof by,
      String fingerprint,
      ChargeTerms terms,
      boolean recognized,
      boolean alone,
      Optional<Refusal> objection)
      throws Refusal {
    return ledger.claim(
        new ClaimRequest(
            by,
            "service",
            fingerprint,
            "req_1",
            "http",
            terms,
            true,
            recognized,
            alone,
            objection,
            WORK_SECONDS,
            before -> by.settlement()));
  }

  Charge keep(Charge charge, byte[] answer, long until) throws Refusal {
    return ledger.keep(charge, kept(charge, answer, until));
  }

  SpentUse spend(Charge charge, byte[] answer, long until) throws Refusal {
    return ledger.spend(charge, kept(charge, answer, until));
  }

  Charge settled(Charge charge, String receipt) throws Refusal {
    return ledger.settled(charge, receipt, 0, WORK_SECONDS, Optional.empty());
  }

  private static KeptAnswer kept(Charge charge, byte[] answer, long until) {
    return new KeptAnswer(
        answer,
        until,
        ("settlement of " + charge.key()).getBytes(),
        Optional.of("upstream-1"),
        Optional.empty(),
        Optional.empty());
  }
}
