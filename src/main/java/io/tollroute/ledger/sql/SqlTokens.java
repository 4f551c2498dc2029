package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PrepaidToken;
import io.tollroute.ledger.TokenBook;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The book of payments in the ledger's database. */
public final class SqlTokens implements TokenBook {

  private static final String INSERT =
      "INSERT INTO payment (id, token_hash, service, cents, rest, currency, calls, used, serial,"
          + " state, provider, payer, excess_cents, credit_of, idempotency_key, fingerprint, answer,"
          + " keep_until, created_at, expires_at, paid_at, updated_at, units)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT DO NOTHING";
  private static final String NAMED =
      "SELECT fingerprint, answer FROM payment WHERE idempotency_key = ?";
  private static final String PAY =
      "UPDATE payment SET state = 'PAID', payer = COALESCE(?, payer), receipt = ?, paid_at = ?,"
          + " expires_at = ?, updated_at = ? WHERE id = ? AND state = 'PENDING'";
  private static final String OWED =
      "SELECT state, service, "
          + MoneyColumns.PRICE
          + ", currency, buys, payer, units FROM charge WHERE proof_key = ?";
  private static final String CREDIT =
      "UPDATE charge SET state = 'CREDITED', fence = fence + 1, updated_at = ?"
          + " WHERE proof_key = ? AND (state = 'REFUND_DUE' OR (state = 'PAID' AND lease_until <= ?))";
  private static final String NEW_TOKEN =
      "UPDATE payment SET token_hash = ?, updated_at = ?"
          + " WHERE credit_of = ? AND used = 0 AND state = 'PAID' RETURNING id";

  private final Transactions transactions;
  private final Clock clock;
  private final long validSeconds;
  private final EventBook events;

  /** A payment that was paid is good for {@code validSeconds} from then. */
  public SqlTokens(Transactions transactions, Clock clock, long validSeconds) {
    this(transactions, clock, validSeconds, EventBook.NONE);
  }

  /** The same, which writes in {@code events} what becomes of charges. */
  SqlTokens(Transactions transactions, Clock clock, long validSeconds, EventBook events) {
    this.events = events;
    this.transactions = transactions;
    this.clock = clock;
    this.validSeconds = validSeconds;
  }

  @Override
  public Optional<byte[]> create(NewToken payment, Optional<Named> named) throws Refusal {
    Optional<Earlier> earlier =
        transactions.commit(
            statements ->
                insert(statements, payment, named)
                    ? Optional.empty()
                    : statements.first(
                        NAMED,
                        row -> new Earlier(row.getString(1), Optional.ofNullable(row.getBytes(2))),
                        named.map(Named::key)));
    if (earlier.isEmpty()) {
      return Optional.empty();
    }
    if (!earlier.get().fingerprint().equals(named.map(Named::fingerprint).orElse(""))) {
      throw Refusal.of("idempotency_key_used");
    }
    return Optional.of(
        earlier
            .get()
            .answer()
            .orElseThrow(() -> Refusal.of("idempotency_key_used").because("answer_expired")));
  }

  private record Earlier(String fingerprint, Optional<byte[]> answer) {}

  /** Creates a payment inside a transaction; says whether its names were free. */
  boolean insert(Statements statements, NewToken payment, Optional<Named> named)
      throws SQLException {
    return insert(
        statements,
        payment,
        named,
        PrepaidToken.State.PENDING,
        payment.expiresAt(),
        Optional.empty());
  }

  private boolean insert(
      Statements statements,
      NewToken payment,
      Optional<Named> named,
      PrepaidToken.State state,
      long expiresAt,
      Optional<String> creditOf)
      throws SQLException {
    boolean paid = state == PrepaidToken.State.PAID;
    return statements.update(
            INSERT,
            payment.id(),
            payment.token().hex(),
            payment.service(),
            MoneyColumns.cents(payment.micros()),
            MoneyColumns.rest(payment.micros()),
            payment.currency(),
            payment.calls(),
            state.name(),
            payment.provider(),
            payment.payer(),
            creditOf,
            named.map(Named::key),
            named.map(Named::fingerprint),
            named.map(Named::sealedAnswer),
            named.map(Named::keepUntil).orElse(0L),
            now(),
            expiresAt,
            paid ? Optional.of(now()) : Optional.empty(),
            now(),
            payment.units())
        == 1;
  }

