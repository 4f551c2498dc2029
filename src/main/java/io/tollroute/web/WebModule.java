package io.tollroute.web;

import io.tollroute.call.PaymentCarrier;
import io.tollroute.log.SparseLog;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.Settings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/** Makes the door: server, load, headers, envelope, error words. */
public final class WebModule implements Module {

  /** What browsers are told beside the headers of the payment methods. */
  private static final String ASKED =
      "Content-Type, Accept, Authorization, %s, Idempotency-Key, SIGN-IN-WITH-X,"
          + " Access-Control-Expose-Headers";

  private static final String SHOWN =
      "%s, X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset,"
          + " RateLimit-Policy, Idempotent-Replayed";

  private static final Set<String> ACCEPTED =
      Set.of(
          "content-type",
          "accept",
          "authorization",
          "idempotency-key",
          "origin",
          "access-control-request-method",
          "access-control-request-headers");
  private static final Set<String> RETURNED =
      Set.of(
          "content-type",
          "cache-control",
          "allow",
          "retry-after",
          "ratelimit-limit",
          "ratelimit-remaining",
          "ratelimit-reset",
          "ratelimit-policy",
          "vary",
          "idempotent-replayed",
          "x-request-id",
          "x-content-type-options",
          "access-control-allow-origin",
          "access-control-allow-methods",
          "access-control-allow-headers",
          "access-control-expose-headers",
          "access-control-max-age");

  @Override
  public void assemble(Assembly assembly) throws IOException {
    Settings settings = assembly.settings();
    ErrorWords words = ErrorWords.read();
    Envelope envelope =
        assembly.provide(
            Envelope.class,
            new Envelope(words, settings.text("tollroute.public-url") + "/docs/errors"));
    RequestIds ids = assembly.provide(RequestIds.class, new RequestIds(assembly.random()));
    EarlyRefusal refusal = new EarlyRefusal(words, envelope, ids);
    admission(assembly, refusal);
    Vertx vertx =
        new Door(
                settings.whole("tollroute.http.workers"),
                settings.whole("tollroute.http.max-header-bytes"),
                settings.whole("tollroute.http.idle-seconds"),
                new Doorkeeper(refusal))
            .open();
    assembly.onClose(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
    SparseLog log = assembly.require(SparseLog.class);
    assembly.bean("vertx", vertx);
    headers(assembly);
    assembly.bean("requestIds", ids);
    assembly.bean("refuseMethod", new RefuseMethod());
    assembly.bean("callOrigin", new CallOrigin());
    assembly.bean("noteRefusal", new NoteRefusal(log));
    assembly.bean("noteFailure", new NoteFailure(log));
    assembly.bean("sortRefusal", new SortRefusal(words));
    assembly.bean("writeRefusal", new WriteRefusal(words, envelope));
  }

  /** The door lets pass what the payment methods carry, and tells browsers so. */
  private static void headers(Assembly assembly) {
    List<PaymentCarrier> carriers = assembly.contributions(PaymentCarrier.class);
    List<String> proofs = proofs(carriers);
    List<String> said =
        Stream.of(
                carriers.stream().flatMap(carrier -> carrier.terms().stream()),
                carriers.stream().flatMap(carrier -> carrier.receipts().stream()))
            .flatMap(names -> names)
            .toList();
    assembly.bean("headerPolicy", new HeaderPolicy(with(ACCEPTED, proofs), with(RETURNED, said)));
    String sent = String.join(", ", proofs);
    assembly.placeholder("payment-headers.vary", sent + ", Authorization");
    assembly.placeholder("payment-headers.asked", ASKED.formatted(sent));
    assembly.placeholder("payment-headers.shown", SHOWN.formatted(String.join(", ", said)));
  }

  private static List<String> proofs(List<PaymentCarrier> carriers) {
    return carriers.stream()
        .flatMap(carrier -> carrier.proofs().stream())
        .map(PaymentCarrier.Header::name)
        .toList();
  }

  private static Set<String> with(Set<String> names, List<String> more) {
    return Stream.concat(names.stream(), more.stream().map(name -> name.toLowerCase(Locale.ROOT)))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static void admission(Assembly assembly, EarlyRefusal refusal) {
    Settings settings = assembly.settings();
    boolean limited = settings.text("tollroute.limits").equals("on");
    Edge edge =
        new Edge(
            refusal,
            limited ? settings.whole("tollroute.http.max-in-flight") : Integer.MAX_VALUE,
            limited ? settings.whole("tollroute.http.max-paid-in-flight") : Integer.MAX_VALUE,
            proofs(assembly.contributions(PaymentCarrier.class)));
    assembly.whenStarted(
        context -> edge.guard(buyersRouter(context), assembly.require(Edge.Signpost.class)));
    assembly.onDrain(edge::drain);
    assembly.ready(
        "draining",
        () ->
            edge.isDraining()
                ? Optional.of("the process was told to stop and takes no new calls")
                : Optional.empty());
  }

  /** What serves buyers, and not the operator, when the context has started. */
  public static VertxPlatformHttpRouter buyersRouter(CamelContext context) {
    return context.getRegistry().findByType(VertxPlatformHttpRouter.class).stream()
        .filter(VertxPlatformHttpRouter::isMainServer)
        .findFirst()
        .orElseThrow();
  }
}
