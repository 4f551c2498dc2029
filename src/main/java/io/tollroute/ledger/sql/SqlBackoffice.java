package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.BackofficeFilter;
import io.tollroute.ledger.BackofficePage;
import io.tollroute.ledger.BackofficeTotals;
import io.tollroute.ledger.BackofficeTotals.Sum;
import io.tollroute.ledger.Cents;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.Refunded;
import io.tollroute.ledger.TokenView;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The accounts in a relational database; the same statements run on SQLite and PostgreSQL. */
public final class SqlBackoffice implements Backoffice {

  private static final int MAX_NOTE = 400;
  private static final int MAX_REFERENCE = 200;
  private static final int MAX_CALLS_SHOWN = 1000;
  private static final Pattern TRANSACTION = Pattern.compile("[A-Za-z0-9:._-]{1,128}");
  private static final Pattern HASH = Pattern.compile("0x[0-9a-fA-F]{64}");

  /** The hash in a receipt of ours, as the indexes have it. */
  private static final String HASH_OF_RECEIPT = "LOWER(SUBSTR(receipt, 32, 66)) = ?";

  private static final Set<String> CHARGE_STATES =
      Set.of(
          "claimed",
          "answered",
          "settling",
          "unknown",
          "settled",
          "released",
          "paid",
          "refund_due",
          "refunded",
          "credited");

  /** What an operator sees of a payment; its parameter is the present time. */
  private static final String SHOWN =
      "CASE WHEN state IN ('REFUND_DUE', 'REFUNDED') THEN LOWER(state)"
          + " WHEN state = 'PAID' AND used >= calls THEN 'exhausted'"
          + " WHEN expires_at <= ? THEN 'expired' ELSE LOWER(state) END";

  private static final Set<String> PAYMENT_STATES =
      Set.of("pending", "paid", "exhausted", "expired", "refund_due", "refunded");

  private static final String PRICE = MoneyColumns.PRICE;
  private static final String EXCESS = MoneyColumns.EXCESS;
  private static final String PAID_BACK = MoneyColumns.REFUNDED;

  private static final String PAYMENT_COLUMNS =
      "SELECT id, service, "
          + PRICE
          + ", currency, calls, used, provider, payer, receipt, reference, "
          + EXCESS
          + ", "
          + PAID_BACK
          + ", credit_of, note, created_at, expires_at, paid_at,"
          + " updated_at, "
          + SHOWN
          + ", refunded_at, refund_transaction"
          + " FROM payment";
  private static final String CHARGE_COLUMNS =
      "SELECT proof_key, state, service, method, "
          + PRICE
          + ", currency, amount, payer, payment, buys, request_id, upstream_id, receipt, "
          + PAID_BACK
          + ", note,"
          + " CASE WHEN answer IS NULL THEN 0 ELSE 1 END, lease_until, created_at, updated_at,"
          + " settled_at, unknown_at, decided_at, decided_by, decided_how, decided_reason,"
          + " refunded_at, refund_transaction FROM charge";

