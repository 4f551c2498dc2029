package io.tollroute.payment;

import io.tollroute.call.Refusal;
import java.time.Clock;
import java.util.Optional;

/** The ledger, its payments and its recovery over one database, with short words for tests. */
record TestBook(SqlLedger ledger, SqlPayments payments, SqlRecovery recovery) {

  static final long OWE_SECONDS = 900;

  /** As long as the leases of the tests that count on one. */
  static final long WORK_SECONDS = 60;

  static final long VALID_SECONDS = 30L * 24 * 3600;

  static TestBook over(Commits commits, Clock clock, long leaseSeconds) {
    SqlPayments payments = new SqlPayments(commits, clock, VALID_SECONDS);
    return new TestBook(
        new SqlLedger(commits, clock, leaseSeconds, payments),
        payments,
        new SqlRecovery(commits, clock, leaseSeconds, OWE_SECONDS));
  }

  Claim claim(Proof by, String fingerprint) throws Refusal {
    return claim(by, fingerprint, Deal.call(20, "USD"));
  }

  Claim claim(Proof by, String fingerprint, Deal deal) throws Refusal {
    return ledger.claim(
        new ClaimRequest(
            by, "service", fingerprint, "req_1", deal, true, false, WORK_SECONDS, by::settlement));
  }

  Claim claimRecognized(Proof by, String fingerprint) throws Refusal {
    return ledger.claim(
        new ClaimRequest(
            by,
            "service",
            fingerprint,
            "req_1",
            Deal.call(20, "USD"),
            true,
            true,
            WORK_SECONDS,
            by::settlement));
  }

  Charge keep(Charge charge, byte[] answer, long until) throws Refusal {
    return ledger.keep(charge, kept(charge, answer, until));
  }

  Spent spend(Charge charge, byte[] answer, long until) throws Refusal {
    return ledger.spend(charge, kept(charge, answer, until));
  }

  Charge settled(Charge charge, String receipt) throws Refusal {
    return ledger.settled(charge, receipt, 0, WORK_SECONDS);
  }

  private static Kept kept(Charge charge, byte[] answer, long until) {
    return new Kept(
        answer,
        until,
        ("settlement of " + charge.key()).getBytes(),
        Optional.of("upstream-1"),
        Optional.empty());
  }
}
