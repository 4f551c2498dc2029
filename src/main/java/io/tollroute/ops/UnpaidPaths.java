package io.tollroute.ops;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.catalog.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What somebody outside can have done without a payment: the addresses to which the route files
 * lead from a route that takes requests or messages of others, other than through the corridor.
 * What objects of Java call by themselves is not seen, but for the one that calls providers.
 *
 * <p>In doubt there is such a path: a text that looks like an address is one that is called, and an
 * address that is only known at the call may be any.
 */
final class UnpaidPaths {

  /** What stands behind these is paid for, or not begun. */
  private static final Set<String> GATES = Set.of("direct:tool-call", "direct:sell");

  /**
   * A route that is told what becomes of charges: a call that is refused, and so costs nothing, is
   * told too.
   */
  private static final String TOLD = "{{tollroute.events}}";

  /** Begun by the clock, or by other routes of this process; whatever else begins is outside. */
  private static final Set<String> INSIDE =
      Set.of("direct", "seda", "kamelet", "timer", "scheduler", "quartz", "cron");

  /** Addresses of other routes of this process. */
  private static final Set<String> OWN = Set.of("direct", "seda", "kamelet");

  /** The object in Java that calls a route, however it is named, and the route. */
  private static final Map<Pattern, String> BY_JAVA =
      Map.of(Pattern.compile("\\bcallProvider\\b"), "direct:do-the-work");

  /** Begins with what a document says, and calls the routes that it names. */
  private static final String BY_DOCUMENT = "rest-openapi";

  /** Steps whose address may be made at the call. */
  private static final Set<String> MADE_AT_CALL =
      Set.of("toD", "wireTap", "recipientList", "routingSlip", "dynamicRouter", "enrich", "poll");

  /** Those of them that cut what is made into several addresses: a variable may bring its own. */
  private static final Set<String> CUT = Set.of("recipientList", "routingSlip", "dynamicRouter");

  /** Where a text is said to somebody and called by nobody. */
  private static final Set<String> SAID =
      Set.of("description", "note", "message", "id", "routeId", "loggingLevel");

  /** In which an expression may be written. */
  private static final Set<String> LANGUAGES =
      Set.of(
          "header",
          "variable",
          "exchangeProperty",
          "jsonpath",
          "jq",
          "method",
          "groovy",
          "xpath",
          "ref",
          "language",
          "datasonnet",
          "mvel",
          "ognl",
          "python",
          "js",
          "java",
          "csimple",
          "tokenize",
          "xtokenize",
          "xquery",
          "wasm",
          "hl7terser",
          "simple");

  private static final String VARIABLE = "\\$\\{[^}]*}|\\{\\{[^}]*}}";

  private static final Pattern CALL =
      Pattern.compile(
          "\\b(direct|seda|kamelet):(?://)?((?:" + VARIABLE + "|[^?&,;\\s\"'|(){}$])+)");