  private static final String REFUND_CHARGE =
      "UPDATE charge SET state = 'REFUNDED', refunded_cents = ?, refunded_rest = ?, note = ?, fence = fence + 1,"
          + " lease_until = 0, answer = NULL, settlement = NULL,"
          + " refunded_at = ?, refund_transaction = ?,"
          + " settled_at = COALESCE(settled_at, updated_at), updated_at = ?"
          + " WHERE proof_key = ? AND ? <= "
          + PRICE
          + " AND payment IS NULL"
          + " AND (state = 'REFUND_DUE'"
          + " OR ((state = 'SETTLED' OR (state = 'PAID' AND lease_until <= ?))"
          // what paid for a token goes back with the token
          + " AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.id = charge.buys"
          + " AND p.paid_at IS NOT NULL)))";
  private static final String REFUND_PAYMENT =
      "UPDATE payment SET state = 'REFUNDED', refunded_cents = ?, refunded_rest = ?, note = ?,"
          + " refunded_at = ?, refund_transaction = ?,"
          + " updated_at = ?"
          + " WHERE id = ? AND state IN ('PAID', 'REFUND_DUE') AND used = ? AND "
          + PAID_BACK
          + " = ? AND ? <= calls * "
          + PRICE
          + " + "
          + EXCESS
          // a use in flight may be given back, and then more is owed
          + " AND NOT EXISTS (SELECT 1 FROM charge c WHERE c.payment = payment.id"
          + " AND c.state NOT IN ('SETTLED', 'RELEASED', 'ANSWERED'))";
  private static final String REFUND_EXCESS =
      "UPDATE payment SET refunded_cents = excess_cents, refunded_rest = excess_rest, note = ?,"
          + " refunded_at = ?, refund_transaction = ?, excess_refunded_at = ?,"
          + " excess_refund_transaction = ?, updated_at = ?"
          + " WHERE id = ? AND state = 'PAID' AND "
          + PAID_BACK
          + " < "
          + EXCESS;
  private static final String OPEN_EXCESS =
      "SELECT " + EXCESS + " - " + PAID_BACK + " FROM payment WHERE id = ?";
  private static final String MARK_PAID =
      "UPDATE payment SET state = 'PAID', reference = ?, excess_cents = ?, excess_rest = ?,"
          + " receipt = ?,"
          + " paid_at = ?, expires_at = ?, updated_at = ?"
          + " WHERE id = ? AND state = 'PENDING' AND provider = 'manual' AND calls * "
          + PRICE
          + " <= ?"
          + " AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.reference = ?)";
  private static final String REFERENCE_HOLDER = "SELECT id FROM payment WHERE reference = ?";

  private static final String PAYMENT_SUMS =
      "SELECT "
          + SHOWN
          + " AS shown, COUNT(*), SUM(calls * "
          + PRICE
          + "), SUM(CASE WHEN paid_at IS NULL"
          + " OR credit_of IS NOT NULL THEN 0 ELSE calls * "
          + PRICE
          + " + "
          + EXCESS
          + " END)"
          + " FROM payment GROUP BY shown";
  private static final String CHARGE_SUMS =
      "SELECT LOWER(state), COUNT(*), SUM("
          + PRICE
          + "), SUM(CASE WHEN payment IS NULL"
          + " AND state IN ('SETTLED', 'PAID', 'REFUND_DUE', 'REFUNDED', 'CREDITED')"
          + " THEN "
          + PRICE
          + " ELSE 0 END) FROM charge GROUP BY state";
  private static final String RECEIVED =
      "SELECT (SELECT COALESCE(SUM("
          + PRICE
          + "), 0) FROM charge WHERE payment IS NULL"
          + " AND state IN ('SETTLED', 'PAID', 'REFUND_DUE', 'REFUNDED', 'CREDITED'))"
          + " + (SELECT COALESCE(SUM(calls * "
          + PRICE
          + " + "
          + EXCESS
          + "), 0) FROM payment"
          + " WHERE provider = 'manual' AND paid_at IS NOT NULL AND credit_of IS NULL)";
  private static final String REFUNDED =
      "SELECT (SELECT COALESCE(SUM("
          + PAID_BACK
          + "), 0) FROM charge)"
          + " + (SELECT COALESCE(SUM("
          + PAID_BACK
          + "), 0) FROM payment)";
  private static final String DUE =
      "SELECT (SELECT COALESCE(SUM("
          + PRICE
          + "), 0) FROM charge WHERE state = 'REFUND_DUE')"
          + " + (SELECT COALESCE(SUM((calls - used) * "
          + PRICE
          + " + "
          + EXCESS
          + " - "
          + PAID_BACK
          + "), 0)"
          + " FROM payment WHERE state = 'REFUND_DUE')"
          + " + (SELECT COALESCE(SUM("
          + EXCESS
          + " - "
          + PAID_BACK
          + "), 0) FROM payment"
          + " WHERE state = 'PAID' AND "
          + PAID_BACK
          + " < "
          + EXCESS
          + ")";
  private static final String UNKNOWN =
      "SELECT COALESCE(SUM("
          + PRICE
          + "), 0) FROM charge WHERE state IN ('UNKNOWN', 'SETTLING')"
          + " AND unknown_at IS NOT NULL";

