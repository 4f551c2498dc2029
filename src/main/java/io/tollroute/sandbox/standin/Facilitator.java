package io.tollroute.sandbox.standin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.sandbox.TransferAuthorization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A stand-in for an x402 v2 facilitator and the chain behind it: signatures are really recovered,
 * every nonce is good once, and balances are exact. Everything is in memory and gone with the
 * process. Safe for use by many threads.
 */
public final class Facilitator {

  /** Official facilitators refuse an authorization with less than this left, in seconds. */
  private static final BigInteger VALIDITY_MARGIN = BigInteger.valueOf(6);

  /** What is answered: a status and a JSON document. */
  record Answer(int status, JsonNode body) {}

  private record Settlement(TransferAuthorization authorization, String proof, String hash) {

    boolean isOf(ExactPayment payment) {
      return authorization.equals(payment.authorization()) && proof.equals(payment.signature());
    }
  }

  private final JsonMapper json =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private final SecureRandom random = new SecureRandom();
  private final Clock clock;
  private final Instant startedAt;
  private final AtomicLong verifyCalls = new AtomicLong();
  private final AtomicLong settleCalls = new AtomicLong();
  // Recovering a signer is slow and needs no state, so only the books are locked.
  private final Object books = new Object();
  private final Map<String, BigInteger> balances = new HashMap<>();
  private final Map<String, Settlement> settlements = new HashMap<>();

  public Facilitator(Clock clock) {
    this.clock = clock;
    this.startedAt = clock.instant();
    balances.put(key(SandboxWallet.funded(clock).address()), SandboxChain.FUNDING);
    balances.put(key(SandboxWallet.empty(clock).address()), BigInteger.ZERO);
    balances.put(key(SandboxChain.PAY_TO), BigInteger.ZERO);
  }

  /** {@code GET /supported}. */
  JsonNode supported() {
    ObjectNode body = json.createObjectNode();
    body.putArray("kinds")
        .addObject()
        .put("x402Version", 2)
        .put("scheme", "exact")
        .put("network", SandboxChain.NETWORK);
    body.putArray("extensions");
    body.putObject("signers").putArray("eip155:*").add(SandboxChain.FACILITATOR);
    return body;
  }

  /** {@code POST /verify}: changes nothing. */
  Answer verify(byte[] body) {
    verifyCalls.incrementAndGet();
    try {
      ExactPayment payment = ExactPayment.read(parse(body));
      ObjectNode answer = json.createObjectNode();
      Optional<String> refusal = payment.refusal();
      if (refusal.isEmpty()) {
        synchronized (books) {
          refusal = spent(payment).or(() -> notNow(payment));
        }
      }
      answer.put("isValid", refusal.isEmpty());
      refusal.ifPresent(reason -> answer.put("invalidReason", reason));
      answer.put("payer", payment.authorization().from());
      return new Answer(200, answer);
    } catch (ExactPayment.Malformed malformed) {
      return new Answer(
          400,
          json.createObjectNode()
              .put("isValid", false)
              .put("invalidReason", malformed.reason())
              .put("invalidMessage", malformed.getMessage()));
    }
  }

  /**
   * {@code POST /settle}: moves the value once. The identical payment again answers as the first
   * time did; any other use of its nonce is refused.
   */
  public Answer settle(byte[] body) {
    settleCalls.incrementAndGet();
    try {
      ExactPayment payment = ExactPayment.read(parse(body));
      Optional<String> refusal = payment.refusal();
      if (refusal.isPresent()) {
        return refused(payment, refusal.get());
      }
      synchronized (books) {
        Settlement earlier = settlements.get(nonceKey(payment.authorization()));
        if (earlier != null && earlier.isOf(payment)) {
          return settled(payment, earlier);
        }
        refusal = spent(payment).or(() -> notNow(payment));
        if (refusal.isPresent()) {
          return refused(payment, refusal.get());
        }
        return settled(payment, move(payment));
      }
    } catch (ExactPayment.Malformed malformed) {
      return new Answer(
          400, failure(malformed.reason()).put("errorMessage", malformed.getMessage()));
    }
  }

