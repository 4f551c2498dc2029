package io.tollroute.ops;

import io.tollroute.chain.Address;
import io.tollroute.ledger.sql.LedgerDatabase;
import io.tollroute.limit.CallerAddress;
import io.tollroute.sandbox.SandboxAccount;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.settings.Setting;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.web.OperatorGate;
import io.tollroute.x402.IconUrl;
import io.tollroute.x402.KnownAssets;
import io.tollroute.x402.X402Module;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What must be so before real money is taken. */
public final class ServeRules {

  static final String ICON = "tollroute.icon-url";
  private static final String MANAGEMENT_TOKEN = OperatorGate.TOKEN;

  /** The token of the sandbox's operator, as in settings.yaml. */
  public static final String SANDBOX_OPERATOR = "sandbox-operator-token";

  private static final int SHORTEST_TOKEN = 16;

  /** URLs behind which something is written. */
  private static final List<String> EXTENDED =
      List.of("tollroute.public-url", "tollroute.x402.facilitator.url");

  private final Settings settings;
  private final KnownAssets assets;

  ServeRules(Settings settings, KnownAssets assets) {
    this.settings = settings;
    this.assets = assets;
  }

  /**
   * Lets settings pass that can sell.
   *
   * @throws SettingsFault naming each setting that is missing, a sandbox value, or contradicts
   *     another one
   */
  void check() throws SettingsFault {
    List<String> faults = new ArrayList<>();
    require("tollroute.x402.pay-to", "the seller's address is needed", faults);
    require("tollroute.x402.facilitator.url", "a facilitator is needed", faults);
    checkSandboxValues(faults);
    checkOperator(faults);
    checkReceiver(faults);
    checkAsset(faults);
    checkAuth(faults);
    PublicUrlRules.fault(settings).ifPresent(faults::add);
    checkPorts(faults);
    if (!faults.isEmpty()) {
      throw new SettingsFault(faults);
    }
  }

  /** What contradicts itself in any mode. */
  static Optional<String> contradiction(Settings settings) {
    int needed = X402Module.secondsNeeded(settings);
    if (settings.whole("tollroute.x402.max-timeout-seconds") <= needed) {
      return Optional.of(
          "tollroute.x402.max-timeout-seconds: must be more than "
              + needed
              + ", the time that checking and settling a payment may take");
    }
    if (settings.whole("tollroute.http.max-paid-in-flight")
        >= settings.whole("tollroute.http.workers")) {
      return Optional.of(
          "tollroute.http.max-paid-in-flight: must be less than tollroute.http.workers");
    }
    if (settings.whole("tollroute.limits.unpaid-burst")
        < settings.whole("tollroute.limits.unpaid-per-second")) {
      return Optional.of(
          "tollroute.limits.unpaid-burst: must not be less than"
              + " tollroute.limits.unpaid-per-second");
    }
    try {
      new CallerAddress(settings.text("tollroute.http.trusted-proxies"));
    } catch (IllegalArgumentException e) {
      return Optional.of("tollroute.http.trusted-proxies: " + e.getMessage());
    }
    if (settings.text("tollroute.port").equals(settings.text("tollroute.management.port"))
        && settings.whole("tollroute.port") != 0) {
      return Optional.of("tollroute.management.port: must not be the buyers' port");
    }
    if (!settings.text("tollroute.seller").matches("[ -~]{1,32}")) {
      return Optional.of("tollroute.seller: must be 1 to 32 printable ASCII characters");
    }
    if (!settings.isDefault(ICON) && IconUrl.of(settings.text(ICON)).isEmpty()) {
      return Optional.of(
          ICON
              + ": marketplaces take none at an IP address or at this machine, none that is longer"
              + " than 2,048 characters");
    }
    long pause =
        settings.whole("tollroute.x402.pending-delay-ms")
            * (settings.whole("tollroute.x402.pending-sends") - 1L);
    if (pause >= settings.whole("tollroute.x402.max-timeout-seconds") * 1000L) {
      return Optional.of(
          "tollroute.x402.pending-delay-ms: with tollroute.x402.pending-sends a buyer would wait"
              + " longer than tollroute.x402.max-timeout-seconds");
    }
    return urlContradiction(settings)
        .or(() -> headerContradiction(settings))
        .or(() -> databaseContradiction(settings));
  }

