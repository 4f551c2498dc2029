package io.tollroute.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.chain.Blocks.Block;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a node of the chain once what became of an authorization, in bounded time and questions.
 *
 * <p>A used authorization alone proves nothing (the payer can cancel it); paid is only the transfer
 * that the contract made with it. Not paid is only what the contract calls unused when the chain's
 * own time is past it, or what was used otherwise. Neither is believed of a node that is not of the
 * payment's chain, before and after: an address may speak for several nodes.
 */
public final class ChainInquiry {

  private static final Logger LOG = LoggerFactory.getLogger(ChainInquiry.class);

  /** First four bytes of keccak256 of authorizationState(address,bytes32). */
  private static final String AUTHORIZATION_STATE = "0xe94a0102";

  /** How much of its newest past a chain may still exchange. */
  private static final long REORGANIZED_SECONDS = 60;

  /** How far our clock and that of the chain may differ. */
  private static final long SKEW_SECONDS = 120;

  /** How long before its charge somebody else may have used an authorization. */
  private static final long EARLIER_SECONDS = 5 * 3600L;

  private static final int QUESTIONS = 60;

  /** The longest that an inquiry goes on asking. */
  public static final int LONGEST_SECONDS = 20;

  private final ChainNode node;
  private final Clock clock;
  private final long end;
  private int asked;

  /** Begins to ask {@code node}; an inquiry is for one authorization. */
  public ChainInquiry(ChainNode node, Clock clock) {
    this.node = node;
    this.clock = clock;
    this.end = clock.millis() + LONGEST_SECONDS * 1000L;
  }

  private enum State {
    USED,
    UNUSED,
    UNSAID
  }

  /**
   * What became of an authorization.
   *
   * @param since seconds since the epoch: when its charge began
   * @param searchedTo number of the block up to which an earlier inquiry looked for its log in vain
   */
  public Verdict of(Authorized authorized, long since, long searchedTo) {
    try {
      requireChain(authorized);
      Block newest = new Blocks(this::ask).newest();
      return new Search(authorized, newest, since, searchedTo).verdict();
    } catch (NodeFault fault) {
      return undecided(fault.getMessage());
    }
  }

  /**
   * Whether an authorization is used up, for whatever; empty when that cannot be said, now or by
   * this node.
   */
  public Optional<Boolean> isUsed(Authorized authorized) {
    try {
      requireChain(authorized);
      State state = state(authorized, new Blocks(this::ask).newest());
      confirm(authorized);
      return state == State.UNSAID ? Optional.empty() : Optional.of(state == State.USED);
    } catch (NodeFault fault) {
      return Optional.empty();
    }
  }

  /**
   * Whether an authorization has paid in a transaction: {@link Verdict.Paid}, or undecided with the
   * reason.
   */
  public Verdict in(String transaction, Authorized authorized) {
    try {
      requireChain(authorized);
      Verdict verdict = read(transaction, authorized);
      confirm(authorized);
      return verdict instanceof Verdict.NotPaid
          ? undecided("the transaction has not paid with this authorization")
          : verdict;
    } catch (NodeFault fault) {
      return undecided(fault.getMessage());
    }
  }

  /**
   * Lets a node of that chain pass.
   *
   * @throws NodeFault when it is another's, or does not say
   */
  public void requireChain(String network) throws NodeFault {
    String said = Hex.quantity(ask("eth_chainId", parameters())).map(Object::toString).orElse("");
    if (said.isEmpty()) {
      throw new NodeFault(NodeFault.Kind.UNKNOWN, "The node does not say of which chain it is.");
    }
    if (!network.equals("eip155:" + said)) {
      LOG.error(
          "alert=wrong_chain the node of tollroute.x402.rpc-url is of chain {} and not of {};"
              + " nothing that it says is believed",
          said,
          network);
      throw new NodeFault(
          NodeFault.Kind.WRONG_CHAIN,
          "The node is of chain " + said + " and not of " + network + ".");
    }
  }

  private void requireChain(Authorized authorized) throws NodeFault {
    requireChain(authorized.network());
  }

