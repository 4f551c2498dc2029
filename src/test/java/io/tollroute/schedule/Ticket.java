package io.tollroute.schedule;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What a buyer wants for one proof of payment, and how far he has come. */
final class Ticket {

  /** What is wanted. */
  enum Kind {
    /** An answer that is paid after it exists. */
    AFTER,
    /** An answer that is paid before the work. */
    FIRST,
    /** An answer of work that goes on after the call, paid when it exists. */
    JOB,
    /** A token. */
    TOKEN,
    /** An answer for a token. */
    USE
  }

  /** So many calls of a token, or more, are cheaper. */
  static final int MANY_CALLS = 3;

  /** By how much. */
  static final int MANY_CHEAPER = 2;

  /** So many units of input double the price of what is paid first. */
  static final int UNITS_OF_PRICE = 100;

  private static final String PAYER = "0x%040x";
  private static final String NONCE = "0x%064x";
  private static final String BODY =
      "{\"ImageURLA\":\"https://images.example.com/%s.jpg\","
          + "\"ImageURLB\":\"https://images.example.com/b.jpg\"%s}";

  private final Kind kind;
  private final ObjectNode payment;
  private final String name;
  private final Optional<String> nonce;
  private final Map<String, Object> headers;
  private final int calls;
  private final Optional<String> paymentId;
  private final boolean givesUp;
  private final Optional<String> orderedToken;
  private final List<Attempt> attempts = new ArrayList<>();
  private final TreeSet<Integer> sent = new TreeSet<>();
  private final TreeSet<Integer> sentForItself = new TreeSet<>();
  private boolean received;
  private boolean done;

  private Ticket(
      Kind kind,
      ObjectNode payment,
      String name,
      Optional<String> nonce,
      Map<String, Object> headers,
      int calls,
      Optional<String> paymentId,
      boolean givesUp,
      Optional<String> orderedToken) {
    this.orderedToken = orderedToken;
    this.kind = kind;
    this.payment = payment;
    this.name = name;
    this.nonce = nonce;
    this.headers = headers;
    this.calls = calls;
    this.paymentId = paymentId;
    this.givesUp = givesUp;
  }

  /**
   * Signs a payment for an answer, or for a token that is good for {@code calls}.
   *
   * @param terms what one call costs, as x402 payment requirements
   * @param givesUp whether the buyer believes the first answer that says that nothing was charged
   */
  static Ticket signed(
      Kind kind, int number, int calls, ObjectNode terms, long validBefore, boolean givesUp) {
    ObjectNode accepted = terms.deepCopy();
    long amount = Long.parseLong(terms.path("amount").asText());
    long byInput = kind == Kind.FIRST ? amount / UNITS_OF_PRICE * units(number) : 0;
    long each = kind == Kind.TOKEN && calls >= MANY_CALLS ? amount / MANY_CHEAPER : amount;
    accepted.put("amount", Long.toString(calls * each + byInput));
    return signed(kind, number, calls, accepted, validBefore, givesUp, Optional.empty());
  }

  /** Signs a payment for a token that was ordered before, as the order was shown. */
  static Ticket ordered(int number, ObjectNode order, long validBefore) {
    return signed(
        Kind.TOKEN,
        number,
        order.path("maxCalls").asInt(),
        (ObjectNode) order.at("/accepts/0"),
        validBefore,
        false,
        Optional.of(order));
  }

  private static Ticket signed(
      Kind kind,
      int number,
      int calls,
      ObjectNode accepted,
      long validBefore,
      boolean givesUp,
      Optional<ObjectNode> order) {
    String value = accepted.path("amount").asText();
    String nonce = String.format(NONCE, number + 1);
    ObjectNode payment = JsonNodeFactory.instance.objectNode().put("x402Version", 2);
    payment.set("accepted", accepted);
    ObjectNode payload = payment.putObject("payload");
    payload.put("signature", "0x" + String.format("%0130x", number + 7));
    payload
        .putObject("authorization")
        .put("from", String.format(PAYER, number + 4096))
        .put("to", accepted.path("payTo").asText())
        .put("value", value)
        .put("validAfter", "0")
        .put("validBefore", Long.toString(validBefore))
        .put("nonce", nonce);
    String header =
        Base64.getEncoder().encodeToString(payment.toString().getBytes(StandardCharsets.UTF_8));
    return new Ticket(
        kind,
        payment,
        kind.name().charAt(0) + Integer.toString(number),
        Optional.of(nonce),
        order.isEmpty()
            ? Map.of("PAYMENT-SIGNATURE", header)
            : Map.of(
                "PAYMENT-SIGNATURE", header, "paymentId", order.get().path("paymentId").asText()),
        calls,
        Optional.empty(),
        givesUp,
        order.map(shown -> shown.path("token").asText()));
  }