  private static final Pattern SCHEME = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*):.*");

  private static final Pattern OPEN = Pattern.compile(VARIABLE);

  /** Camel takes these out of an address. */
  private static final Pattern ESCAPED = Pattern.compile("%([0-7][0-9A-Fa-f])");

  private static final Pattern KAMELET_MADE =
      Pattern.compile("^(kamelet:[^/?${}]+).*\\$\\{.*", Pattern.DOTALL);

  /** One route, and what it calls. */
  private static final class Node {

    private final RouteEntry entry;
    private final boolean outside;
    private final Set<String> calls = new LinkedHashSet<>();

    /** Kamelets that it calls with parameters that are only known at the call. */
    private final Set<String> fills = new LinkedHashSet<>();

    private boolean callsAny;

    /** It calls what its parameters say. */
    private boolean callsFilled;

    Node(RouteEntry entry, boolean outside) {
      this.entry = entry;
      this.outside = outside;
    }
  }

  private final UnaryOperator<String> placeholders;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, List<Node>> serving = new HashMap<>();

  /** Where what a route may call by its name begins, templates and Kamelets. */
  private final Map<String, String> begins = new HashMap<>();

  /** The address, and the route outside from which it was reached first. */
  private final Map<String, RouteEntry> reached = new LinkedHashMap<>();

  /** Routes outside from which something is called that is only known at the call. */
  private final Set<RouteEntry> reachingAny = new LinkedHashSet<>();

  /** The paths through these files. */
  UnpaidPaths(RouteFiles files) {
    this.placeholders = files.placeholders();
    Map<String, RouteEntry> templates = new HashMap<>();
    for (RouteEntry entry : files.entries()) {
      if (entry.kind().equals(RouteEntry.TEMPLATE)) {
        templates.put(entry.node().path("id").asText(), entry);
      }
      if (entry.kind().equals(RouteEntry.TEMPLATE) || entry.kind().equals(RouteEntry.KAMELET)) {
        JsonNode from = entry.from();
        begins.put(
            "kamelet:" + entry.node().path("id").asText(),
            address(filled(from.path("uri").asText(), Map.of()), from, Map.of()));
      }
    }
    for (RouteEntry entry : files.entries()) {
      add(entry, templates, files.entries());
    }
    nodes.stream().filter(node -> node.outside).forEach(this::follow);
  }

  /** Why nobody has to pay for what is at an address, if that is so. */
  Optional<String> to(String address) {
    String plain = address.replaceFirst("[?].*", "");
    return Optional.ofNullable(reached.get(plain))
        .map(from -> plain + " can be had without a payment: " + from + name(from) + " leads to it")
        .or(
            () ->
                reachingAny.stream()
                    .findFirst()
                    .map(
                        from ->
                            plain
                                + " can be had without a payment: "
                                + from
                                + name(from)
                                + " calls what is only known at the call, and that may be it"));
  }

  /** One line for each of these addresses that nobody has to pay for, where the path begins. */
  List<Problem> problems(Collection<String> addresses) {
    List<Problem> problems = new ArrayList<>();
    for (String address : addresses) {
      RouteEntry from = reached.get(address);
      if (from != null) {
        problems.add(
            new Problem(
                from.file(),
                from.line(),
                "leads to "
                    + address
                    + " without a payment; call direct:tool-call, or let nobody from outside in"));
      }
    }
    Set<RouteEntry> told =
        addresses.stream().map(reached::get).filter(Objects::nonNull).collect(Collectors.toSet());
    reachingAny.stream()
        .filter(from -> !told.contains(from))
        .forEach(
            from ->
                problems.add(
                    new Problem(
                        from.file(),
                        from.line(),
                        "takes requests from outside and calls an address that is only known at the"
                            + " call, which may be a provider's; begin the address with a fixed"
                            + " scheme, or name the addresses")));
    return problems;
  }

  private static String name(RouteEntry entry) {
    return entry.id().map(id -> " (" + id + ")").orElse("");
  }

  private void add(RouteEntry entry, Map<String, RouteEntry> templates, List<RouteEntry> all) {
    switch (entry.kind()) {
      case RouteEntry.ROUTE, RouteEntry.FROM -> {
        Node node = begin(entry, entry.from(), Map.of());
        collect(entry.node(), Map.of(), node);
        surroundings(entry, node, all);
      }
      case RouteEntry.TEMPLATED -> {
        RouteEntry template = templates.get(entry.node().path("routeTemplateRef").asText());
        if (template != null) {
          Map<String, String> parameters = parameters(template, entry);
          Node node = begin(entry, template.from(), parameters);
          collect(template.node(), parameters, node);
          surroundings(template, node, all);
        }
      }
      case RouteEntry.TEMPLATE, RouteEntry.KAMELET -> {
        Node node = new Node(entry, false);
        serve("kamelet:" + entry.node().path("id").asText(), node);
        collect(entry.node(), Map.of(), node);
        // whoever calls it says what its parameters are
        node.callsFilled = node.callsAny;
        node.callsAny = false;
        surroundings(entry, node, all);
      }
      case "rest" -> {
        Node node = add(new Node(entry, true));
        collect(entry.node(), Map.of(), node);
        node.callsAny |= entry.node().has("openApi");
      }
      default -> {
        // belongs to the routes around it
      }
    }
  }

  private Node begin(RouteEntry entry, JsonNode from, Map<String, String> parameters) {
    JsonNode named = from.isTextual() ? from : from.path("uri");
    String uri = address(filled(named.asText(), parameters), from, parameters);
    // parameters may stand beside the bare name of a component
    String scheme = scheme(uri).orElse(uri);
    boolean told = OWN.contains(scheme) && uri.equals(plain(placeholders.apply(TOLD)));
    Node node = new Node(entry, told || isOutside(uri, scheme, begins.size()));
    node.callsAny = scheme.equals(BY_DOCUMENT);
    if (OWN.contains(scheme)) {
      serve(uri, node);
    }
    if (told) {
      reached.put(uri, entry);
    }
    return add(node);
  }

  /** One that begins with a Kamelet begins where that does; of one in a jar nobody knows where. */
  private boolean isOutside(String uri, String scheme, int deep) {
    if (!scheme.equals("kamelet")) {
      return !INSIDE.contains(scheme);
    }
    String name = uri.replaceFirst("/.*", "");
    String begin = begins.get(name);
    if (name.equals("kamelet:source") || name.equals("kamelet:sink")) {
      return false;
    }
    return begin == null || deep == 0 || isOutside(begin, scheme(begin).orElse(begin), deep - 1);
  }

  private Node add(Node node) {
    nodes.add(node);
    return node;
  }

  private void serve(String address, Node node) {
    serving.computeIfAbsent(address, none -> new ArrayList<>()).add(node);
  }

  private static Map<String, String> parameters(RouteEntry template, RouteEntry made) {
    Map<String, String> parameters = new HashMap<>();
    for (JsonNode each : template.node().path("parameters")) {
      if (each.has("defaultValue")) {
        parameters.put(each.path("name").asText(), each.path("defaultValue").asText());
      }
    }
    for (JsonNode each : made.node().path("parameters")) {
      parameters.put(each.path("name").asText(), each.path("value").asText());
    }
    return parameters;
  }

  /** What is done around the steps of a route: by its file, and by its configurations. */
  private void surroundings(RouteEntry entry, Node node, List<RouteEntry> all) {
    JsonNode route = entry.node().has("route") ? entry.node().get("route") : entry.node();
    List<String> configured =
        List.of(placeholders.apply(route.path("routeConfigurationId").asText()).split("\\s*,\\s*"));
    for (RouteEntry other : all) {
      boolean around =
          switch (other.kind()) {
            case RouteEntry.CONFIGURATION ->
                other.id().isEmpty()
                    || configured.stream().anyMatch(name -> matches(name, other.id().get()));
            case "onException",
                "onCompletion",
                "intercept",
                "interceptFrom",
                "interceptSendToEndpoint",
                "errorHandler" ->
                other.file().equals(entry.file());
            default -> false;
          };
      if (around) {
        collect(other.node(), Map.of(), node);
      }
    }
  }

  private static boolean matches(String name, String id) {
    return name.endsWith("*")
        ? id.startsWith(name.substring(0, name.length() - 1))
        : name.equals(id);
  }

  private String filled(String text, Map<String, String> parameters) {
    String filled = text;
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      filled = filled.replace("{{" + parameter.getKey() + "}}", parameter.getValue());
    }
    return ESCAPED
        .matcher(placeholders.apply(filled))
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(found.group(1), 16))));
  }

  /** Everything in a part of a file that is an address, or may become one. */
  private void collect(JsonNode part, Map<String, String> parameters, Node node) {
    collect(part, false, parameters, node);
  }

  /** {@code given}: what stands here is told to a component, which names it as it likes. */
  private void collect(JsonNode part, boolean given, Map<String, String> parameters, Node node) {
    if (part.isArray()) {
      part.forEach(each -> collect(each, false, parameters, node));
    }
    for (Map.Entry<String, JsonNode> field : part.properties()) {
      String key = field.getKey();
      JsonNode value = field.getValue();
      collect(value, key.equals("parameters"), parameters, node);
      if (MADE_AT_CALL.contains(key)) {
        madeAtCall(key, value, parameters, node);
      }
      if (!value.isTextual() || SAID.contains(key) && !given) {
        continue;
      }
      String text = filled(value.asText(), parameters);
      BY_JAVA.forEach(
          (object, route) -> {
            if (object.matcher(text).find()) {
              node.calls.add(route);
            }
          });
      boolean from = part.has("steps") && key.equals("uri");
      if (from) {
        continue;
      }
      calls(key.equals("uri") ? address(text, part, parameters) : text, node);
      if (!given && (key.equals("to") || key.equals("uri"))) {
        node.callsAny |= isOpen(text);
      }
    }
  }

  /** An address whose name may stand beside it. */
  private String address(String uri, JsonNode beside, Map<String, String> parameters) {
    String plain = plain(uri);
    if (!OWN.contains(plain)) {
      return plain;
    }
    JsonNode named = beside.path("parameters");
    String name = named.path(plain.equals("kamelet") ? "templateId" : "name").asText();
    return plain + ":" + filled(name, parameters);
  }

  private static String plain(String uri) {
    return uri.replaceFirst("^(direct|seda|kamelet)://", "$1:").replaceFirst("[?].*", "");
  }

  private void calls(String text, Node node) {
    Matcher call = CALL.matcher(text);
    while (call.find()) {
      String address = call.group(1) + ":" + call.group(2);
      String whole = call.group(1).equals("kamelet") ? address.replaceFirst("/.*", "") : address;
      node.calls.add(whole);
    }
  }

  private void madeAtCall(String key, JsonNode value, Map<String, String> parameters, Node node) {
    JsonNode uri = value.isTextual() ? value : value.path("uri");
    if (uri.isTextual()) {
      node.callsAny |= isOpen(address(filled(uri.asText(), parameters), value, parameters));
      fills(filled(uri.asText(), parameters), value, parameters, node);
      return;
    }
    JsonNode expression = value.path("expression").isObject() ? value.get("expression") : value;
    for (Map.Entry<String, JsonNode> language : expression.properties()) {
      JsonNode said = language.getValue();
      String text = said.isTextual() ? said.asText() : said.path("expression").asText();
      switch (language.getKey()) {
        case "constant" -> {
          // found as a text
        }
        case "simple" -> {
          String made = filled(text, parameters);
          node.callsAny |= isOpen(made.strip()) || CUT.contains(key) && made.contains("${");
          fills(made.strip(), value, parameters, node);
        }
        default -> node.callsAny |= said.has("expression") || LANGUAGES.contains(language.getKey());
      }
    }
  }

  /** Notes a Kamelet that may be told at the call what it is to call. */
  private void fills(String uri, JsonNode beside, Map<String, String> parameters, Node node) {
    String name = address(uri, beside, parameters);
    boolean made = beside.path("parameters").toString().contains("${");
    Matcher kamelet = KAMELET_MADE.matcher(uri);
    if (kamelet.matches()) {
      node.fills.add(kamelet.group(1));
    } else if (made && name.startsWith("kamelet:")) {
      node.fills.add(name.replaceFirst("/.*", ""));
    }
  }

  /** Whether it is not even known what kind of address it is. */
  private static boolean isOpen(String address) {
    Matcher open = OPEN.matcher(address);
    if (!open.find()) {
      return scheme(address).filter("ref"::equals).isPresent();
    }
    String known = address.substring(0, open.start());
    // settings of ours are addresses of others
    boolean ours = known.isEmpty() && open.group().startsWith("{{tollroute.");
    return !ours && scheme(known).isEmpty();
  }

  private static Optional<String> scheme(String address) {
    Matcher scheme = SCHEME.matcher(address);
    return scheme.matches()
        ? Optional.of(scheme.group(1).toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  private void follow(Node outside) {
    Deque<Node> next = new ArrayDeque<>(List.of(outside));
    Set<Node> seen = new HashSet<>();
    while (!next.isEmpty()) {
      Node node = next.pop();
      if (!seen.add(node)) {
        continue;
      }
      boolean fillsAny =
          node.fills.stream()
              .flatMap(kamelet -> serving.getOrDefault(kamelet, List.of()).stream())
              .anyMatch(called -> called.callsFilled);
      if (node.callsAny || fillsAny) {
        reachingAny.add(outside.entry);
      }
      for (String call : node.calls) {
        for (String address : like(call)) {
          if (!GATES.contains(address)) {
            reached.putIfAbsent(address, outside.entry);
            next.addAll(serving.getOrDefault(address, List.of()));
          }
        }
      }
    }
  }

  /** The addresses that are served and that one with variables may be. */
  private Collection<String> like(String call) {
    Matcher open = OPEN.matcher(call);
    StringBuilder pattern = new StringBuilder();
    int from = 0;
    while (open.find()) {
      pattern.append(Pattern.quote(call.substring(from, open.start()))).append(".*");
      from = open.end();
    }
    if (from == 0) {
      return List.of(call);
    }
    Pattern wanted =
        Pattern.compile(pattern.append(Pattern.quote(call.substring(from))).toString());
    return serving.keySet().stream().filter(each -> wanted.matcher(each).matches()).toList();
  }
}
