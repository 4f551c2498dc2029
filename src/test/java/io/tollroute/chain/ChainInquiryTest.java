package io.tollroute.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.MutableClock;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.testing.ChainNode;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node of the chain says, and how far it is believed. */
class ChainInquiryTest {

  private static final String PAYER = "0x00000000000000000000000000000000000000a1";
  private static final String SELLER = "0x00000000000000000000000000000000000000b2";
  private static final String NONCE = "0x" + "7e".repeat(32);
  private static final long DAY = 24 * 3600;

  private final MutableClock clock = new MutableClock();
  private final long now = clock.instant().getEpochSecond();
  private ChainNode node;

  @BeforeEach
  void open() throws Exception {
    node = new ChainNode();
  }

  @AfterEach
  void close() {
    node.close();
  }

  private static Authorized authorized(long validBefore) {
    return new Authorized(
        SandboxChain.NETWORK, SandboxChain.ASSET, PAYER, NONCE, SELLER, "200000", validBefore);
  }

  private ObjectNode used() {
    return node.log(SandboxChain.ASSET, "0x", TokenLog.AUTHORIZATION_USED, Hex.topic(PAYER), NONCE);
  }

  private ObjectNode transfer() {
    String value = "0x" + String.format("%064x", 200_000);
    return node.log(
        SandboxChain.ASSET, value, TokenLog.TRANSFER, Hex.topic(PAYER), Hex.topic(SELLER));
  }

  private Verdict inquire(long began) {
    return inquire(began, 0);
  }

  private Verdict inquire(long began, long searchedTo) {
    return new ChainInquiry(node, clock).of(authorized(began + 300), began, searchedTo);
  }

