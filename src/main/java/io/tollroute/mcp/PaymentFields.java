package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.PaymentCarrier;
import io.tollroute.call.PaymentCarrier.Encoding;
import io.tollroute.call.TokenShape;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What messages carry of payments, and the headers by which the corridor knows the same. */
final class PaymentFields {

  private final List<PaymentCarrier> carriers;
  private final McpJson json;

  /** Fields of the methods of {@code carriers}. */
  PaymentFields(List<PaymentCarrier> carriers, McpJson json) {
    this.carriers = List.copyOf(carriers);
    this.json = json;
  }

  /** Adds the arguments that hold proofs to the properties of a tool's schema. */
  void describe(ObjectNode properties) {
    arguments()
        .forEach(
            argument ->
                properties
                    .putObject(argument.name())
                    .put("type", "string")
                    .put("description", argument.description()));
  }

  /** The argument that holds a proof, for sentences; there is one at most. */
  Optional<String> argument() {
    return arguments().map(PaymentCarrier.Argument::name).findFirst();
  }

  /** How to pay without a token, as the beginning of a sentence. */
  String hints() {
    return String.join(
        ". ",
        carriers.stream()
            .map(carrier -> carrier.mcp().hint())
            .filter(hint -> !hint.isEmpty())
            .toList());
  }

  private Stream<PaymentCarrier.Argument> arguments() {
    return carriers.stream().flatMap(carrier -> carrier.mcp().argument().stream());
  }

  /**
   * The proofs that came with a call, by header; two different ones of a kind are a list, as over
   * HTTP. What held them is taken out of {@code input}.
   */
  Map<String, Object> proofs(ObjectNode input, ObjectNode meta, HttpCall http) {
    Proofs proofs = new Proofs();
    for (PaymentCarrier carrier : carriers) {
      if (carrier.proofs().isEmpty()) {
        continue;
      }
      carrier.proofs().forEach(header -> proofs.addHeader(header.name(), http));
      String first = carrier.proofs().get(0).name();
      if (carrier.mcp().argument().isPresent()) {
        String name = carrier.mcp().argument().get().name();
        proofs.addBearer(first, http);
        text(input.remove(name)).ifPresent(value -> proofs.add(first, value));
      }
      if (carrier.mcp().proof().isPresent()) {
        PaymentCarrier.Field field = carrier.mcp().proof().get();
        encoded(meta.get(field.key()), field.encoding())
            .ifPresent(value -> proofs.add(first, value));
      }
    }
    return proofs.headers();
  }

  /** The terms of an unpaid call by the field that has them; those of our first method first. */
  Map<String, ObjectNode> terms(Corridor.Answer answer) {
    Map<String, ObjectNode> terms = new LinkedHashMap<>();
    for (PaymentCarrier carrier : carriers) {
      Optional<String> header = first(answer, carrier.terms());
      carrier
          .mcp()
          .terms()
          .ifPresent(
              field ->
                  header.ifPresent(
                      value ->
                          terms.put(field.key(), json.read(decoded(value, field.encoding())))));
    }
    return terms;
  }

  /** Adds the receipts of a paid call to the {@code _meta} of its result. */
  void receipts(Corridor.Answer answer, ObjectNode meta) {
    for (PaymentCarrier carrier : carriers) {
      Optional<String> header = first(answer, carrier.receipts());
      carrier
          .mcp()
          .receipt()
          .ifPresent(
              field ->
                  header.ifPresent(
                      value -> meta.set(field.key(), json.read(decoded(value, field.encoding())))));
    }
  }

  private static Optional<String> first(Corridor.Answer answer, List<String> headers) {
    return headers.stream()
        .flatMap(header -> answer.header(header.toLowerCase(Locale.ROOT)).stream())
        .findFirst();
  }

  private static byte[] decoded(String value, Encoding encoding) {
    return encoding == Encoding.BASE64
        ? Base64.getDecoder().decode(value)
        : value.getBytes(StandardCharsets.UTF_8);
  }

  /** A proof that an argument holds; models like to fill in what they leave out. */
  private static Optional<String> text(JsonNode argument) {
    if (argument == null || argument.isNull()) {
      return Optional.empty();
    }
    String value = argument.isTextual() ? argument.textValue() : argument.toString();
    return value.isBlank() ? Optional.empty() : Optional.of(value);
  }

  /** The proof as the header has it: made from the object, or what was given as a text. */
  private Optional<String> encoded(JsonNode proof, Encoding encoding) {
    boolean empty = proof != null && proof.isTextual() && proof.textValue().isBlank();
    if (proof == null || proof.isNull() || empty) {
      return Optional.empty();
    }
    if (proof.isTextual()) {
      return Optional.of(proof.textValue());
    }
    return Optional.of(
        encoding == Encoding.BASE64
            ? Base64.getEncoder().encodeToString(json.bytes(proof))
            : json.text(proof));
  }

  private static final class Proofs {

    private final Map<String, Set<String>> values = new LinkedHashMap<>();

    void add(String header, String value) {
      values.computeIfAbsent(header, name -> new LinkedHashSet<>()).add(value);
    }

    /** Clients that sign in somewhere send tokens of others there, which are no payment. */
    void addBearer(String header, HttpCall http) {
      for (String one : http.header("authorization").orElse("").split(",", -1)) {
        TokenShape.ofBearer(one).ifPresent(token -> add(header, token));
      }
    }

    void addHeader(String header, HttpCall http) {
      http.header(header.toLowerCase(Locale.ROOT))
          .filter(value -> !value.isBlank())
          .ifPresent(
              value -> {
                // no proof has a comma, so these were two headers
                for (String one : value.split(",", -1)) {
                  add(header, one.strip());
                }
                if (value.indexOf(',') >= 0) {
                  add(header, value);
                }
              });
    }

    Map<String, Object> headers() {
      Map<String, Object> headers = new LinkedHashMap<>();
      values.forEach(
          (name, all) ->
              headers.put(name, all.size() == 1 ? all.iterator().next() : List.copyOf(all)));
      return headers;
    }
  }
}