  /** Several nodes behind one address may take turns, so it is asked twice in a row. */
  private void confirm(Authorized authorized) throws NodeFault {
    requireChain(authorized);
    requireChain(authorized);
  }

  /** The node that is asked now has the same chain as the one that was asked before. */
  private void requireKnown(Block block) throws NodeFault {
    String hash = new Blocks(this::ask).block(block.number()).hash();
    if (!hash.isEmpty() && !block.hash().isEmpty() && !hash.equalsIgnoreCase(block.hash())) {
      throw new NodeFault(NodeFault.Kind.WRONG_CHAIN, "The node has exchanged its newest block.");
    }
  }

  private State state(Authorized authorized, Block newest) throws NodeFault {
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    call.put("to", authorized.asset());
    call.put(
        "data",
        AUTHORIZATION_STATE
            + Hex.topic(authorized.payer()).substring(2)
            + authorized.nonce().substring(2));
    try {
      JsonNode said = ask("eth_call", parameters().add(call).add(Hex.of(newest.number())));
      // no contract at all answers 0x, which is no number
      return Hex.quantity(said)
          .map(word -> word.signum() == 0 ? State.UNUSED : State.USED)
          .orElse(State.UNSAID);
    } catch (NodeFault fault) {
      if (fault.kind() == NodeFault.Kind.SILENT || fault.kind() == NodeFault.Kind.ENOUGH) {
        throw fault;
      }
      return State.UNSAID;
    }
  }

  /** Reads a transaction: what the contract did next after it used the authorization. */
  private Verdict read(String transaction, Authorized authorized) throws NodeFault {
    JsonNode receipt = ask("eth_getTransactionReceipt", parameters().add(transaction));
    JsonNode logs = receipt.path("logs");
    boolean itself =
        receipt.path("transactionHash").asText(transaction).equalsIgnoreCase(transaction);
    if (!itself || !logs.isArray() || isPending(receipt)) {
      return undecided("The chain's node does not have the transaction.");
    }
    JsonNode status = receipt.path("status");
    if (!status.isMissingNode()
        && Hex.quantity(status).filter(number -> number.signum() > 0).isEmpty()) {
      return undecided("The transaction was reverted.");
    }
    boolean justUsed = false;
    boolean paidSomewhere = false;
    for (JsonNode log : logs) {
      if (!authorized.isOfToken(log) || isTakenBack(log)) {
        continue;
      }
      boolean pays = authorized.isPayment(log);
      if (justUsed && pays) {
        return new Verdict.Paid(transaction);
      }
      paidSomewhere |= pays;
      justUsed = authorized.isUse(log);
    }
    // a transfer elsewhere in the transaction may be what another authorization paid
    return paidSomewhere
        ? undecided("The transaction has paid, and it cannot be said with which authorization.")
        : new Verdict.NotPaid();
  }

  /** A log of a block that the chain has exchanged, or has not got yet. */
  private static boolean isTakenBack(JsonNode log) {
    return log.path("removed").asBoolean(false) || isPending(log);
  }

  private static boolean isPending(JsonNode found) {
    return found.path("blockNumber").isNull();
  }

  private static Verdict undecided(String why) {
    return new Verdict.Undecided(why, 0);
  }

  private static ArrayNode parameters() {
    return JsonNodeFactory.instance.arrayNode();
  }

  private JsonNode ask(String method, ArrayNode parameters) throws NodeFault {
    if (asked == QUESTIONS || clock.millis() > end) {
      throw new NodeFault(NodeFault.Kind.ENOUGH, "It is looked for further the next time.");
    }
    asked++;
    return node.ask(method, parameters);
  }

  /** The search for the log of an authorization that is used, from the time of its charge on. */
  private final class Search {

    private final Blocks blocks = new Blocks(ChainInquiry.this::ask);
    private final Authorized authorized;
    private final Block newest;
    private final long since;
    private final ArrayNode topics = parameters();
    private final LogPages pages;
    private long searchedTo;
    private long older;