  @Override
  public Optional<PrepaidToken> allow(NewToken allowance, List<String> places) throws Refusal {
    return transactions.commit(statements -> allow(statements, allowance, places));
  }

  private Optional<PrepaidToken> allow(
      Statements statements, NewToken allowance, List<String> places) throws SQLException {
    Optional<PrepaidToken> given = TokenRows.ofToken(statements, allowance.token());
    for (int place = 0; given.isEmpty() && place < places.size(); place++) {
      insert(
          statements,
          allowance.under(places.get(place)),
          Optional.empty(),
          PrepaidToken.State.PAID,
          allowance.expiresAt(),
          Optional.empty());
      // when the place was taken, or another process has given it at the same time, nothing is new
      given = TokenRows.ofToken(statements, allowance.token());
    }
    return given;
  }

  @Override
  public Optional<PrepaidToken> find(String id) throws Refusal {
    return transactions.commit(statements -> TokenRows.ofId(statements, id));
  }

  /** Why a payment cannot be paid by this payer now. */
  Optional<Refusal> notPayable(Statements statements, String id, Optional<String> payer)
      throws SQLException {
    Optional<PrepaidToken> payment = TokenRows.ofId(statements, id);
    if (payment.isEmpty()) {
      return Optional.of(Refusal.of("unknown_payment"));
    }
    String status = payment.get().status(now());
    if (!status.equals("pending")) {
      return Optional.of(Refusal.of("payment_not_payable").because("payment_" + status));
    }
    boolean foreign = payment.get().payer().isPresent() && !payment.get().payer().equals(payer);
    return foreign
        ? Optional.of(Refusal.of("payment_not_payable").because("payment_of_another_payer"))
        : Optional.empty();
  }

  /** Records that a payment was paid; says whether it still was to be. */
  boolean pay(Statements statements, String id, Optional<String> payer, String receipt)
      throws SQLException {
    return statements.update(PAY, payer, receipt, now(), now() + validSeconds, now(), id) == 1;
  }

  @Override
  public PrepaidToken credit(String chargeKey, NewToken credit) throws Refusal {
    return transactions
        .commit(statements -> credit(statements, chargeKey, credit))
        .orElseThrow(() -> Refusal.of("unknown_credit"));
  }

  private record Owed(
      State state,
      String service,
      long micros,
      String currency,
      Optional<String> buys,
      Optional<String> payer,
      int units) {}

  private Optional<PrepaidToken> credit(Statements statements, String chargeKey, NewToken credit)
      throws SQLException {
    Optional<Owed> found =
        statements.first(
            OWED,
            row ->
                new Owed(
                    State.valueOf(row.getString(1)),
                    row.getString(2),
                    row.getLong(3),
                    row.getString(4),
                    Optional.ofNullable(row.getString(5)),
                    Optional.ofNullable(row.getString(6)),
                    row.getInt(7)),
            chargeKey);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (found.get().state() == State.CREDITED) {
      Optional<String> id =
          statements.first(
              NEW_TOKEN, row -> row.getString(1), credit.token().hex(), now(), chargeKey);
      return id.isPresent() ? TokenRows.ofId(statements, id.get()) : Optional.empty();
    }
    if (statements.update(CREDIT, now(), chargeKey, now()) == 0) {
      return Optional.empty();
    }
    insert(
        statements,
        sameCalls(statements, found.get(), credit),
        Optional.empty(),
        PrepaidToken.State.PAID,
        now() + validSeconds,
        Optional.of(chargeKey));
    events.tell(statements, EventBook.Type.CREDITED, chargeKey);
    return TokenRows.ofId(statements, credit.id());
  }

  private static NewToken sameCalls(Statements statements, Owed owed, NewToken credit)
      throws SQLException {
    Optional<PrepaidToken> bought =
        owed.buys().isPresent() ? TokenRows.ofId(statements, owed.buys().get()) : Optional.empty();
    return new NewToken(
        credit.id(),
        credit.token(),
        bought.map(PrepaidToken::service).orElse(owed.service()),
        bought.map(PrepaidToken::micros).orElse(owed.micros()),
        owed.currency(),
        bought.map(PrepaidToken::calls).orElse(1),
        bought.isPresent()
            ? bought.get().units()
            : Optional.of(owed.units()).filter(units -> units > 0),
        credit.provider(),
        owed.payer(),
        credit.expiresAt());
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
