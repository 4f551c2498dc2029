package io.tollroute.web;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.Method;

/** The addresses of a server and what each takes, as the routes that serve it say. */
final class HttpAddresses {

  private static final Pattern PARAMETER = Pattern.compile("\\{[^/}]+}");

  private static final String SERVICE = "{service}";

  private final List<Served> served = new CopyOnWriteArrayList<>();

  /** One route's address. */
  private record Served(Object owner, PlatformHttpEndpoint endpoint, Pattern path) {

    /** What stands in a path for the parameter {@code service}. */
    Optional<String> service(String asked) {
      Matcher matcher = path.matcher(asked);
      return matcher.matches() && endpoint.getPath().contains(SERVICE)
          ? Optional.of(matcher.group("service"))
          : Optional.empty();
    }

    List<String> methods() {
      List<String> methods = new ArrayList<>();
      for (String method : endpoint.getHttpMethodRestrict().split("\\s*,\\s*")) {
        methods.add(method.toUpperCase(Locale.ROOT));
      }
      return methods;
    }

    /** What the route is noted to be for. */
    Optional<String> advice() {
      return endpoint.getCamelContext().getRoutes().stream()
          .filter(route -> route.getEndpoint() == endpoint)
          .flatMap(route -> Stream.ofNullable(route.getNote()))
          .map(endpoint.getCamelContext()::resolvePropertyPlaceholders)
          .findFirst();
    }
  }

  /**
   * What is at a path.
   *
   * @param methods in the order in which {@code Allow} names them
   * @param advice what is said beside another method, if anything
   * @param service what stands in the path for the parameter of that name
   */
  record Found(Set<String> methods, Optional<String> advice, Optional<String> service) {

    /** For the header {@code Allow}. */
    String allow() {
      return String.join(", ", methods);
    }
  }

  /** Whether a route leaves some methods to the server, which then refuses them. */
  static boolean isRestricted(PlatformHttpEndpoint endpoint) {
    return !Method.parseList(endpoint.getHttpMethodRestrict()).equals(Method.getAll());
  }

  /** Whoever serves an address says so, until he takes it away. */
  void add(Object owner, PlatformHttpEndpoint endpoint) {
    StringBuilder path = new StringBuilder();
    String written = endpoint.getPath();
    Matcher parameter = PARAMETER.matcher(written);
    int end = 0;
    while (parameter.find()) {
      path.append(Pattern.quote(written.substring(end, parameter.start())));
      path.append(parameter.group().equals(SERVICE) ? "(?<service>[^/]+)" : "[^/]+");
      end = parameter.end();
    }
    path.append(Pattern.quote(written.substring(end)));
    path.append(endpoint.isMatchOnUriPrefix() ? ".*" : "/?");
    served.add(new Served(owner, endpoint, Pattern.compile(path.toString())));
  }

  void remove(Object owner) {
    served.removeIf(each -> each.owner() == owner);
  }

  /** What is at a path, if anything with only some methods is. */
  Optional<Found> at(String path) {
    List<Served> here =
        served.stream()
            .filter(each -> each.path().matcher(path).matches() && isRestricted(each.endpoint()))
            .toList();
    if (here.isEmpty()) {
      return Optional.empty();
    }
    Set<String> methods =
        here.stream()
            .flatMap(each -> each.methods().stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    methods.add("OPTIONS");
    return Optional.of(
        new Found(
            methods,
            here.stream().flatMap(each -> each.advice().stream()).findFirst(),
            here.stream().flatMap(each -> each.service(path).stream()).findFirst()));
  }

  /** The paths in which nothing varies. */
  Set<String> fixed() {
    return served.stream()
        .map(each -> each.endpoint().getPath())
        .filter(path -> !path.contains("{") && !path.contains("*"))
        .collect(Collectors.toSet());
  }
}
