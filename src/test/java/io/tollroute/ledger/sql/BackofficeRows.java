package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import java.util.Optional;

/** Writes rows into the books as a test wants them, however wrong they are. */
public final class BackofficeRows {

  private final Transactions transactions;

  public BackofficeRows(Transactions transactions) {
    this.transactions = transactions;
  }

  /** A charge to be written. */
  public record ChargeRow(
      String key,
      String state,
      long cents,
      String amount,
      Optional<String> payment,
      Optional<String> buys,
      String receipt,
      long leaseUntil,
      long at) {

    /** An x402 charge of 20 cents. */
    public static ChargeRow of(String key, String state, long at) {
      return new ChargeRow(
          key, state, 20, "200000", Optional.empty(), Optional.empty(), "{}", 0, at);
    }

    /** One that used a token. */
    public ChargeRow with(String paymentOfToken) {
      return new ChargeRow(
          key, state, cents, amount, Optional.of(paymentOfToken), buys, receipt, leaseUntil, at);
    }

    /** One that pays for a payment. */
    public ChargeRow buying(String bought, long forCents) {
      return new ChargeRow(
          key, state, forCents, amount, payment, Optional.of(bought), receipt, leaseUntil, at);
    }

    /** One that a call holds. */
    public ChargeRow heldUntil(long until) {
      return new ChargeRow(key, state, cents, amount, payment, buys, receipt, until, at);
    }

    /** One settled by a transaction. */
    public ChargeRow in(String transaction) {
      String settled = "{\"success\":true,\"transaction\":\"" + transaction + "\"}";
      return new ChargeRow(key, state, cents, amount, payment, buys, settled, leaseUntil, at);
    }

    /** One that moves another amount. */
    public ChargeRow moving(String units) {
      return new ChargeRow(key, state, cents, units, payment, buys, receipt, leaseUntil, at);
    }
  }

  public void charge(ChargeRow row) throws Refusal {
    boolean unknown = row.state().equals("UNKNOWN");
    boolean settled = !unknown && !row.state().matches("CLAIMED|ANSWERED|SETTLING|RELEASED");
    transactions.commit(
        statements ->
            statements.update(
                "INSERT INTO charge (proof_key, service, fingerprint, request_id, state, fence,"
                    + " lease_until, keep_until, answer, receipt, created_at, updated_at, method,"
                    + " cents, amount, payer, payment, buys, settled_at, unknown_at)"
                    + " VALUES (?, 'svc', 'secret-fingerprint', 'req_1', ?, 1, ?, 0, ?, ?, ?, ?, ?,"
                    + " ?, ?, ?, ?, ?, ?, ?)",
                row.key(),
                row.state(),
                row.leaseUntil(),
                "secret-answer".getBytes(),
                row.receipt(),
                row.at(),
                row.at(),
                row.payment().isPresent() ? "token" : "x402",
                row.cents(),
                row.amount(),
                row.key().startsWith("x402:") ? row.key().split(":")[4] : null,
                row.payment(),
                row.buys(),
                settled ? Optional.of(row.at()) : Optional.empty(),
                unknown ? Optional.of(row.at()) : Optional.empty()));
  }

  /** A payment to be written. */
  public record PaymentRow(
      String id,
      String state,
      String provider,
      long calls,
      long used,
      long excess,
      Optional<String> creditOf,
      long at,
      long expiresAt) {

    /** Calls at 20 cents each, paid through x402. */
    public static PaymentRow of(String id, String state, long calls, long used, long at) {
      return new PaymentRow(
          id, state, "x402", calls, used, 0, Optional.empty(), at, at + 1_000_000);
    }

    /** One that a person pays. */
    public PaymentRow by(String otherProvider) {
      return new PaymentRow(id, state, otherProvider, calls, used, excess, creditOf, at, expiresAt);
    }

    /** One that ends earlier. */
    public PaymentRow until(long end) {
      return new PaymentRow(id, state, provider, calls, used, excess, creditOf, at, end);
    }

    /** One for which too much was paid. */
    public PaymentRow over(long cents) {
      return new PaymentRow(id, state, provider, calls, used, cents, creditOf, at, expiresAt);
    }

    /** One that makes a charge good. */
    public PaymentRow crediting(String charge) {
      return new PaymentRow(
          id, state, provider, calls, used, excess, Optional.of(charge), at, expiresAt);
    }
  }

  public void payment(PaymentRow row) throws Refusal {
    transactions.commit(
        statements ->
            statements.update(
                "INSERT INTO payment (id, token_hash, service, cents, currency, calls, used,"
                    + " serial, state, provider, excess_cents, credit_of, idempotency_key, answer,"
                    + " keep_until, created_at, expires_at, paid_at, updated_at)"
                    + " VALUES (?, ?, 'svc', 20, 'USD', ?, ?, 0, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
                row.id(),
                "secret-hash-" + row.id(),
                row.calls(),
                row.used(),
                row.state(),
                row.provider(),
                row.excess(),
                row.creditOf(),
                "secret-name-" + row.id(),
                "secret-answer".getBytes(),
                row.at(),
                row.expiresAt(),
                row.state().equals("PENDING") ? Optional.empty() : Optional.of(row.at()),
                row.at()));
  }
}
