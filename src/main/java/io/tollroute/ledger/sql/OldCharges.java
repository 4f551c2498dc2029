package io.tollroute.ledger.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Takes from charges that ended long ago what accounts do not need. What was paid, by whom, when
 * and by which transaction stays, and so does what keeps the same payment from being taken again.
 * Goes through the charges from the oldest on, a few at a time, once a day.
 */
public final class OldCharges {

  /** In one commit, for which nobody who sells waits long. */
  private static final int AT_ONCE = 100;

  private static final int COMMITS = 5;

  private static final long PAUSE_SECONDS = Duration.ofDays(1).toSeconds();
  private static final long DAY_SECONDS = Duration.ofDays(1).toSeconds();

  /**
   * Nothing of it is open, no answer is kept, its payment is valid no more, and it is whole still.
   */
  private static final String ENDED =
      "CASE WHEN state IN ('SETTLED', 'REFUNDED', 'CREDITED') AND settled_at < ? AND keep_until < ?"
          + " AND lease_until <= ? AND answer IS NULL AND settlement IS NULL"
          + " AND unknown_at IS NULL AND request_id <> '' THEN 1 ELSE 0 END";

  static final String NEXT =
      "SELECT proof_key, created_at, receipt, CASE WHEN payment IS NULL THEN 0 ELSE 1 END, "
          + ENDED
          + " FROM charge WHERE created_at >= ? AND created_at < ?"
          + " AND (created_at > ? OR proof_key > ?) ORDER BY created_at, proof_key LIMIT ?";

  private static final String THIN =
      "UPDATE charge SET fingerprint = '', request_id = '', upstream_id = NULL, pay_to = NULL,"
          + " receipt = ?,"
          // the name that the same request with the same token has; never one that a buyer gave
          + " identifier = CASE WHEN payment IS NOT NULL AND identifier LIKE 'token:%:request:%'"
          + " THEN NULL ELSE identifier END";

  /**
   * SQLite fills no gaps between rows that stay: only a page that all of its rows have left is used
   * again.
   */
  private static final String TO_THE_END = ", rowid = (SELECT MAX(rowid) + 1 FROM charge)";

  private static final String OF_KEY = " WHERE proof_key = ? AND request_id <> ''";

  private final Transactions transactions;
  private final Clock clock;
  private final long keptSeconds;
  private final String thin;
  private final ObjectMapper json = new ObjectMapper();
  private Place place = Place.BEGIN;
  private long nextPass;

  /** The last charge that was looked at. */
  private record Place(long createdAt, String key) {
    static final Place BEGIN = new Place(0, "");
  }

  /** A charge as it was found. */
  private record Found(Place place, String receipt, boolean isUse, boolean ended) {

    static Found read(ResultSet row) throws SQLException {
      String receipt = row.getString(3);
      return new Found(
          new Place(row.getLong(2), row.getString(1)),
          receipt == null ? "" : receipt,
          row.getInt(4) == 1,
          row.getInt(5) == 1);
    }
  }

  /**
   * Of the ledger behind {@code transactions}.
   *
   * @param days how long charges stay whole after they were settled; 0 for ever
   * @param oneFile whether the ledger is a file of SQLite's
   */
  public OldCharges(Transactions transactions, Clock clock, long days, boolean oneFile) {
    this.transactions = transactions;
    this.clock = clock;
    this.keptSeconds = days * DAY_SECONDS;
    this.thin = THIN + (oneFile ? TO_THE_END : "") + OF_KEY;
  }

  /**
   * Thins the next few.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  public void thin() throws Refusal {
    // a clock that was set back must not end it
    boolean early = nextPass > now() && nextPass - now() <= PAUSE_SECONDS;
    for (int commit = 0; keptSeconds > 0 && !early && commit < COMMITS; commit++) {
      List<Found> found = transactions.commit(this::thinNext);
      if (found.size() < AT_ONCE) {
        place = Place.BEGIN;
        nextPass = now() + PAUSE_SECONDS;
        return;
      }
      place = found.get(found.size() - 1).place();
    }
  }

  private List<Found> thinNext(Statements statements) throws SQLException {
    long before = now() - keptSeconds;
    List<Found> found =
        statements.all(
            NEXT,
            Found::read,
            before,
            now(),
            now(),
            place.createdAt(),
            before,
            place.createdAt(),
            place.key(),
            AT_ONCE);
    for (Found charge : found) {
      if (charge.ended()) {
        statements.update(thin, receipt(charge), charge.place().key());
      }
    }
    return found;
  }

  /** Of a use nothing, of a settlement what proves it; another method's stays as it is. */
  private String receipt(Found charge) {
    if (charge.isUse()) {
      return "{}";
    }
    try {
      JsonNode whole = json.readTree(charge.receipt());
      if (!whole.path("success").asBoolean() || !whole.path("transaction").isTextual()) {
        return charge.receipt();
      }
      // in this order: an index has the transaction by its place
      ObjectNode kept = JsonNodeFactory.instance.objectNode();
      for (String field : List.of("success", "transaction", "network")) {
        if (whole.has(field)) {
          kept.set(field, whole.get(field));
        }
      }
      return kept.toString();
    } catch (JsonProcessingException noJson) {
      return charge.receipt();
    }
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
