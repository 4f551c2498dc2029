package io.tollroute.admin;

import io.tollroute.call.Refusal;
import io.tollroute.chain.Address;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.BackofficeFilter;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.TokenView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds charges and payments by what somebody writes who asks for his money. */
final class Search {

  private static final int ROWS = 50;
  private static final String HASH = "0x[0-9a-fA-F]{64}";
  private static final String REQUEST = "req_[0-9a-f]{24}";
  private static final Optional<String> ANY = Optional.empty();

  private final Templates templates;
  private final Backoffice backoffice;

  private record Found(String by, List<ChargeView> charges, List<TokenView> payments) {}

  Search(Templates templates, Backoffice backoffice) {
    this.templates = templates;
    this.backoffice = backoffice;
  }

  Answer answer(PageRequest request) throws Objection, Refusal {
    String asked = request.text("q");
    if (asked.isEmpty()) {
      throw Objection.invalid(
          "Write a wallet, a transaction, a request id, the id of a token or the key of a charge.");
    }
    Found found = find(asked);
    Map<String, Object> facts = new HashMap<>();
    facts.put("asked", asked);
    facts.put("by", found.by());
    facts.put("charges", Rows.charges(found.charges()));
    facts.put("payments", Rows.payments(found.payments()));
    facts.put("hasCharges", !found.charges().isEmpty());
    facts.put("hasPayments", !found.payments().isEmpty());
    facts.put("none", found.charges().isEmpty() && found.payments().isEmpty());
    facts.put("most", ROWS);
    return Answer.page("done", templates.page("search", "Search", request.session(), facts));
  }

  private Found find(String asked) throws Objection, Refusal {
    if (asked.matches(HASH)) {
      BackofficeFilter filter =
          by(ANY, new BackofficeFilter.Marks(Optional.of(asked), ANY, ANY, 0, Long.MAX_VALUE));
      return both("transaction", filter);
    }
    if (asked.matches(REQUEST)) {
      BackofficeFilter filter =
          by(ANY, new BackofficeFilter.Marks(ANY, Optional.of(asked), ANY, 0, Long.MAX_VALUE));
      return new Found("request id", backoffice.charges(filter).rows(), List.of());
    }
    Optional<Address> address = Address.of(asked);
    if (address.filter(Address::isMistyped).isPresent()) {
      throw Objection.invalid(
          "The wallet has a wrong checksum (EIP-55); its digits are spelled "
              + address.get().withChecksum()
              + ".");
    }
    Optional<ChargeView> charge = backoffice.charge(asked);
    if (charge.isPresent()) {
      return new Found("key of a charge", List.of(charge.get()), List.of());
    }
    if (backoffice.payment(asked).isPresent()) {
      BackofficeFilter filter =
          by(ANY, new BackofficeFilter.Marks(ANY, ANY, Optional.of(asked), 0, Long.MAX_VALUE));
      return both("id of a token", filter);
    }
    return both("wallet", by(Optional.of(asked), BackofficeFilter.Marks.none()));
  }

  private Found both(String by, BackofficeFilter filter) throws Objection, Refusal {
    return new Found(by, backoffice.charges(filter).rows(), backoffice.payments(filter).rows());
  }

  private static BackofficeFilter by(Optional<String> payer, BackofficeFilter.Marks marks) {
    return new BackofficeFilter(ANY, ANY, payer, 0, Long.MAX_VALUE, ROWS, ANY, marks);
  }
}
