package io.tollroute.ledger.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.ChargeName;
import io.tollroute.ledger.Outbox;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;

/** Events in the ledger's database. What is in one says no more than {@code docs/events.md}. */
final class SqlOutbox implements Outbox, EventBook {

  /** With more than so many events waiting, refusals are left out: anybody can cause those. */
  static final long MOST_WITH_REFUSALS = 10_000;

  /** Beyond so many nobody counts on. */
  private static final long COUNTED = 100_000;

  private static final int DECIMALS = 6;

  private static final String CHARGE =
      "SELECT service, method, "
          + MoneyColumns.PRICE
          + ", currency, payment, buys, request_id, receipt, surface, "
          + MoneyColumns.REFUNDED
          + ", refund_transaction FROM charge WHERE proof_key = ?";
  private static final String ORDER =
      "SELECT service, provider, "
          + MoneyColumns.PRICE
          + " * calls, currency, refund_transaction FROM payment WHERE id = ?";
  private static final String UNDECIDED_BEFORE =
      "SELECT 1 FROM charge WHERE proof_key = ? AND unknown_at IS NOT NULL";

  /**
   * What concerns one charge is written one after the other, as the change before it has locked its
   * row; so each sees the numbers of those before that still wait.
   */
  private static final String INSERT =
      "INSERT INTO event (id, number, written_at, body)"
          + " SELECT ?, COALESCE((SELECT MAX(number) FROM event), 0) + 1, CAST(? AS BIGINT), ?";

  private static final String SPAN =
      "SELECT COALESCE((SELECT MAX(number) FROM event) - (SELECT MIN(number) FROM event), 0)";
  private static final String ANY = "SELECT 1 FROM event LIMIT 1";
  private static final String LEASE =
      "UPDATE event_sender SET holder = ?, lease_until = ? WHERE sender = 'events'"
          + " AND (holder = ? OR lease_until <= ?)";
  private static final String OLDEST = "SELECT id, body FROM event ORDER BY number, id LIMIT ?";
  private static final String SENT = "DELETE FROM event WHERE id = ?";
  private static final String BACKLOG =
      "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM event LIMIT ?) AS counted),"
          + " (SELECT written_at FROM event ORDER BY number, id LIMIT 1)";

  private final Transactions transactions;
  private final Clock clock;
  private final ObjectMapper json = new ObjectMapper();
  private final String source;
  private final String holder;
  private final LongAdder leftOut = new LongAdder();

  /**
   * Reads and deletes through {@code transactions}.
   *
   * @param source who tells: the shop's address
   * @param holder names this process among those that share the database
   */
  SqlOutbox(Transactions transactions, Clock clock, String source, String holder) {
    this.transactions = transactions;
    this.clock = clock;
    this.source = source;
    this.holder = holder;
  }

  /** What an event says of a charge or an order. */
  private record Told(
      String subject,
      String service,
      String method,
      long price,
      String currency,
      Optional<String> payment,
      Optional<String> buys,
      Optional<String> requestId,
      Optional<String> receipt,
      Optional<String> surface,
      long refunded,
      Optional<String> refundTransaction) {

    static Told ofCharge(String key, ResultSet row) throws SQLException {
      return new Told(
          ChargeName.of(key),
          row.getString(1),
          row.getString(2),
          row.getLong(3),
          row.getString(4),
          text(row, 5),
          text(row, 6),
          text(row, 7),
          text(row, 8),
          Optional.of(text(row, 9).orElse("http")),
          row.getLong(10),
          text(row, 11));
    }

    static Told ofOrder(String id, ResultSet row) throws SQLException {
      Optional<String> none = Optional.empty();
      return new Told(
          id,
          row.getString(1),
          row.getString(2),
          row.getLong(3),
          row.getString(4),
          none,
          Optional.of(id),
          none,
          none,
          none,
          0,
          text(row, 5));
    }

    private static Optional<String> text(ResultSet row, int column) throws SQLException {
      return Optional.ofNullable(row.getString(column));
    }

    String kind() {
      if (payment.isPresent()) {
        return "use";
      }
      return buys.isPresent() ? "order" : "call";
    }

    /** The money that a change of this type is about; that of a use came with its token. */
    long micros(Type type) {
      return switch (type) {
        case REFUSED -> 0;
        case REFUNDED -> refunded;
        case SETTLED, OWED, CREDITED, UNDECIDED -> payment.isPresent() ? 0 : price;
      };
    }
  }