  /** What a use leaves behind: a released one is given back, and later forgotten. */
  private static final String MISCOUNTED =
      "SELECT id, used, counted FROM (SELECT id, used, (SELECT COUNT(*) FROM charge c"
          + " WHERE c.payment = payment.id AND c.state NOT IN ('RELEASED', 'ANSWERED')) AS counted FROM payment)"
          + " AS uses WHERE used <> counted ORDER BY id";

  private final Transactions transactions;
  private final Clock clock;
  private final long validSeconds;
  private final EventBook events;

  /**
   * Reads and writes through {@code transactions}.
   *
   * @param validSeconds how long a token is good from the moment that it is paid
   */
  public SqlBackoffice(Transactions transactions, Clock clock, long validSeconds) {
    this(transactions, clock, validSeconds, EventBook.NONE);
  }

  /** The same, which writes in {@code events} what was paid back, and paid by hand. */
  SqlBackoffice(Transactions transactions, Clock clock, long validSeconds, EventBook events) {
    this.events = events;
    this.transactions = transactions;
    this.clock = clock;
    this.validSeconds = validSeconds;
  }

  @Override
  public BackofficePage<TokenView> payments(BackofficeFilter filter) throws Objection, Refusal {
    Position from = begin(filter, PAYMENT_STATES);
    Query query = new Query(PAYMENT_COLUMNS, "id").bind(now());
    filter.state().ifPresent(state -> query.and(SHOWN + " = ?", now(), state));
    markPayments(query, filter.marks());
    query.narrow(filter, from);
    List<TokenView> rows = transactions.commit(statements -> query.run(statements, this::payment));
    return page(rows, filter, row -> new Position(row.createdAt(), row.id()));
  }

  @Override
  public BackofficePage<ChargeView> charges(BackofficeFilter filter) throws Objection, Refusal {
    Query query = chargesBy(filter);
    List<ChargeView> rows = transactions.commit(statements -> query.run(statements, this::charge));
    return page(rows, filter, row -> new Position(row.createdAt(), row.key()));
  }

  private static Query chargesBy(BackofficeFilter filter) throws Objection {
    Position from = begin(filter, CHARGE_STATES);
    Query query = new Query(CHARGE_COLUMNS, "proof_key");
    filter.state().ifPresent(state -> query.and("state = ?", state.toUpperCase(Locale.ROOT)));
    markCharges(query, filter.marks());
    query.narrow(filter, from);
    return query;
  }

  /**
   * The statement that lists charges, whose plan must use an index.
   *
   * @throws Objection as {@link #charges}
   */
  static String chargesStatement(BackofficeFilter filter) throws Objection {
    return chargesBy(filter).sql();
  }

  private static void markPayments(Query query, BackofficeFilter.Marks marks) throws Objection {
    if (marks.requestId().isPresent()) {
      throw Objection.invalid("requestId is of a charge; a payment has none.");
    }
    marks
        .transaction()
        .ifPresent(
            hash ->
                query.and(
                    HASH_OF_RECEIPT + " AND paid_at IS NOT NULL", hash.toLowerCase(Locale.ROOT)));
    marks.payment().ifPresent(id -> query.and("id = ?", id));
    if (marks.areOfSettled()) {
      query.and("paid_at >= ? AND paid_at < ?", marks.settledSince(), marks.settledUntil());
      query.and("created_at <= ?", marks.settledUntil());
    }
  }

  private static void markCharges(Query query, BackofficeFilter.Marks marks) {
    marks
        .transaction()
        .ifPresent(
            hash ->
                query.and(
                    HASH_OF_RECEIPT + " AND payment IS NULL AND settled_at IS NOT NULL",
                    hash.toLowerCase(Locale.ROOT)));
    marks.requestId().ifPresent(id -> query.and("request_id = ?", id));
    marks.payment().ifPresent(id -> query.and("(payment = ? OR buys = ?)", id, id));
    if (marks.areOfSettled()) {
      query.and("settled_at >= ? AND settled_at < ?", marks.settledSince(), marks.settledUntil());
      // what is settled was there before; this is what the index is sorted by
      query.and("created_at <= ?", marks.settledUntil());
    }
  }

