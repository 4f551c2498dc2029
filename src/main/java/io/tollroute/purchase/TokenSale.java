package io.tollroute.purchase;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.corridor.PaymentMethod;
import io.tollroute.input.DocumentRules;
import io.tollroute.ledger.TokenBook;
import io.tollroute.seal.AnswerSeal;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How tokens are sold: the steps of the route file payments.camel.yaml. */
public final class TokenSale {

  /**
   * How tokens are sold.
   *
   * @param providers ways to pay, the usual one first
   * @param maxCalls calls that one token may be good for
   * @param pendingSeconds how long a token may be ordered before it is paid
   * @param validSeconds how long it is good after that
   * @param settling the payment methods with which an order can be paid
   * @param manualInstructions what the buyer reads when provider {@code manual} is to be paid
   */
  public record Rules(
      List<String> providers,
      int maxCalls,
      long pendingSeconds,
      long validSeconds,
      List<PaymentMethod> settling,
      String manualInstructions) {}

  private final Map<String, Object> steps = new LinkedHashMap<>();

  /** Sells calls of the services of {@code catalogue}; {@code orders} are the rules of an order. */
  public TokenSale(
      LiveCatalogue catalogue,
      DocumentRules orders,
      TokenBook book,
      AnswerSeal seal,
      Rules rules,
      SecureRandom random,
      Clock clock) {
    PaymentDocument document =
        new PaymentDocument(catalogue, clock, rules.settling(), rules.validSeconds());
    Instructions instructions = new Instructions(new ObjectMapper());
    MakePayment maker = new MakePayment(random, clock, rules.pendingSeconds());
    steps.put(
        "readPurchase", new ReadPurchase(catalogue, orders, rules.providers(), rules.maxCalls()));
    steps.put("makePayment", maker);
    steps.put("offerOrdered", new OfferOrdered());
    ToldAgain told = new ToldAgain(book, document);
    steps.put("createPayment", new CreatePayment(book, document, instructions, seal, told));
    steps.put("tellPayment", new TellPayment(told));
    steps.put("findPayment", new FindPayment(book, catalogue));
    steps.put("requirePayable", new RequirePayable(catalogue, rules.settling(), clock));
    steps.put("showPayment", new ShowPayment(document, instructions));
    steps.put("writePaid", new WritePaid(document));
    steps.put("manualInstructions", new ManualInstructions(rules.manualInstructions()));
    steps.put("grantCredit", new GrantCredit(book, document, maker));
  }

  /** The steps by the names that the route file uses. */
  public Map<String, Object> steps() {
    return Map.copyOf(steps);
  }
}