    Search(Authorized authorized, Block newest, long since, long searchedTo) {
      this.authorized = authorized;
      this.newest = newest;
      this.since = since;
      this.searchedTo = Math.min(searchedTo, newest.number());
      this.older = newest.number();
      this.pages = new LogPages(ChainInquiry.this::ask, authorized.asset());
      topics.addArray().add(TokenLog.AUTHORIZATION_USED).add(TokenLog.AUTHORIZATION_CANCELED);
      topics.add(Hex.topic(authorized.payer()));
      topics.add(authorized.nonce());
    }

    Verdict verdict() {
      try {
        Optional<JsonNode> log = inNewest();
        if (log.isPresent()) {
          return verdict(log.get());
        }
        State state = state(authorized, newest);
        if (state == State.UNUSED
            && newest.time() < authorized.validBefore() + REORGANIZED_SECONDS) {
          return undecided("It is not used yet, and still can be.");
        }
        log = inOlder(state);
        if (log.isPresent()) {
          return verdict(log.get());
        }
        if (state != State.UNUSED) {
          return undecided("The node does not show in which transaction it was used.");
        }
        requireKnown(newest);
        confirm(authorized);
        return new Verdict.NotPaid();
      } catch (NodeFault fault) {
        boolean otherChain = fault.kind() == NodeFault.Kind.WRONG_CHAIN;
        return new Verdict.Undecided(fault.getMessage(), otherChain ? 0 : searchedTo);
      }
    }

    private Verdict verdict(JsonNode log) throws NodeFault {
      String transaction = log.path("transactionHash").asText();
      Verdict verdict;
      if (authorized.isCancellation(log)) {
        verdict = new Verdict.NotPaid();
      } else if (Hex.isHash(transaction)) {
        verdict = read(transaction, authorized);
      } else {
        verdict = undecided("The chain's node shows a log without its transaction.");
      }
      confirm(authorized);
      return verdict;
    }

    private Optional<JsonNode> inNewest() throws NodeFault {
      if (newest.time() - since >= EARLIER_SECONDS) {
        return Optional.empty();
      }
      LogPages.Page page = pages.downwards(0, newest.number(), topics);
      older = page.from() - 1;
      return first(page);
    }

    /** A node that has forgotten its old logs may yet know that it was never used. */
    private Optional<JsonNode> inOlder(State state) throws NodeFault {
      try {
        long first = blocks.atOrBefore(since - SKEW_SECONDS, newest);
        Optional<JsonNode> log = upwards(Math.max(first, searchedTo + 1), older);
        return log.isPresent() || state == State.UNUSED ? log : before(first);
      } catch (NodeFault fault) {
        boolean forgotten =
            fault.kind() == NodeFault.Kind.REFUSED || fault.kind() == NodeFault.Kind.UNKNOWN;
        if (state == State.UNUSED && forgotten) {
          return Optional.empty();
        }
        throw fault;
      }
    }

    /** It can be used in blocks only that are older than its end. */
    private Optional<JsonNode> upwards(long from, long to) throws NodeFault {
      long end = to;
      boolean bounded = authorized.validBefore() >= newest.time();
      for (long next = from; next <= end; ) {
        LogPages.Page page = pages.upwards(next, end, topics);
        Optional<JsonNode> log = first(page);
        if (log.isPresent()) {
          return log;
        }
        next = page.to() + 1;
        searchedTo = page.to();
        if (next <= end && !bounded) {
          bounded = true;
          end = Math.min(end, blocks.atOrBefore(authorized.validBefore() + SKEW_SECONDS, newest));
        }
      }
      return Optional.empty();
    }

    private Optional<JsonNode> before(long first) throws NodeFault {
      long from = blocks.atOrBefore(since - EARLIER_SECONDS, newest);
      for (long last = first - 1; last >= from; ) {
        LogPages.Page page = pages.downwards(from, last, topics);
        Optional<JsonNode> log = first(page);
        if (log.isPresent()) {
          return log;
        }
        last = page.from() - 1;
      }
      return Optional.empty();
    }

    private Optional<JsonNode> first(LogPages.Page page) {
      for (JsonNode log : page.logs()) {
        boolean own = authorized.isUse(log) || authorized.isCancellation(log);
        if (own && !isTakenBack(log)) {
          return Optional.of(log);
        }
      }
      return Optional.empty();
    }
  }
}
