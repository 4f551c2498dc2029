package io.tollroute.alibaba;

import io.tollroute.catalog.Provider;
import java.util.Map;

/**
 * An RPC action as a service file names it.
 *
 * @param product for example {@code facebody}
 * @param version of the product's API
 * @param action name of the action
 * @param callsPerSecond how often the account may call it
 * @param mayBeEmpty whether it is an answer when Data holds nothing
 */
record RpcAction(
    String product, String version, String action, double callsPerSecond, boolean mayBeEmpty) {

  static RpcAction of(Provider provider, double usualCallsPerSecond) {
    Map<String, Object> settings = provider.settings();
    Object rate = settings.getOrDefault("callsPerSecond", usualCallsPerSecond);
    return new RpcAction(
        (String) settings.get("product"),
        (String) settings.get("version"),
        (String) settings.get("action"),
        ((Number) rate).doubleValue(),
        (boolean) settings.getOrDefault("mayBeEmpty", false));
  }
}