  /** What is appended to a base must not end up in its parameters. */
  private static Optional<String> urlContradiction(Settings settings) {
    for (Setting setting : settings.table()) {
      String text = settings.text(setting.name());
      if (!List.of("url", "base-url").contains(setting.type()) || text.isEmpty()) {
        continue;
      }
      URI url = URI.create(text);
      if (url.getRawUserInfo() != null) {
        return Optional.of(
            setting.name() + ": must not hold a user or password; nobody would be sent them");
      }
      boolean parameters = EXTENDED.contains(setting.name()) && url.getRawQuery() != null;
      if (parameters || url.getRawFragment() != null) {
        return Optional.of(
            setting.name()
                + ": must end before "
                + (parameters ? "?" : "#")
                + ", for it is a base");
      }
    }
    return Optional.empty();
  }

  /** What is sent or compared as a header has no blanks and no line ends inside. */
  private static Optional<String> headerContradiction(Settings settings) {
    return Stream.of(MANAGEMENT_TOKEN, "tollroute.x402.facilitator.token")
        .filter(name -> !settings.text(name).matches("[!-~]*"))
        .map(name -> name + ": must be printable ASCII without blanks inside")
        .findFirst();
  }

  private static Optional<String> databaseContradiction(Settings settings) {
    String url = settings.text("tollroute.database.url");
    if (!url.startsWith(LedgerDatabase.SQLITE) && !url.startsWith(LedgerDatabase.POSTGRESQL)) {
      return Optional.of(
          "tollroute.database.url: must be jdbc:sqlite:<file> or"
              + " jdbc:postgresql://<host>/<database>");
    }
    if (url.startsWith(LedgerDatabase.SQLITE)) {
      String file = url.substring(LedgerDatabase.SQLITE.length());
      if (file.isEmpty()
          || file.startsWith(":")
          || file.startsWith("file:")
          || settings.databaseUrl().contains("?")) {
        return Optional.of(
            "tollroute.database.url: must be jdbc:sqlite: and the path of a file, without"
                + " parameters");
      }
      return Stream.of("tollroute.database.username", "tollroute.database.password")
          .filter(name -> settings.optional(name).isPresent())
          .map(name -> name + ": is for PostgreSQL; an SQLite file has none")
          .findFirst();
    }
    if (!url.matches("jdbc:postgresql://[^/?#@]+/[^/?#@]+(\\?.*)?")) {
      return Optional.of("tollroute.database.url: must be jdbc:postgresql://<host>/<database>");
    }
    if (url.matches("(?i).*[?&](user|password)=.*")) {
      return Optional.of(
          "tollroute.database.url: must not hold user or password; they are"
              + " tollroute.database.username and .password");
    }
    if (settings.optional("tollroute.database.username").isEmpty()) {
      return Optional.of("tollroute.database.username: PostgreSQL needs it");
    }
    if (settings.optional("tollroute.ledger.key").isEmpty()) {
      return Optional.of(
          "tollroute.ledger.key: PostgreSQL needs it, the same for every replica; for example from"
              + " `openssl rand -base64 32`");
    }
    return Optional.empty();
  }

  private void require(String name, String why, List<String> faults) {
    if (settings.optional(name).isEmpty()) {
      faults.add(name + ": " + why);
    }
  }

  private void checkSandboxValues(List<String> faults) {
    refuseSandbox("tollroute.x402.pay-to", SandboxChain.PAY_TO, faults);
    for (SandboxWallet wallet :
        List.of(SandboxWallet.funded(Clock.systemUTC()), SandboxWallet.empty(Clock.systemUTC()))) {
      refuseSandbox("tollroute.x402.pay-to", wallet.address(), faults);
    }
    refuseSandbox("tollroute.ledger.key", SandboxAccount.LEDGER_KEY, faults);
    if (settings.text("tollroute.x402.facilitator.url").contains("/sandbox/facilitator")) {
      faults.add("tollroute.x402.facilitator.url: is the sandbox's, which moves play money");
    }
    if (settings.text("tollroute.x402.facilitator.record-url").contains("/sandbox/facilitator")) {
      faults.add("tollroute.x402.facilitator.record-url: is the sandbox's, which moves play money");
    }
    if (settings.text("tollroute.database.url").matches("jdbc:sqlite:(.*/)?sandbox\\.db(\\?.*)?")) {
      faults.add("tollroute.database.url: is the sandbox's, whose tokens cost play money");
    }
  }

