package io.tollroute.ops;

import io.tollroute.chain.Address;
import io.tollroute.limit.CallerAddress;
import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import io.tollroute.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Settings that a start takes and that somebody will be sorry for one day. */
final class UnwiseSettings implements Check {

  static final String NAME = "unwise settings";

  private static final int DAY_SECONDS = 24 * 3600;
  private static final int HOUR_MILLIS = 3_600_000;
  private static final int SHORTEST_DRAIN_SECONDS = 5;
  private static final int LONGEST_KEPT_DAYS = 30;
  private static final int LONG_FACILITATOR_SECONDS = 90;

  /** Networks whose money is for play (CAIP-2). */
  private static final Map<String, String> TESTNETS =
      Map.of(
          "eip155:84532", "Base Sepolia",
          "eip155:11155111", "Sepolia",
          "eip155:43113", "Avalanche Fuji",
          "eip155:80002", "Polygon Amoy",
          "eip155:11124", "Abstract Testnet",
          "eip155:1328", "Sei Testnet");

  private static final Set<String> WORDY = Set.of("debug", "trace");

  private final Settings settings;
  private final boolean realMoney;
  private final String logLevel;
  private final Path propertiesFile;

  /**
   * Looks at settings.
   *
   * @param realMoney whether real money is taken
   * @param logLevel what is logged, or nothing for the usual
   * @param propertiesFile where settings were read, if it is there
   */
  UnwiseSettings(Settings settings, boolean realMoney, String logLevel, Path propertiesFile) {
    this.settings = settings;
    this.realMoney = realMoney;
    this.logLevel = logLevel.toLowerCase(Locale.ROOT);
    this.propertiesFile = propertiesFile;
  }

  @Override
  public List<Finding> look() {
    List<Finding> findings = new ArrayList<>();
    protections(findings);
    money(findings);
    secrets(findings);
    patience(findings);
    if (realMoney) {
      realMoney(findings);
    }
    return findings.isEmpty()
        ? List.of(Finding.ok(NAME, "none of those that are looked at"))
        : List.copyOf(findings);
  }

  private static void warn(List<Finding> findings, String found, String todo) {
    findings.add(Finding.warn(NAME, found, todo));
  }

  private void protections(List<Finding> findings) {
    if (settings.text("tollroute.limits").equals("off")) {
      warn(
          findings,
          "tollroute.limits=off: one caller can take all workers and all of the provider's rate",
          "leave it out, unless a gateway in front has limits of its own");
    }
    if (settings.text("tollroute.limits.alone-until-paid").equals("off")) {
      warn(
          findings,
          "tollroute.limits.alone-until-paid=off: a stranger's money that is there once has work"
              + " done many times",
          "leave it out");
    }
    if (settings.text("tollroute.breaker").equals("off")) {
      warn(
          findings,
          "tollroute.breaker=off: calls wait for a provider that is away until they time out",
          "leave it out");
    }
    if (everybodyIsTrusted()) {
      warn(
          findings,
          "tollroute.http.trusted-proxies trusts everybody, so a caller counts by whatever address"
              + " he makes up",
          "name the addresses of the proxies in front");
    }
    if (Arrays.stream(settings.text("tollroute.mcp.origins").split(","))
        .anyMatch(origin -> origin.strip().equals("*"))) {
      warn(
          findings,
          "tollroute.mcp.origins=*: any page that somebody looks at may call /mcp from his browser",
          "name the origins whose pages shall");
    }
  }

  private boolean everybodyIsTrusted() {
    try {
      return new CallerAddress(settings.text("tollroute.http.trusted-proxies")).trustsEverybody();
    } catch (IllegalArgumentException unreadable) {
      // which the check of the settings says
      return false;
    }
  }

