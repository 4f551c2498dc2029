package io.tollroute.web;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.Method;

/** The addresses of a server and what each takes, as the routes that serve it say. */
final class HttpAddresses {

  private static final Pattern PARAMETER = Pattern.compile("\\{[^/}]+}");

  private final List<Served> served = new CopyOnWriteArrayList<>();

  /** One route's address. */
  private record Served(PlatformHttpEndpoint endpoint, Pattern path) {

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
          .findFirst();
    }
  }

  /**
   * What is at a path.
   *
   * @param methods in the order in which {@code Allow} names them
   * @param advice what is said beside another method, if anything
   */
  record Found(Set<String> methods, Optional<String> advice) {

    /** For the header {@code Allow}. */
    String allow() {
      return String.join(", ", methods);
    }
  }

  /** Whether a route leaves some methods to the server, which then refuses them. */
  static boolean isRestricted(PlatformHttpEndpoint endpoint) {
    return !Method.parseList(endpoint.getHttpMethodRestrict()).equals(Method.getAll());
  }

  void add(PlatformHttpEndpoint endpoint) {
    StringBuilder path = new StringBuilder();
    String[] fixed = PARAMETER.split(endpoint.getPath(), -1);
    for (int i = 0; i < fixed.length; i++) {
      path.append(i == 0 ? "" : "[^/]+").append(Pattern.quote(fixed[i]));
    }
    path.append(endpoint.isMatchOnUriPrefix() ? ".*" : "/?");
    served.add(new Served(endpoint, Pattern.compile(path.toString())));
  }

  void remove(PlatformHttpEndpoint endpoint) {
    served.removeIf(each -> each.endpoint() == endpoint);
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
        new Found(methods, here.stream().flatMap(each -> each.advice().stream()).findFirst()));
  }

  /** The paths in which nothing varies. */
  Set<String> fixed() {
    return served.stream()
        .map(each -> each.endpoint().getPath())
        .filter(path -> !path.contains("{") && !path.contains("*"))
        .collect(Collectors.toSet());
  }
}