  private void refuseSandbox(String name, String value, List<String> faults) {
    if (settings.text(name).equalsIgnoreCase(value)) {
      faults.add(name + ": is the sandbox's and worth nothing");
    }
  }

  private void checkOperator(List<String> faults) {
    String token = settings.text(MANAGEMENT_TOKEN);
    if (token.equals(SANDBOX_OPERATOR)) {
      faults.add(MANAGEMENT_TOKEN + ": is the sandbox's, which everybody knows");
    } else if (!token.isEmpty() && token.length() < SHORTEST_TOKEN) {
      faults.add(MANAGEMENT_TOKEN + ": must have at least " + SHORTEST_TOKEN + " characters");
    }
  }

  private void checkPorts(List<String> faults) {
    for (String port : List.of("tollroute.port", "tollroute.management.port")) {
      if (settings.whole(port) == 0) {
        faults.add(port + ": must be a port; 0 is another one with every start");
      }
    }
  }

  private void checkReceiver(List<String> faults) {
    String payTo = settings.text("tollroute.x402.pay-to");
    if (isZero(payTo)) {
      faults.add("tollroute.x402.pay-to: is the zero address; what is paid there is lost");
    }
    if (isZero(settings.text("tollroute.x402.asset"))) {
      faults.add("tollroute.x402.asset: is the zero address, which is no token's");
    }
    String asset =
        settings
            .optional("tollroute.x402.asset")
            .or(
                () ->
                    assets
                        .of(settings.text("tollroute.x402.network"))
                        .map(KnownAssets.Asset::address))
            .orElse("");
    if (!payTo.isEmpty() && payTo.equalsIgnoreCase(asset)) {
      faults.add("tollroute.x402.pay-to: is the token's contract; what is paid there is lost");
    }
  }

  private static boolean isZero(String address) {
    return Address.of(address).filter(Address::isZero).isPresent();
  }

  private void checkAsset(List<String> faults) {
    String network = settings.text("tollroute.x402.network");
    Optional<KnownAssets.Asset> usual = assets.of(network);
    Optional<String> asset = settings.optional("tollroute.x402.asset");
    boolean known =
        usual.isPresent()
            && asset.map(set -> set.equalsIgnoreCase(usual.get().address())).orElse(true);
    if (!network.matches("eip155:[1-9]\\d{0,14}")) {
      faults.add("tollroute.x402.network: must be eip155:<chain id>");
    }
    for (String part : List.of("name", "version")) {
      String name = "tollroute.x402.asset-" + part;
      String set = settings.text(name);
      if (!known && set.isEmpty()) {
        faults.add(name + ": is needed for a token that is not known by name");
      }
      if (known && !set.isEmpty() && !set.equals(usual.get().part(part))) {
        faults.add(
            name + ": this token's EIP-712 " + part + " is '" + usual.get().part(part) + "'");
      }
    }
    if (usual.isEmpty() && asset.isEmpty()) {
      faults.add("tollroute.x402.asset: is needed on a network whose USDC is not known");
    }
    if (known && settings.whole("tollroute.x402.asset-decimals") != usual.get().decimals()) {
      faults.add("tollroute.x402.asset-decimals: this token has " + usual.get().decimals());
    }
  }

  private void checkAuth(List<String> faults) {
    String auth = settings.text("tollroute.x402.facilitator.auth");
    if (auth.equals("bearer")) {
      require("tollroute.x402.facilitator.token", "auth bearer needs it", faults);
    }
    if (auth.equals("cdp")) {
      require("tollroute.x402.facilitator.key-id", "auth cdp needs it", faults);
      require("tollroute.x402.facilitator.key-secret", "auth cdp needs it", faults);
    }
  }
}