  private long asked(String method) {
    return node.questions().stream().filter(q -> q.path("method").asText().equals(method)).count();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 10000",
    "1, 2000",
    "1, 500",
    "3, 10000",
    "3, 2000",
    "3, 500",
    "30, 2000",
    "400, 100",
    "400, 10"
  })
  @DisplayName("A payment of days ago is found, however few blocks the node looks through at once")
  void daysAgo(long days, long mostBlocks) {
    long began = now - days * DAY;
    node.knows(List.of(used(), transfer()), now, true);
    node.longAgo(began + 100, 30_000_000);
    node.looksThrough(mostBlocks);

    Verdict verdict = inquire(began);

    assertThat(verdict).isEqualTo(new Verdict.Paid(ChainNode.hash()));
    assertThat(node.questions()).hasSizeLessThanOrEqualTo(60);
  }

  @Test
  @DisplayName("A signature for ever is looked for a piece at a time, and the next goes on there")
  void resumes() {
    long began = now - 20 * DAY;
    node.knows(List.of(used(), transfer()), now, true);
    node.longAgo(now - 6 * 3600, 30_000_000);
    node.looksThrough(9_000);
    Authorized endless = authorized(Long.MAX_VALUE / 1000);
    long searchedTo = 0;
    int tries = 0;
    Verdict verdict = new ChainInquiry(node, clock).of(endless, began, 0);
    while (verdict instanceof Verdict.Undecided undecided && tries++ < 10) {
      assertThat(undecided.searchedTo()).isGreaterThan(searchedTo);
      searchedTo = undecided.searchedTo();
      verdict = new ChainInquiry(node, clock).of(endless, began, searchedTo);
    }

    assertThat(verdict).isEqualTo(new Verdict.Paid(ChainNode.hash()));
    assertThat(tries).isPositive();
  }

  @Test
  @DisplayName("Unused and over is not paid, also of a charge of days ago")
  void unused() {
    node.knows(List.of(), now, false);
    node.longAgo(now, 30_000_000);

    assertThat(inquire(now - 3 * DAY)).isEqualTo(new Verdict.NotPaid());
    assertThat(inquire(now)).isInstanceOf(Verdict.Undecided.class);
    assertThat(inquire(now - 361)).isEqualTo(new Verdict.NotPaid());
    assertThat(inquire(now - 359)).isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  @DisplayName("A node that has forgotten its old logs still knows what was never used")
  void pruned() {
    node.knows(List.of(), now, false);
    node.longAgo(now, 30_000_000);
    node.looksThrough(0);

    assertThat(inquire(now - 3 * DAY)).isEqualTo(new Verdict.NotPaid());

    node.knows(List.of(), now, true);
    node.longAgo(now, 30_000_000);
    assertThat(inquire(now - 3 * DAY)).isInstanceOf(Verdict.Undecided.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x1", "0x14a33", "0x", "84532", "0x014A34f", "", "eip155:84532"})
  @DisplayName("Nothing is believed of a node that is of another chain, or does not say of which")
  void otherChain(String chainId) {
    node.knows(List.of(used(), transfer()), now, true);
    node.is(chainId);
    assertThat(inquire(now)).isInstanceOf(Verdict.Undecided.class);

    node.knows(List.of(), now + DAY, false);
    node.is(chainId);
    assertThat(inquire(now)).isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  @DisplayName("A chain's id is a number: zeros before it and the case of its digits mean nothing")
  void spelling() {
    String id = Long.toHexString(Long.parseLong(SandboxChain.NETWORK.substring(7)));
    for (String spelled : List.of("0x" + id, "0x00" + id, "0x" + id.toUpperCase())) {
      node.knows(List.of(used(), transfer()), now, true);
      node.is(spelled);
      assertThat(inquire(now)).isEqualTo(new Verdict.Paid(ChainNode.hash()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  @DisplayName("An address that speaks for nodes of two chains by turns is not believed")
  void turns(int right) {
    for (boolean paid : new boolean[] {true, false}) {
      AtomicInteger count = new AtomicInteger();
      node.knows(paid ? List.of(used(), transfer()) : List.of(), now + DAY, paid);
      node.meddle(
          (method, reply) -> {
            // so many right ones, then a wrong one
            boolean wrong = count.incrementAndGet() % (right + 1) == 0;
            if (method.equals("eth_chainId") && wrong) {
              reply.put("result", "0x1");
            }
          });
      Verdict verdict = inquire(now);
      boolean caught = verdict instanceof Verdict.Undecided;
      assertThat(caught || asked("eth_chainId") == 3).isTrue();
      if (right == 1) {
        assertThat(caught).as("by turns").isTrue();
      }
    }
  }

  @Test
  @DisplayName("A node that changes its chain while it is asked is not believed")
  void switched() {
    for (boolean paid : new boolean[] {true, false}) {
      AtomicInteger count = new AtomicInteger();
      node.knows(paid ? List.of(used(), transfer()) : List.of(), now + DAY, paid);
      node.meddle(
          (method, reply) -> {
            if (method.equals("eth_chainId") && count.incrementAndGet() > 1) {
              reply.put("result", "0x1");
            }
          });

      assertThat(inquire(now)).isInstanceOf(Verdict.Undecided.class);
    }
  }

  private static Arguments lie(String what, String method, BiConsumer<String, ObjectNode> change) {
    BiConsumer<String, ObjectNode> ofMethod =
        (asked, reply) -> {
          boolean empty = reply.path("result").isArray() && reply.path("result").isEmpty();
          if (asked.equals(method) && !empty) {
            change.accept(asked, reply);
          }
        };
    return Arguments.of(what, ofMethod);
  }

  private static ObjectNode first(ObjectNode reply) {
    return (ObjectNode) reply.path("result").path(0);
  }

  private static ObjectNode result(ObjectNode reply) {
    return (ObjectNode) reply.path("result");
  }

  static Stream<Arguments> lies() {
    return Stream.of(
        lie("a log taken back", "eth_getLogs", (m, r) -> first(r).put("removed", true)),
        lie("a log of no block", "eth_getLogs", (m, r) -> first(r).putNull("blockNumber")),
        lie(
            "a log of another contract",
            "eth_getLogs",
            (m, r) -> first(r).put("address", "0x" + "12".repeat(20))),
        lie(
            "a log of another nonce",
            "eth_getLogs",
            (m, r) -> ((ArrayNode) first(r).path("topics")).set(2, "0x" + "33".repeat(32))),
        lie(
            "a log without transaction",
            "eth_getLogs",
            (m, r) -> first(r).remove("transactionHash")),
        lie("logs that are none", "eth_getLogs", (m, r) -> r.put("result", "0x")),
        lie("no receipt", "eth_getTransactionReceipt", (m, r) -> r.putNull("result")),
        lie(
            "a transaction that was reverted",
            "eth_getTransactionReceipt",
            (m, r) -> result(r).put("status", "0x0")),
        lie(
            "a transaction without outcome",
            "eth_getTransactionReceipt",
            (m, r) -> result(r).putNull("status")),
        lie(
            "a transaction of no block",
            "eth_getTransactionReceipt",
            (m, r) -> result(r).putNull("blockNumber")),
        lie(
            "another transaction",
            "eth_getTransactionReceipt",
            (m, r) -> result(r).put("transactionHash", "0x" + "ee".repeat(32))),
        lie(
            "a block without time",
            "eth_getBlockByNumber",
            (m, r) -> result(r).remove("timestamp")),
        lie("no block", "eth_getBlockByNumber", (m, r) -> r.putNull("result")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  @DisplayName("What a node says carelessly pays for nothing, and is no refusal either")
  void careless(String what, BiConsumer<String, ObjectNode> change) {
    node.knows(List.of(used(), transfer()), now, true);
    node.meddle(change);

    assertThat(inquire(now)).as(what).isInstanceOf(Verdict.Undecided.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x", "", "0x1"})
  @DisplayName("What is not said to be unused is not taken for unused")
  void notUnused(String state) {
    node.knows(List.of(), now + DAY, false);
    node.meddle(
        (method, reply) -> {
          if (method.equals("eth_call")) {
            reply.put("result", state);
          }
        });

    assertThat(inquire(now)).isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  @DisplayName("A node that is asked last and does not know the newest block is not believed")
  void lagging() {
    AtomicInteger count = new AtomicInteger();
    node.knows(List.of(), now + DAY, false);
    node.meddle(
        (method, reply) -> {
          if (method.equals("eth_call") || count.get() > 0) {
            count.incrementAndGet();
            if (method.equals("eth_getBlockByNumber")) {
              reply.putNull("result");
            }
          }
        });

    assertThat(inquire(now)).isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  @DisplayName("A transaction that an operator names is looked at as one that was found")
  void named() {
    node.knows(List.of(used(), transfer()), now, true);
    assertThat(new ChainInquiry(node, clock).in(ChainNode.hash(), authorized(now)))
        .isEqualTo(new Verdict.Paid(ChainNode.hash()));

    for (List<ObjectNode> logs :
        List.of(List.of(transfer()), List.of(used()), List.<ObjectNode>of())) {
      node.knows(logs, now, true);
      assertThat(new ChainInquiry(node, clock).in(ChainNode.hash(), authorized(now)))
          .isInstanceOf(Verdict.Undecided.class);
    }
  }
}
