package io.tollroute.operator;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.AuditLog;
import io.tollroute.ledger.AuditLog.Intent;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.Cents;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.TokenView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator may do, whatever surface he does it on. Each action is written down before it is
 * done, and is not done when it cannot be written down.
 */
public final class OperatorActions {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorActions.class);

  private final Backoffice backoffice;
  private final AuditLog log;

  OperatorActions(Backoffice backoffice, AuditLog log) {
    this.backoffice = backoffice;
    this.log = log;
  }

  /**
   * What was paid back, outside of this program.
   *
   * @param micros how much, in millionths of the currency; what can be refunded when empty
   * @param transaction by which it was paid back, where it is known
   */
  public record Back(Optional<Long> micros, String note, Optional<String> transaction) {

    private String detail() {
      List<String> parts = new ArrayList<>();
      micros.ifPresent(sum -> parts.add("cents " + new Cents(sum)));
      transaction.ifPresent(hash -> parts.add("transaction " + hash));
      if (!note.isEmpty()) {
        parts.add("note " + note);
      }
      return String.join("; ", parts);
    }
  }

  /** An action. */
  @FunctionalInterface
  interface Action<T> {
    T run() throws Objection, Refusal;
  }

  /** As {@link Backoffice#refundCharge}. */
  public ChargeView refundCharge(Actor by, String key, Back back) throws Objection, Refusal {
    return noted(
        new Intent(by.who(), by.surface(), "refund", key, back.detail()),
        () -> backoffice.refundCharge(key, back.micros(), back.note(), back.transaction()));
  }

  /** As {@link Backoffice#refundPayment}. */
  public TokenView refundPayment(Actor by, String id, Back back) throws Objection, Refusal {
    return noted(
        new Intent(by.who(), by.surface(), "refund", id, back.detail()),
        () -> backoffice.refundPayment(id, back.micros(), back.note(), back.transaction()));
  }

  /**
   * As {@link Backoffice#refundExcess}.
   *
   * @throws Objection also when {@code back} names a sum: the excess is paid back whole
   */
  public TokenView refundExcess(Actor by, String id, Back back) throws Objection, Refusal {
    if (back.micros().isPresent()) {
      throw Objection.invalid("excess is refunded whole; leave cents out.");
    }
    return noted(
        new Intent(by.who(), by.surface(), "refund_excess", id, back.detail()),
        () -> backoffice.refundExcess(id, back.note(), back.transaction()));
  }

  /** As {@link Backoffice#markPaid}. */
  public TokenView markPaid(Actor by, String id, long micros, String reference)
      throws Objection, Refusal {
    return noted(
        new Intent(
            by.who(),
            by.surface(),
            "paid",
            id,
            "cents " + new Cents(micros) + "; reference " + reference),
        () -> backoffice.markPaid(id, micros, reference));
  }

  /**
   * Writes down that somebody came in or left.
   *
   * @param action {@code sign_in} or {@code sign_out}
   */
  public void moved(Actor by, String action, String address) throws Refusal {
    String id = log.begin(new Intent(by.who(), by.surface(), action, "", "address " + address));
    end(id, "done", "");
  }

  /** Does what is written down first. */
  <T> T noted(Intent intent, Action<T> action) throws Objection, Refusal {
    String id = log.begin(intent);
    try {
      T done = action.run();
      end(id, "done", "");
      return done;
    } catch (Objection objection) {
      end(id, objection.kind().name().toLowerCase(Locale.ROOT), objection.getMessage());
      throw objection;
    } catch (Refusal refusal) {
      end(id, "unavailable", "The ledger did not say whether it was done.");
      throw refusal;
    } catch (RuntimeException defect) {
      end(id, "failed", "");
      throw defect;
    }
  }

  /** What was done is done; an action without an outcome says that nobody knows here. */
  private void end(String id, String outcome, String said) {
    try {
      log.end(id, outcome, said);
    } catch (Refusal unavailable) {
      LOG.warn("the outcome of operator action {} could not be written: {}", id, outcome);
    }
  }
}
