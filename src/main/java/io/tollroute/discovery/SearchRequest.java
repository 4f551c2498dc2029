package io.tollroute.discovery;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Service;
import io.tollroute.search.ServiceSearch;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a query string asks for.
 *
 * @param text what is looked for; blank for everything
 * @param category of the services, if only those of one are wanted
 * @param provider who does their work, as entries name him
 * @param maxPrice of a call at its cheapest, in units of its currency
 * @param limit how many are told, 1 to {@value #MAX_LIMIT}
 * @param offset how many are passed over
 */
record SearchRequest(
    String text,
    Optional<String> category,
    Optional<String> provider,
    Optional<BigDecimal> maxPrice,
    int limit,
    int offset) {

  private static final int USUAL_LIMIT = 10;
  private static final int MAX_LIMIT = 50;
  private static final int MAX_OFFSET = 1_000_000;
  private static final int MAX_NAME = 100;
  private static final List<String> NAMES =
      List.of("q", "category", "provider", "maxPrice", "limit", "offset");
  private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,6})?");
  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,7}");

  /**
   * Reads it.
   *
   * @throws Refusal {@code invalid_request} with the parameter that is wrong, as a pointer
   */
  static SearchRequest of(String query) throws Refusal {
    Map<String, List<String>> parameters = parameters(query);
    for (Map.Entry<String, List<String>> each : parameters.entrySet()) {
      if (!NAMES.contains(each.getKey())) {
        // its name may be anything, and is not repeated
        throw wrong("", "The query has a parameter that there is not; there are " + names() + ".");
      }
      if (each.getValue().size() > 1) {
        throw wrong(each.getKey(), "The parameter " + each.getKey() + " is given more than once.");
      }
    }
    return new SearchRequest(
        bounded(parameters, "q", ServiceSearch.MAX_LENGTH).orElse(""),
        bounded(parameters, "category", MAX_NAME),
        bounded(parameters, "provider", MAX_NAME),
        amount(parameters),
        whole(parameters, "limit", 1, MAX_LIMIT).orElse(USUAL_LIMIT),
        whole(parameters, "offset", 0, MAX_OFFSET).orElse(0));
  }

  private static Map<String, List<String>> parameters(String query) throws Refusal {
    try {
      return new QueryStringDecoder(query, StandardCharsets.UTF_8, false).parameters();
    } catch (IllegalArgumentException e) {
      throw wrong("", "The query is not percent-encoded as it should be.");
    }
  }

  /** Whether a service is one of those that are wanted, whatever its texts say. */
  Predicate<Service> wanted() {
    return service ->
        category.map(service.shelf().category()::equals).orElse(true)
            && provider.map(service.provider().name()::equals).orElse(true)
            && maxPrice.map(most -> service.price().amount().compareTo(most) <= 0).orElse(true);
  }

  private static Optional<String> bounded(
      Map<String, List<String>> parameters, String name, int longest) throws Refusal {
    Optional<String> value = value(parameters, name);
    if (value.isPresent() && value.get().length() > longest) {
      throw wrong(name, name + " has more than " + longest + " characters.");
    }
    return value;
  }

  private static Optional<BigDecimal> amount(Map<String, List<String>> parameters) throws Refusal {
    Optional<String> value = value(parameters, "maxPrice");
    if (value.isPresent() && !AMOUNT.matcher(value.get()).matches()) {
      throw wrong("maxPrice", "maxPrice is an amount such as 0.20.");
    }
    return value.map(BigDecimal::new);
  }

  private static Optional<Integer> whole(
      Map<String, List<String>> parameters, String name, int least, int most) throws Refusal {
    Optional<String> value = value(parameters, name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (WHOLE.matcher(value.get()).matches()) {
      int number = Integer.parseInt(value.get());
      if (number >= least && number <= most) {
        return Optional.of(number);
      }
    }
    throw wrong(name, name + " is a whole number from " + least + " to " + most + ".");
  }

  private static Optional<String> value(Map<String, List<String>> parameters, String name) {
    return Optional.ofNullable(parameters.get(name)).map(values -> values.get(0));
  }

  private static String names() {
    return String.join(", ", NAMES);
  }

  private static Refusal wrong(String parameter, String sentence) {
    Refusal refusal = Refusal.of("invalid_request").saying(sentence);
    return parameter.isEmpty() ? refusal : refusal.at("/" + parameter);
  }
}
