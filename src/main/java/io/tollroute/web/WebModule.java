package io.tollroute.web;

import io.tollroute.log.SparseLog;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.Settings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/** Makes the door: server, load, headers, envelope, error words. */
public final class WebModule implements Module {

  private static final Set<String> ACCEPTED =
      Set.of(
          "content-type",
          "accept",
          "payment-signature",
          "x-payment",
          "x-payment-token",
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
          "payment-required",
          "payment-response",
          "x-payment-response",
          "x-payment-receipt",
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
    assembly.bean("headerPolicy", new HeaderPolicy(ACCEPTED, RETURNED));
    assembly.bean("requestIds", ids);
    assembly.bean("refuseMethod", new RefuseMethod());
    assembly.bean("callOrigin", new CallOrigin());
    assembly.bean("noteRefusal", new NoteRefusal(log));
    assembly.bean("noteFailure", new NoteFailure(log));
    assembly.bean("sortRefusal", new SortRefusal(words));
    assembly.bean("writeRefusal", new WriteRefusal(words, envelope));
  }

  private static void admission(Assembly assembly, EarlyRefusal refusal) {
    Settings settings = assembly.settings();
    boolean limited = settings.text("tollroute.limits").equals("on");
    Edge edge =
        new Edge(
            refusal,
            limited ? settings.whole("tollroute.http.max-in-flight") : Integer.MAX_VALUE,
            limited ? settings.whole("tollroute.http.max-paid-in-flight") : Integer.MAX_VALUE);
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
