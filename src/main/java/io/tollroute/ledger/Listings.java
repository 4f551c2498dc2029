package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.List;
import java.util.Optional;

/** What facilitators have said last of listing services in their marketplaces. */
public interface Listings {

  /**
   * A word of a facilitator's.
   *
   * @param service its id
   * @param kind as what it is listed: {@code http} or {@code mcp}
   * @param status the facilitator's word, for example {@code success} or {@code rejected}
   * @param reason why it is not listed, where that was said
   * @param toldAt when, in seconds since the epoch
   */
  record Listed(String service, String kind, String status, Optional<String> reason, long toldAt) {}

  /**
   * Keeps a word in place of the one before.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  void keep(Listed listed) throws Refusal;

  /**
   * All that are kept, by service.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  List<Listed> all() throws Refusal;
}
