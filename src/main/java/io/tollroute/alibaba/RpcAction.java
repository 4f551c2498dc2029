package io.tollroute.alibaba;

import io.tollroute.catalog.Provider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An RPC action as a service file names it.
 *
 * @param product for example {@code facebody}
 * @param version of the product's API
 * @param action name of the action
 * @param callsPerSecond how often the account may call it
 * @param mayBeEmpty whether it is an answer when Data holds nothing
 * @param query the parameters that travel in the query
 * @param json the arrays and objects that travel as one JSON text
 * @param asynchronous whether its answer is the name of a job
 */
record RpcAction(
    String product,
    String version,
    String action,
    double callsPerSecond,
    boolean mayBeEmpty,
    Set<String> query,
    Set<String> json,
    boolean asynchronous) {

  /** The action that is asked for the result of a job, of every product that has jobs. */
  static final String LOOK = "GetAsyncJobResult";

  /** Its one parameter. */
  static final String JOB = "JobId";

  /** An action all of whose parameters are plain and travel in the form. */
  RpcAction(
      String product, String version, String action, double callsPerSecond, boolean mayBeEmpty) {
    this(product, version, action, callsPerSecond, mayBeEmpty, Set.of(), Set.of(), false);
  }

  /** The action that tells how a job of this one stands; its rate is the account's usual one. */
  static RpcAction looking(Provider provider, double usualCallsPerSecond) {
    Map<String, Object> settings = provider.settings();
    boolean inQuery = (boolean) settings.getOrDefault("jobInQuery", false);
    return new RpcAction(
        (String) settings.get("product"),
        (String) settings.get("version"),
        LOOK,
        usualCallsPerSecond,
        false,
        inQuery ? Set.of(JOB) : Set.of(),
        Set.of(),
        false);
  }

  static RpcAction of(Provider provider, double usualCallsPerSecond) {
    Map<String, Object> settings = provider.settings();
    Object rate = settings.getOrDefault("callsPerSecond", usualCallsPerSecond);
    return new RpcAction(
        (String) settings.get("product"),
        (String) settings.get("version"),
        (String) settings.get("action"),
        ((Number) rate).doubleValue(),
        (boolean) settings.getOrDefault("mayBeEmpty", false),
        names(settings, "query"),
        names(settings, "json"),
        (boolean) settings.getOrDefault("asynchronous", false));
  }

  private static Set<String> names(Map<String, Object> settings, String key) {
    return ((List<?>) settings.getOrDefault(key, List.of()))
        .stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet());
  }
}