  @Override
  public Optional<TokenView> payment(String id) throws Refusal {
    return transactions.commit(statements -> payment(statements, id));
  }

  @Override
  public Optional<ChargeView> charge(String key) throws Refusal {
    return transactions.commit(statements -> charge(statements, key));
  }

  private Optional<TokenView> payment(Statements statements, String id) throws SQLException {
    return new Query(PAYMENT_COLUMNS, "id")
        .bind(now()).and("id = ?", id).limit(1).run(statements, this::payment).stream().findFirst();
  }

  private Optional<ChargeView> charge(Statements statements, String key) throws SQLException {
    return new Query(CHARGE_COLUMNS, "proof_key")
        .and("proof_key = ?", key).limit(1).run(statements, this::charge).stream().findFirst();
  }

  @Override
  public List<ChargeView> chargesOf(String payment) throws Refusal {
    Query query =
        new Query(CHARGE_COLUMNS, "proof_key")
            .and("(payment = ? OR buys = ?)", payment, payment)
            .oldestFirst()
            .limit(MAX_CALLS_SHOWN);
    return transactions.commit(statements -> query.run(statements, this::charge));
  }

  @Override
  public BackofficeTotals totals() throws Refusal {
    return transactions.commit(
        statements ->
            new BackofficeTotals(
                sums(statements, PAYMENT_SUMS, now()),
                sums(statements, CHARGE_SUMS),
                number(statements, RECEIVED),
                number(statements, REFUNDED),
                number(statements, DUE),
                number(statements, UNKNOWN)));
  }

  @Override
  public List<UseCount> miscounted() throws Refusal {
    return transactions.commit(
        statements ->
            statements.all(
                MISCOUNTED, row -> new UseCount(row.getString(1), row.getLong(2), row.getLong(3))));
  }

  @Override
  public ChargeView refundCharge(
      String key, Optional<Long> micros, String note, Optional<String> transaction)
      throws Objection, Refusal {
    check(micros, note, transaction);
    return done(
        transactions.commit(
            statements -> refundCharge(statements, key, micros, note, transaction)));
  }

  private Outcome<ChargeView> refundCharge(
      Statements statements,
      String key,
      Optional<Long> micros,
      String note,
      Optional<String> transaction)
      throws SQLException {
    Optional<ChargeView> found = charge(statements, key);
    if (found.isEmpty()) {
      return Outcome.of(Objection.notFound("There is no charge of this key."));
    }
    long amount = micros.orElse(found.get().micros());
    if (statements.update(
            REFUND_CHARGE,
            MoneyColumns.cents(amount),
            MoneyColumns.rest(amount),
            note,
            now(),
            transaction,
            now(),
            key,
            amount,
            now())
        == 1) {
      events.tell(statements, EventBook.Type.REFUNDED, key);
      return Outcome.of(charge(statements, key).orElseThrow());
    }
    return Outcome.of(objection(statements, charge(statements, key).orElseThrow(), amount));
  }

  private Objection objection(Statements statements, ChargeView charge, long amount)
      throws SQLException {
    if (charge.payment().isPresent()) {
      return Objection.refused(
          "It was paid with a token: refund payment " + charge.payment().get() + ".");
    }
    if (charge.buys().isPresent()
        && payment(statements, charge.buys().get()).flatMap(TokenView::paidAt).isPresent()) {
      return Objection.refused("It bought a token: refund payment " + charge.buys().get() + ".");
    }
    return Objection.refused(
        switch (charge.state()) {
          case "refunded" -> "It was refunded before; it is not refunded twice.";
          case "credited" -> "It was made good with a credit; there is nothing to refund.";
          case "unknown" ->
              "Whether it was paid is not known; nothing is refunded before that is decided.";
          case "paid" ->
              amount > charge.micros()
                  ? tooMuch(charge.micros())
                  : "A call is using it; ask again when it has ended.";
          case "settled", "refund_due" -> tooMuch(charge.micros());
          default -> "Nothing was paid for it: it is " + charge.state() + ".";
        });
  }

  private static String tooMuch(long micros) {
    return "More would be refunded than the " + new Cents(micros) + " cents that can be.";
  }

