package io.tollroute.call;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tokens where they do not belong: in an address, which others write into their logs, or in a body,
 * which goes to a provider.
 */
public final class MisplacedToken {

  private static final Set<String> NAMES = Set.of("token", "paymenttoken", "xpaymenttoken");

  private MisplacedToken() {}

  /**
   * Whether the query of an address holds one, by what it looks like.
   *
   * @param byName whether a parameter that is named like one counts too
   */
  public static boolean isIn(String query, boolean byName) {
    for (String field : query.split("[&;]")) {
      int equals = field.indexOf('=');
      String name = equals < 0 ? field : field.substring(0, equals);
      String value = equals < 0 ? "" : decoded(field.substring(equals + 1)).strip();
      if (!value.isEmpty() && ((byName && isName(decoded(name))) || isToken(value))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a body holds one: as what it looks like, wherever it stands, or by its name, at the
   * root.
   *
   * @param expected names that the body may have
   */
  public static boolean isIn(JsonNode body, Predicate<String> expected) {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      JsonNode value = field.getValue();
      boolean empty = value.isNull() || (value.isTextual() && value.textValue().isBlank());
      if (!empty && isName(field.getKey()) && !expected.test(field.getKey())) {
        return true;
      }
    }
    return holdsToken(body);
  }

  private static boolean holdsToken(JsonNode value) {
    if (value.isTextual()) {
      return isToken(value.textValue().strip());
    }
    for (JsonNode part : value) {
      if (holdsToken(part)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isToken(String value) {
    return TokenShape.isToken(value) || TokenShape.ofBearer(value).isPresent();
  }

  private static boolean isName(String name) {
    return NAMES.contains(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", ""));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
