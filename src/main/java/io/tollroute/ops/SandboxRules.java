package io.tollroute.ops;

import io.tollroute.sandbox.SandboxChain;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What must be so that play money stays play money: the sandbox looks like a real network, so it
 * sells for its own address only and asks nobody outside of this machine about a payment.
 */
final class SandboxRules {

  private static final Map<String, String> ITS_OWN =
      Map.of(
          "tollroute.x402.network", SandboxChain.NETWORK,
          "tollroute.x402.pay-to", SandboxChain.PAY_TO,
          "tollroute.x402.asset", SandboxChain.ASSET,
          "tollroute.x402.asset-name", SandboxChain.ASSET_NAME,
          "tollroute.x402.asset-version", SandboxChain.ASSET_VERSION,
          "tollroute.x402.asset-decimals", Integer.toString(SandboxChain.ASSET_DECIMALS));
  private static final List<String> ON_THIS_MACHINE =
      List.of(
          "tollroute.x402.facilitator.url",
          "tollroute.x402.facilitator.record-url",
          "tollroute.x402.rpc-url");

  private final Settings settings;

  SandboxRules(Settings settings) {
    this.settings = settings;
  }

  /**
   * Lets settings pass with which nothing reaches a real chain.
   *
   * @throws SettingsFault naming each setting that would
   */
  void check() throws SettingsFault {
    List<String> faults = new ArrayList<>();
    ITS_OWN.forEach(
        (name, own) ->
            settings
                .optional(name)
                .filter(set -> !set.equalsIgnoreCase(own))
                .ifPresent(
                    set -> faults.add(name + ": the sandbox's is " + own + "; leave it out")));
    for (String name : ON_THIS_MACHINE) {
      settings
          .optional(name)
          .filter(url -> !isOnThisMachine(url))
          .ifPresent(
              url ->
                  faults.add(
                      name
                          + ": must be on this machine, the sandbox has to do with no real chain"));
    }
    faults.sort(String::compareTo);
    if (!faults.isEmpty()) {
      throw new SettingsFault(faults);
    }
  }

  private static boolean isOnThisMachine(String url) {
    String host = URI.create(url).getHost();
    return host != null
        && (host.matches("127(\\.\\d{1,3}){3}|\\[(::|(0+:){7}0*)1\\]")
            || host.toLowerCase(Locale.ROOT).equals("localhost"));
  }
}
