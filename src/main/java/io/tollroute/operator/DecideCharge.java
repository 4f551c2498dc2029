package io.tollroute.operator;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.call.Refusal;
import io.tollroute.chain.Authorized;
import io.tollroute.chain.ChainInquiry;
import io.tollroute.chain.Hex;
import io.tollroute.chain.Verdict;
import io.tollroute.ledger.AuditLog;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.Decision;
import io.tollroute.ledger.Decisions;
import io.tollroute.ledger.Objection;
import io.tollroute.x402.ProofKey;
import io.tollroute.x402.RouteNode;
import io.tollroute.x402.SignedPayments;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

/**
 * Decides a charge whose outcome is not known: by the chain's node where it shows what became of
 * it, and otherwise, when the payment's validity is over, on the operator's word.
 */
public final class DecideCharge {

  private static final Set<String> KNOWN = Set.of("transaction", "paid", "reason", "by");

  private final BackofficeJson writer = new BackofficeJson();
  private final Backoffice backoffice;
  private final Decisions decisions;
  private final SignedPayments payments;
  private final boolean chainKnown;
  private final Clock clock;

  /** With {@code chainKnown} a node of the chain is asked. */
  public DecideCharge(
      Backoffice backoffice,
      Decisions decisions,
      SignedPayments payments,
      boolean chainKnown,
      Clock clock) {
    this.backoffice = backoffice;
    this.decisions = decisions;
    this.payments = payments;
    this.chainKnown = chainKnown;
    this.clock = clock;
  }

  /**
   * What the operator wishes.
   *
   * @param transaction that he has seen
   * @param paid his word, if he gives it
   */
  private record Wish(
      Optional<String> transaction, Optional<Boolean> paid, String reason, String by) {

    static Wish of(JsonNode body) throws Objection {
      Optional<String> transaction = Question.optional(body, "transaction");
      if (transaction.isPresent() && !Hex.isHash(transaction.get())) {
        throw Objection.invalid("transaction must be a hash: 0x and 64 hexadecimal digits.");
      }
      boolean said = body.hasNonNull("paid");
      Optional<Boolean> paid = said ? Optional.of(Question.flag(body, "paid")) : Optional.empty();
      if (transaction.isPresent() && paid.equals(Optional.of(false))) {
        throw Objection.invalid("What was not paid has no transaction.");
      }
      return new Wish(transaction, paid, Question.text(body, "reason"), Question.text(body, "by"));
    }

    Decision decision(String charge, boolean wasPaid, Decision.How how, Optional<String> in) {
      String network = ProofKey.of(charge).map(ProofKey::network).orElse("");
      return new Decision(wasPaid, how, in, network, by, reason);
    }
  }

  /**
   * What the operator is about to do.
   *
   * @throws Objection when it cannot be asked like this
   */
  AuditLog.Intent intent(Question question, Actor by) throws Objection {
    Wish wish = Wish.of(question.body(KNOWN));
    List<String> parts = new ArrayList<>();
    wish.paid().ifPresent(paid -> parts.add(paid ? "paid" : "not paid"));
    wish.transaction().ifPresent(hash -> parts.add("transaction " + hash));
    Stream.of("by " + wish.by(), "reason " + wish.reason())
        .filter(part -> !part.endsWith(" "))
        .forEach(parts::add);
    return new AuditLog.Intent(
        by.who(), by.surface(), "decide", question.name(), String.join("; ", parts));
  }

  JsonNode answer(Question question, Exchange exchange) throws Objection, Refusal {
    Wish wish = Wish.of(question.body(KNOWN));
    String key = question.name();
    ChargeView charge =
        backoffice
            .charge(key)
            .orElseThrow(() -> Objection.notFound("There is no charge of this key."));
    Decision decision =
        charge.cameIn()
            ? wish.decision(key, wish.paid().orElse(true), Decision.How.WORD, wish.transaction())
            : decide(exchange.getContext(), charge, wish);
    return writer.charge(decisions.decide(key, decision));
  }

  private Decision decide(CamelContext context, ChargeView charge, Wish wish)
      throws Objection, Refusal {
    Authorized authorized =
        payments
            .of(charge, decisions.sealedSettlement(charge.key()))
            .orElseThrow(() -> Objection.refused("It was not paid by itself; nothing is open."));
    if (!chainKnown) {
      return word(
          charge, authorized, wish, "There is no node of the chain (tollroute.x402.rpc-url)");
    }
    Verdict verdict = ask(context, charge, authorized, wish);
    if (verdict instanceof Verdict.Paid paid) {
      if (wish.paid().equals(Optional.of(false))) {
        throw Objection.refused("The chain shows that it was paid in " + paid.transaction() + ".");
      }
      return wish.decision(charge.key(), true, Decision.How.NODE, Optional.of(paid.transaction()));
    }
    if (verdict instanceof Verdict.Undecided undecided) {
      if (wish.transaction().isPresent()) {
        throw Objection.refused("The node does not confirm it: " + undecided.why());
      }
      return word(charge, authorized, wish, "The node does not decide it: " + undecided.why());
    }
    if (wish.paid().equals(Optional.of(true))) {
      throw Objection.refused("The chain shows that nobody was paid with it.");
    }
    return wish.decision(charge.key(), false, Decision.How.NODE, Optional.empty());
  }

  private Verdict ask(CamelContext context, ChargeView charge, Authorized authorized, Wish wish) {
    try (RouteNode node = new RouteNode(context)) {
      ChainInquiry inquiry = new ChainInquiry(node, clock);
      return wish.transaction().isPresent()
          ? inquiry.in(wish.transaction().get(), authorized)
          : inquiry.of(authorized, charge.createdAt(), 0);
    }
  }

  private Decision word(ChargeView charge, Authorized authorized, Wish wish, String why)
      throws Objection {
    if (wish.paid().isEmpty()) {
      throw Objection.refused(
          why + (why.endsWith(".") ? "" : ".") + " Say yourself whether it was paid, and why.");
    }
    if (wish.reason().isEmpty()) {
      throw Objection.invalid("reason is needed: what your word goes by.");
    }
    long over = payments.over(charge, authorized);
    if (clock.instant().getEpochSecond() < over) {
      throw Objection.refused(
          "It can still be paid until " + Instant.ofEpochSecond(over) + "; ask again then.");
    }
    return wish.decision(charge.key(), wish.paid().get(), Decision.How.WORD, wish.transaction());
  }
}
