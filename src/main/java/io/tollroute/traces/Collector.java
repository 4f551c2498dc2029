package io.tollroute.traces;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.tollroute.log.SparseLog;
import io.tollroute.settings.SettingsFault;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;

/**
 * The side of OpenTelemetry: where spans go, as its own variables say (OTEL_...), and what of them.
 */
final class Collector implements AutoCloseable {

  /** Spans that wait are sent at the end, if somebody takes them within this. */
  private static final int SECONDS_TO_SEND = 3;

  private static final Map<String, String> USUAL =
      Map.of(
          "otel.service.name", "tollroute",
          "otel.exporter.otlp.protocol", "http/protobuf");

  /** Baggage would carry somebody's text through; metrics and logs have ways of their own. */
  private static final Map<String, String> ALWAYS =
      Map.of(
          "otel.propagators", "tracecontext",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none");

  private static final Pattern PROPERTY = Pattern.compile("otel\\.[a-z]+(\\.[a-z]+){0,8}");

  private final OpenTelemetrySdk sdk;
  private final Runnable hearNoMore;

  private Collector(OpenTelemetrySdk sdk, Runnable hearNoMore) {
    this.sdk = sdk;
    this.hearNoMore = hearNoMore;
  }

  /**
   * The collector that the variables name; says in {@code log} when it takes nothing.
   *
   * @throws SettingsFault when OpenTelemetry cannot work with them
   */
  static Collector by(Map<String, String> variables, SparseLog log) throws SettingsFault {
    Map<String, String> said = new HashMap<>();
    variables.forEach(
        (name, value) -> said.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value));
    said.putAll(ALWAYS);
    Runnable hearNoMore = SendingFaults.hear(log);
    try {
      OpenTelemetrySdk sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .addPropertiesSupplier(() -> USUAL)
              .addPropertiesCustomizer(config -> said)
              .addSpanExporterCustomizer((exporter, config) -> new BoundedSpans(exporter))
              .build()
              .getOpenTelemetrySdk();
      return new Collector(sdk, hearNoMore);
    } catch (RuntimeException e) {
      hearNoMore.run();
      throw new SettingsFault(List.of("tollroute.traces: " + objection(e)));
    }
  }

  /** A message may hold the value that is wrong, and that may be a key. */
  private static String objection(RuntimeException failure) {
    Matcher named = PROPERTY.matcher(String.valueOf(failure.getMessage()));
    return named.find()
        ? "OpenTelemetry cannot work with what "
            + named.group().toUpperCase(Locale.ROOT).replace('.', '_')
            + " says"
        : "OpenTelemetry cannot work with what its variables OTEL_... say; the protocol is"
            + " http/protobuf";
  }

  /** Has the calls of {@code context} traced. */
  void trace(CamelContext context) {
    context.getRegistry().bind("tracer", Tracer.class, sdk.getTracer("io.tollroute"));
    context
        .getRegistry()
        .bind("contextPropagators", ContextPropagators.class, sdk.getPropagators());
    new CorridorTracer().init(context);
  }

  @Override
  public void close() {
    sdk.getSdkTracerProvider().shutdown().join(SECONDS_TO_SEND, TimeUnit.SECONDS);
    hearNoMore.run();
  }
}
