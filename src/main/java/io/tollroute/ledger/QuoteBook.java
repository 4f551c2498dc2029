package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.Collection;
import java.util.List;

/**
 * The terms that were offered and are still valid, by whatever process. All methods throw {@code
 * ledger_unavailable} when the ledger could not be written in time.
 */
public interface QuoteBook {

  /**
   * Terms of a service.
   *
   * @param terms what the payment method wrote down of them
   * @param validSeconds how long they are good after they were offered for the last time
   */
  record Offered(String service, String terms, long validSeconds) {}

  /** Writes terms down before this process offers them. */
  void open(Collection<Offered> offered) throws Refusal;

  /** Says that this process has offered them for the last time just now. */
  void close(Collection<Offered> offered) throws Refusal;

  /**
   * Says that what this process has opened is offered still, and forgets what nobody can pay for
   * any more. To be called well within the minute for which an opening holds.
   *
   * @return how many terms of this process are open
   */
  int renew() throws Refusal;

  /** The terms of a service that a payment may still be made for, those offered last first. */
  List<String> standing(String service) throws Refusal;

  /** The same of all services. */
  List<String> standing() throws Refusal;
}