  private void money(List<Finding> findings) {
    if (settings.text("tollroute.x402.settle").equals("first")) {
      warn(
          findings,
          "tollroute.x402.settle=first: each call that fails after it was paid leaves you in debt",
          "leave it out, and say settle: first in the service files that need it");
    }
    if (settings.text("tollroute.alibaba.signature").equals("v1")) {
      warn(
          findings,
          "tollroute.alibaba.signature=v1 is discontinued by Alibaba Cloud",
          "leave it out, and have a proxy in between pass the Host header on");
    }
    if (settings.whole("tollroute.keep-answer-seconds") > LONGEST_KEPT_DAYS * DAY_SECONDS) {
      warn(
          findings,
          "tollroute.keep-answer-seconds keeps what buyers have sent and got for more than "
              + LONGEST_KEPT_DAYS
              + " days",
          "make it shorter: hours are enough to fetch an answer again");
    }
  }

  private void secrets(List<Finding> findings) {
    try {
      SecretsInFile.warning(settings, propertiesFile)
          .ifPresent(found -> warn(findings, found, "chmod 600 " + propertiesFile));
    } catch (IOException e) {
      warn(
          findings, propertiesFile + ": who may read it cannot be told", "look at its permissions");
    }
    if (WORDY.contains(logLevel)) {
      warn(
          findings,
          "tollroute.log.level=" + logLevel + " writes many lines a call",
          "leave it out, and -Dtollroute.log too, when you have seen what you looked for");
    }
  }

  private void patience(List<Finding> findings) {
    if (settings.whole("tollroute.drain-seconds") < SHORTEST_DRAIN_SECONDS) {
      warn(
          findings,
          "tollroute.drain-seconds="
              + settings.text("tollroute.drain-seconds")
              + ": each restart breaks off the calls in flight",
          "give them as long as a call takes, and Kubernetes 10 s more");
    }
    if (settings.whole("tollroute.reconcile-ms") > HOUR_MILLIS) {
      warn(
          findings,
          "tollroute.reconcile-ms: what a crash or a silent facilitator left is looked at less than"
              + " once an hour",
          "leave it out");
    }
    if (settings.whole("tollroute.alarm.undecided-seconds") > DAY_SECONDS) {
      warn(
          findings,
          "tollroute.alarm.undecided-seconds: money may be in doubt for more than a day before"
              + " anybody is told",
          "make it an hour at most");
    }
    if (settings.whole("tollroute.x402.facilitator.timeout-seconds") > LONG_FACILITATOR_SECONDS) {
      warn(
          findings,
          "tollroute.x402.facilitator.timeout-seconds: buyers wait that long for a facilitator"
              + " that is away",
          "30 is enough for a settlement");
    }
  }

  private void realMoney(List<Finding> findings) {
    PublicUrlRules.warnings(settings)
        .forEach(found -> warn(findings, found, "docs/settings.md tells of it"));
    String network = settings.text("tollroute.x402.network");
    if (TESTNETS.containsKey(network)) {
      warn(
          findings,
          "tollroute.x402.network is " + TESTNETS.get(network) + ", whose money is for play",
          "set the network on which you want to be paid, for example eip155:8453 (Base)");
    }
    String payTo = settings.text("tollroute.x402.pay-to");
    boolean unchecked =
        Address.of(payTo).filter(address -> !payTo.equals(address.withChecksum())).isPresent();
    if (unchecked) {
      warn(
          findings,
          "tollroute.x402.pay-to is written without the checksum that shows a mistyped digit",
          "copy it from the wallet in capital and small letters (EIP-55)");
    }
    if (settings.optional("tollroute.management.token").isEmpty()) {
      warn(
          findings,
          "tollroute.management.token is not set: nobody can list, refund or decide anything",
          "set it, for example to what `openssl rand -hex 24` prints");
    }
    settings
        .ledgerFile(settings.home())
        .filter(file -> file.startsWith("/tmp") || file.startsWith("/dev/shm"))
        .ifPresent(
            file ->
                warn(
                    findings,
                    "tollroute.database.url: " + file + " is gone after a restart of the machine",
                    "name a file on a disk that is backed up"));
  }
}
