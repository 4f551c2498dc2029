package io.tollroute.web;

import io.tollroute.answer.Envelope;
import io.tollroute.answer.ErrorWords;
import io.tollroute.answer.RequestIds;
import io.tollroute.call.PaymentCarrier;
import io.tollroute.log.SparseLog;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.component.platform.http.PlatformHttpConstants;

/** Makes the door: server, load, headers, envelope, error words. */
public final class WebModule implements Module {

  private static final long MAX_BODY_BYTES = 64 << 10;

  /** A record for {@code tollroute reconcile}; a larger one would not fit into the heap. */
  private static final long MAX_OPERATOR_BODY_BYTES = 4 << 20;

  private static final Set<String> ACCEPTED =
      Set.of(
          "content-type",
          "accept",
          "accept-encoding",
          "authorization",
          "if-none-match",
          "idempotency-key",
          "prefer",
          "sign-in-with-x",
          "origin",
          "access-control-request-method",
          "access-control-request-headers");
  private static final Set<String> RETURNED =
      Set.of(
          "content-type",
          "cache-control",
          "etag",
          "content-encoding",
          "link",
          "content-security-policy",
          "allow",
          "location",
          "retry-after",
          "ratelimit-limit",
          "ratelimit-remaining",
          "ratelimit-reset",
          "ratelimit-policy",
          "vary",
          "idempotent-replayed",
          "x-request-id",
          "x-content-type-options",
          "referrer-policy",
          "access-control-allow-origin",
          "access-control-allow-methods",
          "access-control-allow-headers",
          "access-control-expose-headers",
          "access-control-max-age");

  @Override
  public void assemble(Assembly assembly) throws IOException, SettingsFault {
    Settings settings = assembly.settings();
    ErrorWords words = assembly.provide(ErrorWords.class, ErrorWords.read());
    Envelope envelope =
        assembly.provide(
            Envelope.class,
            new Envelope(words, settings.text("tollroute.public-url") + "/docs/errors"));
    RequestIds ids = assembly.provide(RequestIds.class, new RequestIds(assembly.random()));
    List<PaymentCarrier> carriers = assembly.contributions(PaymentCarrier.class);
    List<String> proofs = PaymentCarrier.proofNames(carriers);
    List<String> said = said(carriers);
    AnswerHeaders always = new AnswerHeaders(proofs, said);
    EarlyRefusal refusal =
        assembly.provide(EarlyRefusal.class, new EarlyRefusal(words, envelope, ids, always::put));
    // pages have no business there
    EarlyRefusal refusalOfOperator =
        new EarlyRefusal(
            words, envelope, ids, headers -> headers.set("X-Content-Type-Options", "nosniff"));
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setWorkerPoolSize(settings.whole("tollroute.http.workers")));
    assembly.onClose(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
    HeldBytes held = new HeldBytes(heldBytes(settings));
    RouteServer buyers =
        new RouteServer(
            vertx,
            rules(settings, "tollroute.host", "tollroute.port", MAX_BODY_BYTES),
            connections(settings, held, refusal),
            held,
            refusal,
            admission(assembly, refusal, always, proofs));
    OperatorToken token = new OperatorToken(settings.optional(OperatorGate.TOKEN));
    OperatorSessions sessions =
        assembly.provide(
            OperatorSessions.class,
            new OperatorSessions(
                token,
                OperatorSessions.ProxyHeader.of(settings),
                Duration.ofMinutes(settings.whole("tollroute.management.session-minutes")),
                assembly.clock(),
                assembly.random()));
    RouteServer operator =
        new RouteServer(
            vertx,
            rules(
                settings,
                "tollroute.management.host",
                "tollroute.management.port",
                MAX_OPERATOR_BODY_BYTES),
            connections(settings, held, refusalOfOperator),
            held,
            refusalOfOperator,
            new OperatorReception(
                new OperatorGate(token), new PageGate(sessions), refusalOfOperator));
    assembly.bean(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME, buyers);
    assembly.bean("managementEngine", operator);
    assembly.bean("health", new HealthReport());
    assembly.provide(RouteServer.class, buyers);
    SparseLog log = assembly.require(SparseLog.class);
    List<String> more =
        Stream.concat(
                proofs.stream(),
                assembly.contributions(AcceptedHeader.class).stream().map(AcceptedHeader::name))
            .toList();
    assembly.bean("headerPolicy", new HeaderPolicy(with(ACCEPTED, more), with(RETURNED, said)));
    assembly.bean("requestIds", ids);
    assembly.bean("callOrigin", new CallOrigin());
    assembly.bean("noteRefusal", new NoteRefusal(log));
    assembly.bean("noteFailure", new NoteFailure(log));
    assembly.bean("sortRefusal", new SortRefusal(words));
    assembly.bean("writeRefusal", new WriteRefusal(words, envelope));
  }

  private static List<String> said(List<PaymentCarrier> carriers) {
    return Stream.of(
            carriers.stream().flatMap(carrier -> carrier.terms().stream()),
            carriers.stream().flatMap(carrier -> carrier.receipts().stream()))
        .flatMap(names -> names)
        .toList();
  }

  private static Set<String> with(Set<String> names, List<String> more) {
    return Stream.concat(names.stream(), more.stream().map(name -> name.toLowerCase(Locale.ROOT)))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static RouteServer.Rules rules(
      Settings settings, String host, String port, long maxBodyBytes) {
    return new RouteServer.Rules(
        settings.text(host),
        settings.whole(port),
        settings.whole("tollroute.http.max-header-bytes"),
        maxBodyBytes);
  }

  private static long heldBytes(Settings settings) {
    int megabytes = settings.whole("tollroute.http.max-held-megabytes");
    return megabytes == 0
        ? HeldBytes.boundOf(Runtime.getRuntime().maxMemory())
        : (long) megabytes << 20;
  }

  /** How many come from one address is a matter of load; all else protects the memory. */
  private static OpenConnections connections(
      Settings settings, HeldBytes held, EarlyRefusal refusal) {
    boolean limited = settings.text("tollroute.limits").equals("on");
    ConnectionRules rules =
        new ConnectionRules(
            settings.whole("tollroute.http.max-connections"),
            limited
                ? settings.whole("tollroute.http.max-connections-per-address")
                : Integer.MAX_VALUE,
            settings.whole("tollroute.http.head-seconds"),
            settings.whole("tollroute.http.body-seconds"),
            settings.whole("tollroute.http.idle-seconds"),
            settings.whole("tollroute.http.max-headers"));
    TrustedProxies proxies = new TrustedProxies(settings.text("tollroute.http.trusted-proxies"));
    return new OpenConnections(rules, proxies, held, refusal::whole);
  }

  private static AdmissionControl admission(
      Assembly assembly, EarlyRefusal refusal, AnswerHeaders always, List<String> proofs) {
    Settings settings = assembly.settings();
    boolean limited = settings.text("tollroute.limits").equals("on");
    AdmissionControl admission =
        new AdmissionControl(
            refusal,
            always,
            limited ? settings.whole("tollroute.http.max-in-flight") : Integer.MAX_VALUE,
            limited ? settings.whole("tollroute.http.max-paid-in-flight") : Integer.MAX_VALUE,
            proofs,
            // of a module that comes later
            () -> assembly.require(AdmissionControl.Signpost.class));
    assembly.provide(AdmissionControl.class, admission);
    assembly.onDrain(admission::drain);
    assembly.ready(
        "draining",
        () ->
            admission.isDraining()
                ? Optional.of("the process was told to stop and takes no new calls")
                : Optional.empty());
    return admission;
  }
}