  @Override
  public TokenView refundPayment(
      String id, Optional<Long> micros, String note, Optional<String> transaction)
      throws Objection, Refusal {
    check(micros, note, transaction);
    return done(
        transactions.commit(
            statements -> refundPayment(statements, id, micros, note, transaction)));
  }

  private Outcome<TokenView> refundPayment(
      Statements statements,
      String id,
      Optional<Long> micros,
      String note,
      Optional<String> transaction)
      throws SQLException {
    Optional<TokenView> found = payment(statements, id);
    if (found.isEmpty()) {
      return Outcome.of(noPayment());
    }
    TokenView payment = found.get();
    long amount = micros.orElse(payment.openMicros());
    if (amount > 0 && amount <= payment.paidMicros()) {
      long back = payment.refundedMicros() + amount;
      int changed =
          statements.update(
              REFUND_PAYMENT,
              MoneyColumns.cents(back),
              MoneyColumns.rest(back),
              note,
              now(),
              transaction,
              now(),
              id,
              payment.used(),
              payment.refundedMicros(),
              back);
      if (changed == 1) {
        events.tellOfOrder(statements, EventBook.Type.REFUNDED, id, amount);
        return Outcome.of(payment(statements, id).orElseThrow());
      }
    }
    return Outcome.of(objection(payment(statements, id).orElseThrow(), amount));
  }

  private static Objection objection(TokenView payment, long amount) {
    if (payment.state().equals("refunded")) {
      return Objection.refused("It was refunded before; it is not refunded twice.");
    }
    if (payment.paidAt().isEmpty() && !payment.state().equals("refund_due")) {
      return Objection.refused("Nothing was paid for it: it is " + payment.state() + ".");
    }
    if (amount <= 0) {
      return Objection.refused("All of it was spent; name the cents to refund all the same.");
    }
    return Objection.refused(
        amount > payment.paidMicros() - payment.refundedMicros()
            ? tooMuch(payment.paidMicros() - payment.refundedMicros())
            : "A call is using it; ask again when it has ended.");
  }

  @Override
  public TokenView refundExcess(String id, String note, Optional<String> transaction)
      throws Objection, Refusal {
    check(Optional.empty(), note, transaction);
    return done(
        transactions.commit(
            statements -> {
              // what is left of it now
              Optional<Long> excess = statements.first(OPEN_EXCESS, row -> row.getLong(1), id);
              boolean refunded =
                  statements.update(
                          REFUND_EXCESS, note, now(), transaction, now(), transaction, now(), id)
                      == 1;
              Optional<TokenView> payment = payment(statements, id);
              if (payment.isEmpty()) {
                return Outcome.of(noPayment());
              }
              if (refunded) {
                events.tellOfOrder(statements, EventBook.Type.REFUNDED, id, excess.orElse(0L));
              }
              return refunded
                  ? Outcome.of(payment.get())
                  : Outcome.of(
                      Objection.refused("Nothing beyond its price is left to be refunded."));
            }));
  }

  @Override
  public TokenView markPaid(String id, long micros, String reference) throws Objection, Refusal {
    check(Optional.of(micros), "", Optional.empty());
    if (reference.isBlank() || reference.length() > MAX_REFERENCE) {
      throw Objection.invalid(
          "A reference of the transfer is needed, of at most " + MAX_REFERENCE + " characters.");
    }
    return done(transactions.commit(statements -> markPaid(statements, id, micros, reference)));
  }

  private Outcome<TokenView> markPaid(
      Statements statements, String id, long micros, String reference) throws SQLException {
    Optional<TokenView> found = payment(statements, id);
    if (found.isEmpty()) {
      return Outcome.of(noPayment());
    }
    long now = now();
    long price = found.get().micros() * found.get().calls();
    int changed =
        statements.update(
            MARK_PAID,
            reference,
            MoneyColumns.cents(micros - price),
            MoneyColumns.rest(micros - price),
            "{\"provider\":\"manual\",\"cents\":" + new Cents(micros) + "}",
            now,
            now + validSeconds,
            now,
            id,
            micros,
            reference);
    if (changed == 1) {
      events.tellOfOrder(statements, EventBook.Type.SETTLED, id, micros);
    }
    TokenView payment = payment(statements, id).orElseThrow();
    boolean asBefore =
        payment.reference().equals(Optional.of(reference)) && payment.paidMicros() == micros;
    return changed == 1 || asBefore
        ? Outcome.of(payment)
        : Outcome.of(objection(statements, payment, micros, reference));
  }

