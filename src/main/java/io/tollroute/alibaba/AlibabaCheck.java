package io.tollroute.alibaba;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.Service;
import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import io.tollroute.outbound.OneCall;
import io.tollroute.settings.MaskedUrl;
import io.tollroute.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Whether Alibaba Cloud takes our key, for each of its products that is on sale. It is asked for a
 * job that there is not: that costs nothing and does nothing, and before it says so it has looked
 * at key, signature and time.
 */
public final class AlibabaCheck implements Check {

  private static final String CHECK = "alibaba";

  private static final long PATIENCE_MILLIS = 5_000;
  private static final int MAX_BYTES = 1 << 20;

  /** After as many products that nobody answers for, no further one is asked. */
  private static final int SILENT = 2;

  private final Settings settings;
  private final AlibabaCredentials credentials;
  private final List<Service> services;
  private final RpcErrors errors;
  private final Clock clock;

  /**
   * Asks for the products of {@code services}, with {@code credentials}.
   *
   * @throws IOException when the table of Alibaba's codes cannot be read
   */
  public AlibabaCheck(
      Settings settings, AlibabaCredentials credentials, List<Service> services, Clock clock)
      throws IOException {
    this.settings = settings;
    this.credentials = credentials;
    this.services = List.copyOf(services);
    this.errors = RpcErrors.read();
    this.clock = clock;
  }

  /** What became of one product's call. */
  private enum Outcome {
    TAKEN,
    REFUSED,
    FORBIDDEN,
    LATE,
    UNSAID,
    SILENT
  }

  /** An outcome, and in what words it was told. */
  private record Told(Outcome outcome, String words) {}

  @Override
  public List<Finding> look() {
    Map<String, Provider> products = products();
    if (products.isEmpty()) {
      return List.of();
    }
    Optional<String> lacking = credentials.lacking();
    if (lacking.isPresent()) {
      return List.of(
          Finding.fail(
              CHECK,
              lacking.get(),
              "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET in the"
                  + " environment of serve"));
    }
    Map<Told, List<String>> told = new LinkedHashMap<>();
    int silent = 0;
    List<String> unasked = new ArrayList<>();
    for (Map.Entry<String, Provider> product : products.entrySet()) {
      if (silent >= SILENT) {
        unasked.add(product.getKey());
        continue;
      }
      Told answer = ask(product.getValue());
      silent += answer.outcome() == Outcome.SILENT ? 1 : 0;
      told.computeIfAbsent(answer, first -> new ArrayList<>()).add(product.getKey());
    }
    List<Finding> findings = new ArrayList<>();
    told.forEach((answer, names) -> findings.add(finding(answer, names)));
    if (!unasked.isEmpty()) {
      findings.add(Finding.skip(CHECK, "not asked after these: " + String.join(", ", unasked)));
    }
    return findings;
  }

  /** A provider for each product, in the order of their names. */
  private Map<String, Provider> products() {
    Map<String, Provider> products = new TreeMap<>();
    for (Service service : services) {
      Provider provider = service.provider();
      if (provider.route().equals(RpcProvider.ROUTE)) {
        products.putIfAbsent(String.valueOf(provider.settings().get("product")), provider);
      }
    }
    return products;
  }

  private Told ask(Provider provider) {
    String endpoint =
        settings
            .optional("tollroute.alibaba.endpoint")
            .orElseGet(() -> String.valueOf(provider.settings().get("endpoint")))
            .replaceFirst("/+$", "");
    RpcAction action =
        RpcAction.looking(provider, settings.decimal("tollroute.alibaba.calls-per-second"));
    RpcParameters parameters =
        RpcParameters.of(
            action,
            JsonNodeFactory.instance.objectNode().put(RpcAction.JOB, UUID.randomUUID().toString()));
    RpcSigning signing =
        settings.text("tollroute.alibaba.signature").equals("acs3")
            ? new Acs3Signing()
            : new V1Signing();
    try {
      SignedRpc signed =
          signing.sign(
              action,
              URI.create(endpoint).getAuthority(),
              parameters,
              credentials.current(),
              clock.instant(),
              UUID.randomUUID().toString());
      String address = endpoint + "/" + (signed.query().isEmpty() ? "" : "?" + signed.query());
      Map<String, String> headers = new HashMap<>(signed.headers());
      headers.putIfAbsent("Content-Type", RpcSigning.FORM);
      OneCall.Answer answer =
          new OneCall(clock, PATIENCE_MILLIS, MAX_BYTES).post(address, signed.body(), headers);
      return told(endpoint, answer);
    } catch (IOException e) {
      return new Told(Outcome.SILENT, MaskedUrl.of(endpoint) + ": " + OneCall.words(e));
    } catch (Refusal withoutKey) {
      return new Told(Outcome.REFUSED, "there are no credentials");
    }
  }

  private Told told(String endpoint, OneCall.Answer answer) {
    Optional<RpcReply> reply = RpcReply.read(answer.body());
    if (reply.isEmpty() || reply.get().requestId().isEmpty() && reply.get().code().isEmpty()) {
      return new Told(
          Outcome.SILENT,
          MaskedUrl.of(endpoint)
              + " answers "
              + answer.status()
              + ", as no gateway of Alibaba's does");
    }
    String code = reply.get().code();
    String words = code.replaceAll("[^A-Za-z0-9._-]", "?");
    if (code.matches("InvalidTimeStamp.*")) {
      return new Told(Outcome.LATE, words);
    }
    if (code.matches(
        "InvalidAccessKey.*|InvalidSecurityToken.*|SignatureDoesNotMatch|IncompleteSignature|AuthFailed")) {
      return new Told(Outcome.REFUSED, words);
    }
    if (code.matches("InvalidApi\\..*|Forbidden.*|NoPermission|EntityNotExist\\..*")) {
      return new Told(Outcome.FORBIDDEN, words);
    }
    RpcErrors.Row row = errors.of(code);
    boolean unsaid =
        code.matches("Invalid(Action|Version).*|HTTP\\..*")
            || !code.isEmpty() && row.word().equals("provider_unavailable");
    return new Told(unsaid ? Outcome.UNSAID : Outcome.TAKEN, unsaid ? words : "");
  }

  private static Finding finding(Told told, List<String> products) {
    String names = String.join(", ", products);
    return switch (told.outcome()) {
      case TAKEN -> Finding.ok(CHECK, "the key and its signature are taken for " + names);
      case REFUSED ->
          Finding.fail(
              CHECK,
              "the key is not taken for " + names + ": " + told.words(),
              "look at ALIBABA_CLOUD_ACCESS_KEY_ID and _SECRET; a RAM user's key can be disabled or"
                  + " deleted");
      case FORBIDDEN ->
          Finding.fail(
              CHECK,
              "the account may not use " + names + ": " + told.words(),
              "activate the product in the console and give the RAM user its policy, or take its"
                  + " services off sale");
      case LATE ->
          Finding.fail(
              CHECK, "this machine's clock is wrong: " + told.words(), "set the clock, by NTP");
      case UNSAID ->
          Finding.skip(
              CHECK, "whether the key is taken for " + names + " is not said: " + told.words());
      case SILENT ->
          Finding.fail(
              CHECK,
              names + ": " + told.words(),
              "look at tollroute.alibaba.endpoint or the service's endpoint, and whether this"
                  + " machine may go out");
    };
  }
}
