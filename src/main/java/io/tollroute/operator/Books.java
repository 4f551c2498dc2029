package io.tollroute.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tollroute.ledger.ChargeView;
import io.tollroute.x402.ProofKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Compares the ledger's charges with the books of somebody else, a charge after the other; what is
 * left over at the end is in his books only.
 */
final class Books {

  private final JsonMapper json = new JsonMapper();
  private final BookedTransfers theirs;
  private final String payTo;
  private final long now;
  private final Map<String, List<BookedTransfer>> left = new LinkedHashMap<>();
  private final Map<String, ChargeView> missing = new LinkedHashMap<>();
  private final List<Difference> differences = new ArrayList<>();

  /**
   * Compares with {@code theirs}.
   *
   * @param payTo the seller's address
   * @param now seconds since the epoch
   */
  Books(BookedTransfers theirs, String payTo, long now) {
    this.theirs = theirs;
    this.payTo = payTo;
    this.now = now;
    theirs.rows().forEach(row -> left.computeIfAbsent(row.key(), k -> new ArrayList<>()).add(row));
  }

  /** Looks up one charge that moves money by itself; says whether it was undecided and is not. */
  boolean compare(ChargeView charge) {
    List<BookedTransfer> found = left.remove(charge.key().toLowerCase(Locale.ROOT));
    if (charge.cameIn()) {
      if (found == null) {
        long settledAt = charge.settledAt().orElse(charge.updatedAt());
        if (settledAt >= theirs.since() && settledAt < theirs.until()) {
          missing.put(charge.key(), charge);
        }
      } else {
        compare(charge, found);
      }
    } else if (found != null && Reconciliation.isUndecided(charge)) {
      String transaction = found.get(0).transaction();
      differences.add(
          Difference.ofCharge(
                  "undecided",
                  theirs.source(),
                  charge.key(),
                  charge.state(),
                  transaction,
                  "It is settled there, and here not known to be: tollroute charges decide KEY"
                      + (transaction.isEmpty() ? "" : " --transaction " + transaction))
              .aged(now - charge.unknownAt().orElse(charge.updatedAt())));
    } else if (found != null && charge.leaseUntil() <= now) {
      differences.add(
          Difference.ofCharge(
              "orphan",
              theirs.source(),
              charge.key(),
              charge.state(),
              "settled",
              "Settled there and not in the ledger."));
    }
    return found != null && Reconciliation.isUndecided(charge);
  }

  private void compare(ChargeView charge, List<BookedTransfer> found) {
    if (found.stream().map(BookedTransfer::transaction).distinct().count() > 1) {
      differences.add(
          Difference.ofCharge(
              "twice",
              theirs.source(),
              charge.key(),
              "1",
              Integer.toString(found.size()),
              "Settled there more than once."));
    }
    BookedTransfer transfer = found.get(0);
    differ("amount", charge, charge.amount().orElse(""), transfer.amount());
    differ("receiver", charge, payTo, transfer.payTo());
    differ("transaction", charge, transaction(charge), transfer.transaction());
  }

  private void differ(String kind, ChargeView charge, String ours, String other) {
    if (!ours.isEmpty() && !other.isEmpty() && !ours.equalsIgnoreCase(other)) {
      differences.add(
          Difference.ofCharge(
              kind,
              theirs.source(),
              charge.key(),
              ours,
              other,
              "The " + kind + " there is another one."));
    }
  }

  /** What differs, when every charge has been looked up. */
  List<Difference> end() {
    Map<String, ChargeView> byTransaction = new HashMap<>();
    Map<String, ChargeView> byNonce = new HashMap<>();
    for (ChargeView charge : missing.values()) {
      byTransaction.put(transaction(charge).toLowerCase(Locale.ROOT), charge);
      byNonce.put(charge.key().substring(charge.key().lastIndexOf(':') + 1), charge);
    }
    for (List<BookedTransfer> rows : left.values()) {
      for (BookedTransfer row : rows) {
        Optional<ChargeView> same =
            Optional.ofNullable(byNonce.get(row.nonce().toLowerCase(Locale.ROOT)))
                .filter(charge -> !row.nonce().isEmpty())
                .or(
                    () ->
                        Optional.ofNullable(
                            byTransaction.get(row.transaction().toLowerCase(Locale.ROOT))))
                .filter(charge -> missing.remove(charge.key()) != null);
        if (same.isPresent()) {
          differences.add(mistaken(same.get(), row));
        } else if (row.payTo().isEmpty() || row.payTo().equalsIgnoreCase(payTo)) {
          differences.add(orphan(row));
        }
      }
    }
    missing
        .values()
        .forEach(
            charge ->
                differences.add(
                    Difference.ofCharge(
                            "missing",
                            theirs.source(),
                            charge.key(),
                            charge.state(),
                            "",
                            "Settled in the ledger and not there: refused later, or reverted.")
                        .aged(now - charge.settledAt().orElse(charge.updatedAt()))));
    return List.copyOf(differences);
  }

  /** The same transfer under another name: by another payer, of another token, on another chain. */
  private Difference mistaken(ChargeView charge, BookedTransfer row) {
    String kind =
        charge.payer().orElse(payerOf(charge.key())).equalsIgnoreCase(row.payer())
            ? "transfer"
            : "payer";
    return Difference.ofCharge(
        kind,
        theirs.source(),
        charge.key(),
        charge.key(),
        row.key(),
        "The same settlement is there with another "
            + (kind.equals("payer") ? "payer." : "network, asset or nonce."));
  }

  private Difference orphan(BookedTransfer row) {
    return new Difference(
        "orphan",
        theirs.source(),
        row.nonce().isEmpty() ? Optional.empty() : Optional.of(row.key()),
        Optional.empty(),
        "",
        row.amount() + " from " + row.payer() + " in " + row.transaction(),
        Optional.empty(),
        "Settled there; the ledger has no such charge.");
  }

  private static String payerOf(String key) {
    return ProofKey.of(key).map(ProofKey::payer).orElse("");
  }

  private String transaction(ChargeView charge) {
    return receipt(charge).path("transaction").asText("");
  }

  private JsonNode receipt(ChargeView charge) {
    try {
      return charge.receipt().isPresent()
          ? json.readTree(charge.receipt().get())
          : MissingNode.getInstance();
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }
}