  /** Calls so far, distinct settlements, and balances in atomic units by lower-case address. */
  public JsonNode counters() {
    ObjectNode body =
        json.createObjectNode().put("verify", verifyCalls.get()).put("settle", settleCalls.get());
    synchronized (books) {
      body.put("settled", settlements.size());
      ObjectNode holders = body.putObject("balances");
      new TreeMap<>(balances).forEach((address, units) -> holders.put(address, units.toString()));
    }
    return body;
  }

  /** Every settlement since the start; the books of an earlier process are gone. */
  JsonNode settlements() {
    ObjectNode body = json.createObjectNode().put("since", startedAt.toString());
    ArrayNode rows = body.putArray("settlements");
    synchronized (books) {
      for (Settlement settlement : settlements.values()) {
        TransferAuthorization authorization = settlement.authorization();
        rows.addObject()
            .put("network", SandboxChain.NETWORK)
            .put("asset", SandboxChain.ASSET)
            .put("payer", authorization.from())
            .put("nonce", authorization.nonce())
            .put("amount", authorization.value().toString())
            .put("payTo", authorization.to())
            .put("transaction", settlement.hash());
      }
    }
    return body;
  }

  private JsonNode parse(byte[] body) throws ExactPayment.Malformed {
    try {
      return json.readTree(body);
    } catch (JsonProcessingException notJson) {
      throw new ExactPayment.Malformed("invalid_payload", "the body is not JSON");
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private Optional<String> spent(ExactPayment payment) {
    return settlements.containsKey(nonceKey(payment.authorization()))
        ? Optional.of("invalid_exact_evm_nonce_already_used")
        : Optional.empty();
  }

  private Optional<String> notNow(ExactPayment payment) {
    TransferAuthorization authorization = payment.authorization();
    BigInteger now = BigInteger.valueOf(clock.instant().getEpochSecond());
    if (authorization.validBefore().compareTo(now.add(VALIDITY_MARGIN)) < 0) {
      return Optional.of("invalid_exact_evm_payload_authorization_valid_before");
    }
    if (authorization.validAfter().compareTo(now) >= 0) {
      return Optional.of("invalid_exact_evm_payload_authorization_valid_after");
    }
    return balance(authorization.from()).compareTo(authorization.value()) < 0
        ? Optional.of("invalid_exact_evm_insufficient_balance")
        : Optional.empty();
  }

  private Settlement move(ExactPayment payment) {
    TransferAuthorization authorization = payment.authorization();
    String from = key(authorization.from());
    String to = key(authorization.to());
    balances.put(from, balance(from).subtract(authorization.value()));
    balances.put(to, balance(to).add(authorization.value()));
    byte[] hash = new byte[32];
    random.nextBytes(hash);
    Settlement settlement =
        new Settlement(authorization, payment.signature(), "0x" + HexFormat.of().formatHex(hash));
    settlements.put(nonceKey(authorization), settlement);
    return settlement;
  }

  private Answer settled(ExactPayment payment, Settlement settlement) {
    return new Answer(
        200,
        json.createObjectNode()
            .put("success", true)
            .put("transaction", settlement.hash())
            .put("network", SandboxChain.NETWORK)
            .put("payer", payment.authorization().from())
            .put("amount", payment.authorization().value().toString()));
  }

  private Answer refused(ExactPayment payment, String reason) {
    return new Answer(200, failure(reason).put("payer", payment.authorization().from()));
  }

  private ObjectNode failure(String reason) {
    return json.createObjectNode()
        .put("success", false)
        .put("errorReason", reason)
        .put("transaction", "")
        .put("network", SandboxChain.NETWORK);
  }

  private BigInteger balance(String address) {
    return balances.getOrDefault(key(address), BigInteger.ZERO);
  }

  private static String key(String address) {
    return address.toLowerCase(Locale.ROOT);
  }

  private static String nonceKey(TransferAuthorization authorization) {
    return key(authorization.from()) + authorization.nonce().toLowerCase(Locale.ROOT);
  }
}
