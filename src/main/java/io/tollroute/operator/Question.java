package io.tollroute.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.tollroute.chain.Address;
import io.tollroute.ledger.BackofficeFilter;
import io.tollroute.ledger.Cents;
import io.tollroute.ledger.Objection;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;

/** What an operator asks for: the name in the path, the query, the body. */
final class Question {

  private static final int USUAL_LIMIT = 50;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final Exchange exchange;

  Question(Exchange exchange) {
    this.exchange = exchange;
  }

  /** The last part of the path that names something. */
  String name() {
    return exchange.getMessage().getHeader("name", "", String.class);
  }

  /**
   * The body as JSON object; no body is an empty one.
   *
   * @throws Objection when it is none, or has other fields than {@code known}
   */
  JsonNode body(Set<String> known) throws Objection {
    byte[] bytes = exchange.getMessage().getBody(byte[].class);
    if (bytes == null || bytes.length == 0) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      JsonNode body = JSON.readTree(bytes);
      if (body.isObject()) {
        for (Map.Entry<String, JsonNode> field : body.properties()) {
          if (!known.contains(field.getKey())) {
            throw Objection.invalid(unknown(field.getKey(), known));
          }
        }
        return body;
      }
    } catch (JsonProcessingException notJson) {
      // ends in the sentence below
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    throw Objection.invalid("The body must be one JSON object.");
  }

  /** A text of the body; empty when it is not there. */
  static String text(JsonNode body, String field) throws Objection {
    JsonNode value = body.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw Objection.invalid(field + " must be a text.");
    }
    return value.textValue().strip();
  }

  /** A text of the body, if there is one. */
  static Optional<String> optional(JsonNode body, String field) throws Objection {
    return Optional.of(text(body, field)).filter(found -> !found.isEmpty());
  }

  /** A number of cents of the body, in millionths of the currency. */
  static Optional<Long> cents(JsonNode body, String field) throws Objection {
    JsonNode value = body.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (value.isNumber()) {
      try {
        return Optional.of(Cents.of(value.decimalValue()).micros());
      } catch (IllegalArgumentException tooFineOrTooLarge) {
        // ends in the sentence below
      }
    }
    throw Objection.invalid(field + " must be a number with at most four decimals.");
  }

  /** A yes or no of the body; no when it is not there. */
  static boolean flag(JsonNode body, String field) throws Objection {
    JsonNode value = body.path(field);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw Objection.invalid(field + " must be true or false.");
    }
    return value.asBoolean(false);
  }

  /** The query as a filter of a list. */
  BackofficeFilter filter() throws Objection {
    Map<String, String> query =
        query(
            Set.of(
                "state",
                "service",
                "payer",
                "since",
                "until",
                "limit",
                "cursor",
                "transaction",
                "requestId",
                "paymentId",
                "settledSince",
                "settledUntil"));
    String limit = query.getOrDefault("limit", Integer.toString(USUAL_LIMIT));
    if (!limit.matches("\\d{1,4}")) {
      throw Objection.invalid("limit must be from 1 to " + BackofficeFilter.MAX_LIMIT + ".");
    }
    return new BackofficeFilter(
        Optional.ofNullable(query.get("state")),
        Optional.ofNullable(query.get("service")),
        payer(Optional.ofNullable(query.get("payer"))),
        time("since", query.get("since"), 0),
        time("until", query.get("until"), Long.MAX_VALUE),
        Integer.parseInt(limit),
        Optional.ofNullable(query.get("cursor")),
        new BackofficeFilter.Marks(
            Optional.ofNullable(query.get("transaction")),
            Optional.ofNullable(query.get("requestId")),
            Optional.ofNullable(query.get("paymentId")),
            time("settledSince", query.get("settledSince"), 0),
            time("settledUntil", query.get("settledUntil"), Long.MAX_VALUE)));
  }

  /** An address whose checksum is wrong would find nothing, and nobody would know why. */
  private static Optional<String> payer(Optional<String> written) throws Objection {
    Optional<Address> mistyped = written.flatMap(Address::of).filter(Address::isMistyped);
    if (mistyped.isPresent()) {
      throw Objection.invalid(
          "payer has a wrong checksum (EIP-55); its digits are spelled "
              + mistyped.get().withChecksum()
              + ".");
    }
    return written;
  }

  /** A time as seconds since the epoch. */
  static long time(String name, String text, long usual) throws Objection {
    if (text == null || text.isEmpty()) {
      return usual;
    }
    return BookedTransfers.time(text)
        .orElseThrow(
            () -> Objection.invalid(name + " must be a time: 2026-01-31T00:00:00Z, 2026-01-31."));
  }

  /** The query; each parameter once, and none that nobody knows. */
  Map<String, String> query(Set<String> known) throws Objection {
    String raw = exchange.getMessage().getHeader(Exchange.HTTP_RAW_QUERY, "", String.class);
    Map<String, String> query = new java.util.HashMap<>();
    try {
      for (Map.Entry<String, List<String>> parameter :
          new QueryStringDecoder(raw, false).parameters().entrySet()) {
        if (!known.contains(parameter.getKey())) {
          throw Objection.invalid(unknown(parameter.getKey(), known));
        }
        if (parameter.getValue().size() > 1) {
          throw Objection.invalid(parameter.getKey() + " is there twice.");
        }
        query.put(parameter.getKey(), parameter.getValue().get(0));
      }
    } catch (IllegalArgumentException brokenEscape) {
      throw Objection.invalid("The query cannot be read.");
    }
    return query;
  }

  private static String unknown(String name, Set<String> known) {
    boolean word = name.matches("[A-Za-z_]{1,30}");
    return (word ? name : "What is asked")
        + " is not known; known are "
        + String.join(", ", known.stream().sorted().toList())
        + ".";
  }
}