  @Override
  public void tell(Statements statements, Type type, String key, String outcome)
      throws SQLException {
    if (type == Type.REFUSED && isTooMuch(statements)) {
      leftOut.increment();
      return;
    }
    Optional<Told> told = statements.first(CHARGE, row -> Told.ofCharge(key, row), key);
    if (told.isPresent()) {
      write(statements, type, "charge", told.get(), told.get().micros(type), outcome);
    }
  }

  @Override
  public void tellOfOrder(Statements statements, Type type, String id, long micros)
      throws SQLException {
    Optional<Told> told = statements.first(ORDER, row -> Told.ofOrder(id, row), id);
    if (told.isPresent()) {
      write(statements, type, "order", told.get(), micros, type.word());
    }
  }

  @Override
  public boolean isNewsToBeUndecided(Statements statements, String key) throws SQLException {
    return statements.first(UNDECIDED_BEFORE, row -> true, key).isEmpty();
  }

  private static boolean isTooMuch(Statements statements) throws SQLException {
    return statements.first(SPAN, row -> row.getLong(1)).orElse(0L) > MOST_WITH_REFUSALS;
  }

  private void write(
      Statements statements, Type type, String of, Told told, long micros, String outcome)
      throws SQLException {
    String id = UUID.randomUUID().toString();
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event
        .put("specversion", "1.0")
        .put("id", id)
        .put("source", source)
        .put("type", "io.tollroute." + of + "." + type.word())
        .put("subject", told.subject())
        .put("time", Instant.ofEpochSecond(now()).toString())
        .put("datacontenttype", "application/json");
    ObjectNode data = event.putObject("data");
    data.put(of, told.subject());
    told.buys()
        .or(told::payment)
        .filter(order -> of.equals("charge"))
        .ifPresent(order -> data.put("order", order));
    told.requestId().ifPresent(request -> data.put("requestId", request));
    data.put("service", told.service());
    told.surface().ifPresent(surface -> data.put("surface", surface));
    data.put("kind", told.kind())
        .put("method", told.method())
        .put("price", Long.toString(told.price()))
        .put("amount", Long.toString(micros))
        .put("decimals", DECIMALS)
        .put("currency", told.currency())
        .put("outcome", outcome);
    Optional<String> transaction =
        type == Type.REFUNDED
            ? told.refundTransaction()
            : told.receipt().flatMap(this::transaction);
    transaction.ifPresent(hash -> data.put("transaction", hash));
    statements.update(INSERT, id, now(), event.toString());
  }

  /** A receipt has more than receivers are to know. */
  private Optional<String> transaction(String receipt) {
    try {
      JsonNode transaction = json.readTree(receipt).path("transaction");
      return Optional.of(transaction.asText()).filter(hash -> !hash.isEmpty());
    } catch (JsonProcessingException noJson) {
      return Optional.empty();
    }
  }

  @Override
  public List<Event> take(int count, long leaseSeconds) throws Refusal {
    return transactions.commit(
        statements -> {
          boolean mine =
              statements.first(ANY, row -> true).isPresent()
                  && statements.update(LEASE, holder, now() + leaseSeconds, holder, now()) == 1;
          return mine
              ? statements.all(OLDEST, row -> new Event(row.getString(1), row.getString(2)), count)
              : List.of();
        });
  }

  @Override
  public void sent(List<Event> events) throws Refusal {
    transactions.commit(
        statements -> {
          int deleted = 0;
          for (Event event : events) {
            deleted += statements.update(SENT, event.id());
          }
          return deleted;
        });
  }

  @Override
  public Backlog backlog() throws Refusal {
    return transactions.commit(
        statements ->
            statements
                .first(
                    BACKLOG,
                    row -> {
                      long count = row.getLong(1);
                      long since = row.getLong(2);
                      return new Backlog(count, count == 0 ? 0 : Math.max(0, now() - since));
                    },
                    COUNTED)
                .orElseThrow());
  }

  @Override
  public long leftOut() {
    return leftOut.sum();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