  private static Objection objection(
      Statements statements, TokenView payment, long micros, String reference) throws SQLException {
    if (!payment.provider().equals("manual")) {
      return Objection.refused(
          "It is paid through " + payment.provider() + " and not marked by hand.");
    }
    if (payment.paidAt().isPresent()) {
      return Objection.refused(
          payment.reference().equals(Optional.of(reference))
              ? "It was paid with this reference before, with another amount."
              : "It was paid before, with another reference.");
    }
    Optional<String> holder =
        statements.first(REFERENCE_HOLDER, row -> row.getString(1), reference);
    if (holder.isPresent()) {
      return Objection.refused("This reference has paid payment " + holder.get() + ".");
    }
    long price = payment.micros() * payment.calls();
    return Objection.refused(
        micros < price
            ? new Cents(micros)
                + " cents are less than its price of "
                + new Cents(price)
                + "; nothing was changed."
            : "It cannot be paid: it is " + payment.state() + ".");
  }

  private static Objection noPayment() {
    return Objection.notFound("There is no payment of this id.");
  }

  private static void check(Optional<Long> micros, String note, Optional<String> transaction)
      throws Objection {
    if (transaction.filter(text -> !TRANSACTION.matcher(text).matches()).isPresent()) {
      throw Objection.invalid("transaction must be its id: at most 128 letters and digits.");
    }
    if (micros.filter(amount -> amount < 1).isPresent()) {
      throw Objection.invalid("cents must be a number above 0.");
    }
    if (note.length() > MAX_NOTE) {
      throw Objection.invalid("A note has at most " + MAX_NOTE + " characters.");
    }
  }

  private static Position begin(BackofficeFilter filter, Set<String> states) throws Objection {
    if (filter.state().isPresent() && !states.contains(filter.state().get())) {
      throw Objection.invalid(
          "state must be one of " + String.join(", ", states.stream().sorted().toList()) + ".");
    }
    if (filter.limit() < 1 || filter.limit() > BackofficeFilter.MAX_LIMIT) {
      throw Objection.invalid("limit must be from 1 to " + BackofficeFilter.MAX_LIMIT + ".");
    }
    if (filter.marks().transaction().filter(hash -> !HASH.matcher(hash).matches()).isPresent()) {
      throw Objection.invalid("transaction must be a hash: 0x and 64 hexadecimal digits.");
    }
    return filter.cursor().isPresent()
        ? Position.read(filter.cursor().get())
        : new Position(Long.MAX_VALUE, "");
  }

  private static <T> BackofficePage<T> page(
      List<T> rows, BackofficeFilter filter, java.util.function.Function<T, Position> position) {
    return rows.size() <= filter.limit()
        ? new BackofficePage<>(rows, Optional.empty())
        : new BackofficePage<>(
            rows.subList(0, filter.limit()),
            Optional.of(position.apply(rows.get(filter.limit() - 1)).cursor()));
  }

  private static <T> T done(Outcome<T> outcome) throws Objection {
    if (outcome.objection().isPresent()) {
      throw outcome.objection().get();
    }
    return outcome.row().orElseThrow();
  }

  private static Map<String, Sum> sums(Statements statements, String sql, Object... parameters)
      throws SQLException {
    Map<String, Sum> sums = new HashMap<>();
    statements
        .all(
            sql,
            row ->
                Map.entry(
                    row.getString(1), new Sum(row.getLong(2), row.getLong(3), row.getLong(4))),
            parameters)
        .forEach(sum -> sums.put(sum.getKey(), sum.getValue()));
    return sums;
  }

  private static long number(Statements statements, String sql) throws SQLException {
    return statements.first(sql, row -> row.getLong(1)).orElseThrow();
  }

