package io.tollroute.ledger.sql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.Decision;
import io.tollroute.ledger.Decisions;
import io.tollroute.ledger.Objection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Decisions in the ledger's database; each is one commit, which checks state and lease. */
public final class SqlDecisions implements Decisions {

  private static final int MAX_REASON = 400;
  private static final int MAX_NAME = 100;

  private static final Set<State> OPEN = Set.of(State.SETTLING, State.UNKNOWN);

  private static final String SETTLEMENT = "SELECT settlement FROM charge WHERE proof_key = ?";
  private static final String SELECT =
      "SELECT state, fence, lease_until, buys, receipt, payer, decided_at FROM charge"
          + " WHERE proof_key = ? AND payment IS NULL";
  private static final String TAKE =
      "UPDATE charge SET state = 'SETTLING', fence = fence + 1, lease_until = 0, buys = ?,"
          + " decided_at = ?, decided_by = ?, decided_how = ?, decided_reason = ?, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state = ?";

  private final Transactions transactions;
  private final Clock clock;
  private final SqlLedger ledger;
  private final SqlBackoffice backoffice;
  private final long keepSeconds;

  /**
   * Decides charges of {@code ledger}. The answer of one that was paid is kept for {@code
   * keepSeconds} from then.
   */
  public SqlDecisions(
      Transactions transactions,
      Clock clock,
      SqlLedger ledger,
      SqlBackoffice backoffice,
      long keepSeconds) {
    this.transactions = transactions;
    this.clock = clock;
    this.ledger = ledger;
    this.backoffice = backoffice;
    this.keepSeconds = keepSeconds;
  }

  private record Row(
      State state,
      long fence,
      long leaseUntil,
      Optional<String> buys,
      String receipt,
      String payer,
      boolean decided) {}

  @Override
  public Optional<byte[]> sealedSettlement(String key) throws Refusal {
    return transactions.commit(
        statements ->
            statements
                .first(SETTLEMENT, row -> Optional.ofNullable(row.getBytes(1)), key)
                .flatMap(found -> found));
  }

  @Override
  public ChargeView decide(String key, Decision decision) throws Objection, Refusal {
    if (decision.reason().length() > MAX_REASON || decision.by().length() > MAX_NAME) {
      throw Objection.invalid(
          "A reason has at most " + MAX_REASON + " characters and a name " + MAX_NAME + ".");
    }
    Optional<Objection> objection =
        transactions.commit(statements -> decide(statements, key, decision));
    if (objection.isPresent()) {
      throw objection.get();
    }
    return backoffice
        .charge(key)
        .orElseThrow(() -> Objection.notFound("There is no charge of this key."));
  }

  private Optional<Objection> decide(Statements statements, String key, Decision decision)
      throws SQLException {
    Optional<Row> found =
        statements.first(
            SELECT,
            row ->
                new Row(
                    State.valueOf(row.getString(1)),
                    row.getLong(2),
                    row.getLong(3),
                    Optional.ofNullable(row.getString(4)),
                    Optional.ofNullable(row.getString(5)).orElse(""),
                    Optional.ofNullable(row.getString(6)).orElse(""),
                    row.getObject(7) != null),
            key);
    if (found.isEmpty()) {
      return Optional.of(
          Objection.notFound("There is no charge of this key that was paid by itself."));
    }
    Row row = found.get();
    if (row.state().cameIn()) {
      return cameIn(row, decision);
    }
    if (row.leaseUntil() > now()) {
      return Optional.of(
          Objection.refused("A call is working on it; ask again when it has ended."));
    }
    boolean open = OPEN.contains(row.state());
    if (!open && !decision.paid() && row.decided()) {
      return Optional.empty();
    }
    // what was believed not to be paid is paid all the same, if the chain shows it
    if (!open && !(decision.paid() && decision.how() == Decision.How.NODE)) {
      return Optional.of(
          Objection.refused(
              "Nothing of it is open: it is " + row.state().name().toLowerCase(Locale.ROOT) + "."));
    }
    return write(statements, key, row, decision);
  }

  private static Optional<Objection> cameIn(Row row, Decision decision) {
    boolean same =
        decision.paid()
            && decision
                .transaction()
                .map(hash -> containsHash(row.receipt(), hash))
                .orElse(row.decided());
    return same
        ? Optional.empty()
        : Optional.of(
            Objection.refused(
                "Nothing of it is open: it was paid, as charges show says by which transaction."));
  }

  private static boolean containsHash(String receipt, String hash) {
    return receipt
        .toLowerCase(Locale.ROOT)
        .contains("\"transaction\":\"" + hash.toLowerCase(Locale.ROOT) + "\"");
  }

  private Optional<Objection> write(Statements statements, String key, Row row, Decision decision)
      throws SQLException {
    boolean boughtByAnother =
        row.buys().isPresent()
            && statements.first(SqlLedger.BUYER, any -> true, row.buys().get(), key).isPresent();
    int taken =
        statements.update(
            TAKE,
            row.buys().filter(bought -> !boughtByAnother),
            now(),
            Optional.of(decision.by()).filter(name -> !name.isEmpty()),
            decision.how().name().toLowerCase(Locale.ROOT),
            Optional.of(decision.reason()).filter(text -> !text.isEmpty()),
            now(),
            key,
            row.fence(),
            row.state().name());
    if (taken == 0) {
      return Optional.of(Objection.refused("It has changed at the same time; ask again."));
    }
    Charge charge = new Charge(key, row.fence() + 1, State.SETTLING);
    if (!decision.paid()) {
      ledger.releaseUnpaid(statements, charge);
      return Optional.empty();
    }
    Optional<State> settled =
        ledger.settled(
            statements, charge, receipt(row, decision), now() + keepSeconds, 0, Optional.empty());
    if (settled.filter(State.PAID::equals).isPresent()) {
      ledger.leavePaid(statements, charge);
    }
    return Optional.empty();
  }

  /** As the buyer's receipt is. */
  private static String receipt(Row row, Decision decision) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("success", true)
        .put("transaction", decision.transaction().orElse(""))
        .put("network", decision.network())
        .put("payer", row.payer())
        .toString();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
