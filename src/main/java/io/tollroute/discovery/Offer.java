package io.tollroute.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.answer.Envelope;
import io.tollroute.call.PaymentCarrier;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.SettlementOrder;
import io.tollroute.corridor.PaymentMethod;
import io.tollroute.corridor.PaymentTerms;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A service and the 402 that it is answered with now: whatever a document says of a price, a
 * receiver or a network is read from there.
 *
 * @param said what each payment method adds to it, in the order of the corridor
 */
record Offer(Service service, List<Said> said) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The id in an example of an answer. */
  private static final String EXAMPLE_ID = "req_000000000000000000000000";

  /** What one payment method adds. */
  record Said(PaymentMethod method, PaymentTerms.Part part) {

    private boolean isSaidStill(Service service, Refusal unpaid) {
      PaymentTerms.Part now = method.terms().lasting(service, unpaid);
      return part == now
          || part.headers().equals(now.headers()) && Arrays.equals(part.members(), now.members());
    }

    /** The payments that it takes, as x402 lists them ({@code accepts}); empty without any. */
    List<JsonNode> accepts() {
      return terms().stream().flatMap(document -> document.path("accepts").valueStream()).toList();
    }

    /** The terms of its first header, where they are JSON (as MCP is told them). */
    private Optional<JsonNode> terms() {
      PaymentCarrier carrier = method.carrier();
      return carrier
          .mcp()
          .terms()
          .filter(field -> !carrier.terms().isEmpty())
          .flatMap(
              field ->
                  Optional.ofNullable(part.headers().get(carrier.terms().get(0)))
                      .map(value -> decoded(field.encoding(), value)));
    }

    private static JsonNode decoded(PaymentCarrier.Encoding encoding, String value) {
      return json(
          switch (encoding) {
            case JSON -> value.getBytes(StandardCharsets.UTF_8);
            case BASE64 -> Base64.getDecoder().decode(value);
          });
    }
  }

  Offer {
    said = List.copyOf(said);
  }

  /** What {@code methods} ask for a service now; {@code unpaid} is why they are asked. */
  static Offer of(Service service, List<PaymentMethod> methods, Refusal unpaid) {
    return new Offer(
        service,
        methods.stream()
            .map(each -> new Said(each, each.terms().lasting(service, unpaid)))
            .toList());
  }

  /** Whether the 402 says the same still. */
  boolean holds(Refusal unpaid) {
    for (Said each : said) {
      if (!each.isSaidStill(service, unpaid)) {
        return false;
      }
    }
    return true;
  }

  /** The payments that any method takes. */
  List<JsonNode> accepts() {
    return said.stream().flatMap(each -> each.accepts().stream()).toList();
  }

  /** The body of the 402, whose request id stands for any. */
  ObjectNode body(Envelope envelope) {
    ObjectNode body =
        (ObjectNode) json(envelope.failure(Refusal.of("payment_required"), EXAMPLE_ID));
    return body.setAll(members());
  }

  /** The body of the 202 that says that the work goes on as a job; {@code job} says which. */
  JsonNode goesOn(Envelope envelope, JsonNode job) {
    String charged = service.settles() == SettlementOrder.FIRST ? "yes" : "no";
    byte[] data = job.toString().getBytes(StandardCharsets.UTF_8);
    return json(envelope.accepted(data, charged, EXAMPLE_ID));
  }

  /** What the payment methods add to the body of the 402. */
  ObjectNode members() {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.write('{');
    for (Said each : said) {
      if (each.part().members().length > 0) {
        if (members.size() > 1) {
          members.write(',');
        }
        members.writeBytes(each.part().members());
      }
    }
    members.write('}');
    return (ObjectNode) json(members.toByteArray());
  }

  private static JsonNode json(byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("a payment method's terms are JSON", e);
    }
  }
}