  /** A use of a token; a named one is the same use however often it is asked for. */
  static Ticket use(int number, String token, String paymentId, boolean named) {
    String name = "U" + number;
    Map<String, Object> headers =
        named
            ? Map.of("X-Payment-Token", token, "Idempotency-Key", "idempotent-key-of-" + name)
            : Map.of("X-Payment-Token", token);
    return new Ticket(
        Kind.USE,
        JsonNodeFactory.instance.objectNode(),
        name,
        Optional.empty(),
        headers,
        1,
        Optional.of(paymentId),
        false,
        Optional.empty());
  }

  Kind kind() {
    return kind;
  }

  String name() {
    return name;
  }

  /** The payment as it was signed. */
  ObjectNode payment() {
    return payment;
  }

  /** Seconds since the epoch until which its payment is good. */
  long validBefore() {
    return payment.at("/payload/authorization/validBefore").asLong();
  }

  Optional<String> nonce() {
    return nonce;
  }

  /** The key of the charge that its payment makes. */
  String chargeKey() {
    int number = Integer.parseInt(name.substring(1));
    return Replica.chargeKey(String.format(PAYER, number + 4096), String.format(NONCE, number + 1));
  }

  Optional<String> paymentId() {
    return paymentId;
  }

  int calls() {
    return calls;
  }

  /** The token that was shown with the order which is paid. */
  Optional<String> orderedToken() {
    return orderedToken;
  }

  boolean isNamed() {
    return headers.containsKey("Idempotency-Key");
  }

  boolean givesUp() {
    return givesUp;
  }

  Map<String, Object> headers() {
    return headers;
  }

  /** The route that it is taken to. */
  String route() {
    if (orderedToken.isPresent()) {
      return "direct:pay-payment";
    }
    return kind == Kind.TOKEN ? "direct:create-payment" : "direct:tool-call";
  }

  /** The service that is asked, by its id. */
  String service() {
    return service(kind);
  }

  static String service(Kind kind) {
    return switch (kind) {
      case FIRST -> Replica.FIRST_SERVICE;
      case JOB -> Replica.JOB_SERVICE;
      default -> Replica.SERVICE;
    };
  }

  byte[] body(boolean other) {
    String body =
        kind == Kind.TOKEN
            ? "{\"serviceId\":\""
                + Replica.SERVICE
                + "\",\"calls\":"
                + (calls + (other ? 1 : 0))
                + "}"
            : String.format(BODY, name + (other ? "-other" : ""), byInput());
    return body.getBytes(StandardCharsets.UTF_8);
  }

  /** What the price goes by, where it goes by the input; the same for another request. */
  private String byInput() {
    return kind == Kind.FIRST
        ? ",\"QualityScoreThreshold\":" + units(Integer.parseInt(name.substring(1)))
        : "";
  }

  private static int units(int number) {
    return number % 4;
  }

  List<Attempt> attempts() {
    return attempts;
  }

  /** An answer of the provider's was sent; {@code other} when something else was asked for. */
  void send(int number, boolean other) {
    sent.add(number);
    if (!other) {
      sentForItself.add(number);
    }
  }

  /** The numbers of the answers that were sent for the very request. */
  TreeSet<Integer> sentForItself() {
    return sentForItself;
  }

  /** The numbers of the provider's answers that were sent. */
  TreeSet<Integer> sent() {
    return sent;
  }

  void receive() {
    received = true;
  }

  boolean hasReceived() {
    return received;
  }

  void finish() {
    done = true;
  }

  boolean isDone() {
    return done;
  }
}