  private TokenView payment(ResultSet row) throws SQLException {
    return new TokenView(
        row.getString(1),
        row.getString(19),
        row.getString(2),
        row.getLong(3),
        row.getString(4),
        row.getLong(5),
        row.getLong(6),
        row.getString(7),
        text(row, 8),
        text(row, 9),
        text(row, 10),
        row.getLong(11),
        row.getLong(12),
        text(row, 13),
        text(row, 14),
        row.getLong(15),
        row.getLong(16),
        time(row, 17),
        row.getLong(18),
        refunded(row, 20));
  }

  private ChargeView charge(ResultSet row) throws SQLException {
    return new ChargeView(
        row.getString(1),
        row.getString(2).toLowerCase(Locale.ROOT),
        row.getString(3),
        row.getString(4),
        row.getLong(5),
        row.getString(6),
        text(row, 7),
        text(row, 8),
        text(row, 9),
        text(row, 10),
        row.getString(11),
        text(row, 12),
        text(row, 13),
        row.getLong(14),
        text(row, 15),
        row.getInt(16) == 1,
        row.getLong(17),
        row.getLong(18),
        row.getLong(19),
        time(row, 20),
        time(row, 21),
        decided(row),
        refunded(row, 26));
  }

  private static Optional<Refunded> refunded(ResultSet row, int column) throws SQLException {
    Optional<Long> at = time(row, column);
    return at.isPresent()
        ? Optional.of(new Refunded(at.get(), text(row, column + 1)))
        : Optional.empty();
  }

  private static Optional<ChargeView.Decided> decided(ResultSet row) throws SQLException {
    Optional<Long> at = time(row, 22);
    return at.isPresent()
        ? Optional.of(
            new ChargeView.Decided(at.get(), text(row, 23), row.getString(24), text(row, 25)))
        : Optional.empty();
  }

  private static Optional<String> text(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  private static Optional<Long> time(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(value);
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  /** A statement put together from fixed parts; values are always parameters. */
  private static final class Query {

    private final StringBuilder where = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();
    private final String columns;
    private final String key;
    private String direction = " DESC";
    private long limit = 1;

    Query(String columns, String key) {
      this.columns = columns;
      this.key = key;
    }

    Query bind(Object parameter) {
      parameters.add(parameter);
      return this;
    }

    Query and(String condition, Object... values) {
      where.append(where.isEmpty() ? " WHERE " : " AND ").append(condition);
      parameters.addAll(List.of(values));
      return this;
    }

    void narrow(BackofficeFilter filter, Position from) {
      filter.service().ifPresent(service -> and("service = ?", service));
      filter.payer().ifPresent(payer -> and("LOWER(payer) = ?", payer.toLowerCase(Locale.ROOT)));
      and("created_at >= ? AND created_at < ?", filter.since(), filter.until());
      and(
          "(created_at < ? OR (created_at = ? AND " + key + " < ?))",
          from.createdAt(),
          from.createdAt(),
          from.key());
      // one more tells whether there is another page
      limit(filter.limit() + 1L);
    }

    Query oldestFirst() {
      direction = "";
      return this;
    }

    Query limit(long rows) {
      limit = rows;
      return this;
    }

    <T> List<T> run(Statements statements, Statements.RowReader<T> reader) throws SQLException {
      List<Object> values = new ArrayList<>(parameters);
      values.add(limit);
      return statements.all(sql(), reader, values.toArray());
    }

    String sql() {
      String order = " ORDER BY created_at" + direction + ", " + key + direction;
      return columns + where + order + " LIMIT ?";
    }
  }

  /** Where a page ends: time and key of its last row. */
  private record Position(long createdAt, String key) {

    static Position read(String cursor) throws Objection {
      try {
        String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        return new Position(Long.parseLong(text.substring(0, colon)), text.substring(colon + 1));
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw Objection.invalid("cursor is none that was given out.");
      }
    }

    String cursor() {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString((createdAt + ":" + key).getBytes(StandardCharsets.UTF_8));
    }
  }

  private record Outcome<T>(Optional<T> row, Optional<Objection> objection) {

    static <T> Outcome<T> of(T row) {
      return new Outcome<>(Optional.of(row), Optional.empty());
    }

    static <T> Outcome<T> of(Objection objection) {
      return new Outcome<>(Optional.empty(), Optional.of(objection));
    }
  }
}
